/** `/api/v1/packages/{name}` with `/versions` and `/files`: all that is known of one name. */
import { describedPackage, describedSuites, describedVersion, timeOf } from "./described.ts";
import { choiceNames, PackageParameters } from "./package-parameters.ts";
import type { PackagesAsked } from "./packages-asked.ts";
import { formats, isCut, nextUrl } from "./search-packages.ts";
import { sendJson, sendLines } from "./send.ts";
import { checkFilesRead, checkRefusal, nothingFound } from "./told.ts";

/** Paths of one page. */
export const defaultFileLimit = 1000;
export const maxFileLimit = 10_000;
/** Changes that are told of one package: a version comes once a day at most. */
const maxChanges = 200;

/** All versions with all fields, what needs it, advisories, and the same thing elsewhere. */
export async function onePackage(asked: PackagesAsked): Promise<Response> {
  const given = new PackageParameters(asked.query, choiceNames);
  const name = asked.params.name ?? "";
  const choice = given.choice();
  const detail = await asked.service.detail(name, choice);
  checkRefusal({ ...detail, isEmpty: detail.places.length === 0 });
  if (detail.places.length === 0) throw nothingFound(`package ${name}`, detail, choice);
  const { neededBy, elsewhere, advisories, refused } = detail;
  return sendJson(asked.request, {
    ...describedSuites(detail),
    ...(refused !== undefined && { refused }),
    name,
    packages: detail.places.map((place) => describedPackage(place, asked.base)),
    neededBy: { ...neededBy, truncated: neededBy.names.length < neededBy.total },
    elsewhere: elsewhere.map(({ by, ...one }) => ({ ...one, by, guess: by === "name" })),
    ...(detail.isElsewhereOfNow && { elsewhereOf: "now" }),
    advisories: advisories.map(({ issued, ...one }) => ({
      ...one,
      ...(issued !== undefined && { issued: timeOf(issued * 1000) }),
    })),
  });
}

/** The versions of a name in all suites, and those that came since the suites are followed. */
export async function packageVersions(asked: PackagesAsked): Promise<Response> {
  const given = new PackageParameters(asked.query, choiceNames);
  const name = asked.params.name ?? "";
  const choice = given.choice();
  const [found, { changes, next }] = await Promise.all([
    asked.service.named([name], choice),
    asked.service.changes([name], { ...choice, limit: maxChanges }),
  ]);
  checkRefusal({ ...found, isEmpty: found.results.length === 0 });
  if (found.results.length === 0 && changes.length === 0) {
    throw nothingFound(`package ${name}`, found, choice);
  }
  return sendJson(asked.request, {
    ...describedSuites(found),
    name,
    versions: found.results.flatMap(({ places }) =>
      places.map((place) => ({
        repository: place.repository,
        ...describedVersion(place, asked.base),
      })),
    ),
    changes: changes.map(({ at, name: _, ...change }) => ({ ...change, at: timeOf(at) })),
    changesTruncated: next !== undefined,
  });
}

/** The files of a name in all suites. */
export async function packageFiles(asked: PackagesAsked): Promise<Response> {
  const given = new PackageParameters(asked.query, ["limit", "after", "format", ...choiceNames]);
  const name = asked.params.name ?? "";
  const after = given.text("after");
  const choice = given.choice();
  const answer = await asked.service.filesOf(name, {
    ...choice,
    limit: given.number("limit", defaultFileLimit, maxFileLimit),
    ...(after !== undefined && { after }),
  });
  checkRefusal({ ...answer, isEmpty: answer.files.length === 0 });
  if (answer.files.length === 0 && after === undefined) {
    checkFilesRead(answer, true);
    throw nothingFound(`file of a package ${name}`, answer, choice);
  }
  if (given.one("format", formats) === "text") {
    const lines = answer.files.map(({ path }) => `${name}: /${path}`);
    return sendLines(asked.request, [...new Set(lines)], nextUrl(asked, answer.next));
  }
  const { files, total, isAtLeast, next } = answer;
  return sendJson(asked.request, {
    ...describedSuites(answer),
    name,
    total,
    ...(isAtLeast && { atLeast: true }),
    truncated: isCut(answer),
    next: nextUrl(asked, next) ?? null,
    files: files.map(({ path, repository, suite }) => ({ path: `/${path}`, repository, suite })),
  });
}
