/** `/packages/search/json/` and `/packages/{repository}/{architecture}/{name}/…`, as Arch's site has them (archweb). */
import type { PackageResult, PlacedPackage, ToldSuites } from "../../../search/package-service.ts";
import { PackageParameters } from "../package-parameters.ts";
import type { PackagesAsked } from "../packages-asked.ts";
import { QuestionRefused } from "../question-refused.ts";
import { sendJson, sendTo } from "../send.ts";
import { checkAnswered, checkFilesRead, checkKind, checkRefusal, nothingFound } from "../told.ts";
import { allFilesOf, allResults } from "./all-pages.ts";
import { archPackage, archRepository, archSonames } from "./archweb-package.ts";
import { chosenSuites, everySuiteOf } from "./suites-of.ts";

/** Of archweb, which cuts a larger `limit` silently; clients know it. */
const maxLimit = 250;
/** Digits of a page's number. */
const maxPage = 100_000;

const own = ["q", "name", "desc", "repo", "arch", "sort", "limit", "page"];
/** What only Arch's own site knows. */
const unknown = ["maintainer", "packager", "flagged"];

/** archweb's `sort_fields` without the date of flags. */
const sortFields = [
  "arch",
  "repo",
  "pkgname",
  "pkgbase",
  "compressed_size",
  "installed_size",
  "build_date",
  "last_update",
] as const;

type Shown = ReturnType<typeof archPackage>;

/** `version` 2 of archweb's search. Without a question it is `valid: false`, as there. */
export async function archSearch(asked: PackagesAsked): Promise<Response> {
  checkThere(asked);
  if (asked.query === "") {
    return sendJson(asked.request, { version: 2, limit: maxLimit, valid: false, results: [] });
  }
  const given = new PackageParameters(asked.query, [...own, ...unknown]);
  for (const name of unknown) {
    if (given.text(name) !== undefined) {
      throw new QuestionRefused(
        400,
        `${name}= can't be asked here: only Arch's own site knows it. Leave it out.`,
      );
    }
  }
  const limit = Math.min(Number(given.number("limit", maxLimit, maxPage)), maxLimit);
  const { packages, told } = await found(given, asked);
  checkAnswered(told);
  const shown = sorted(packages.map(archPackage), given);
  const pages = Math.max(1, Math.ceil(shown.length / limit));
  // As archweb: behind the last page is the last one.
  const page = Math.min(given.number("page", 1, maxPage), pages);
  return sendJson(asked.request, {
    version: 2,
    limit,
    valid: true,
    num_pages: pages,
    page,
    results: shown.slice((page - 1) * limit, page * limit),
  });
}

async function found(
  given: PackageParameters,
  { service }: PackagesAsked,
): Promise<{ packages: PlacedPackage[]; told: ToldSuites }> {
  const [name, desc, q] = [given.text("name"), given.text("desc"), given.text("q")];
  const choice = everySuiteOf("pacman");
  const typed = q ?? desc;
  if (name === undefined && typed === undefined) {
    throw new QuestionRefused(
      400,
      "q=, name= or desc= is missing. All packages of a repository are in its database.",
    );
  }
  const answer =
    name !== undefined || typed === undefined
      ? await service.named([name ?? ""], choice)
      : await allResults((page) =>
          service.search({
            ...choice,
            ...page,
            q: typed,
            fields: q === undefined ? ["description"] : ["name", "description"],
          }),
        );
  checkRefusal({ ...answer, isEmpty: answer.results.length === 0 });
  const repositories = given.list("repo").map((one) => one.toLowerCase());
  const architectures = given.list("arch");
  const packages = answer.results
    .filter(isOfWords(q))
    .flatMap(({ places }) =>
      places.filter(
        ({ suite, record }) =>
          (repositories.length === 0 || repositories.includes(archRepository(suite))) &&
          (architectures.length === 0 || architectures.includes(record.architecture)) &&
          isIn(record.summary, desc ?? ""),
      ),
    );
  return { packages, told: answer };
}

/** archweb's own rule: all words in the name, or all in the description. A search here finds more, such as slips. */
function isOfWords(q = ""): (result: PackageResult) => boolean {
  const words = q.split(/\s+/).filter((word) => word !== "");
  return ({ name, places }) =>
    words.every((word) => isIn(name, word)) ||
    places.some(({ record }) => words.every((word) => isIn(record.summary, word)));
}

function isIn(text: string | undefined, part: string): boolean {
  return (text ?? "").toLowerCase().includes(part.toLowerCase());
}

/** Without `sort=` the best is first. */
function sorted(packages: Shown[], given: PackageParameters): Shown[] {
  const asked = given.text("sort");
  if (asked === undefined) return packages;
  const isDown = asked.startsWith("-");
  const field = sortFields.find((one) => one === (isDown ? asked.slice(1) : asked));
  // As archweb: what it can't sort by sorts by the name.
  const ordered = packages.toSorted((one, other) =>
    compare(one[field ?? "pkgname"], other[field ?? "pkgname"]),
  );
  return isDown && field !== undefined ? ordered.toReversed() : ordered;
}

function compare(one: string | number | null, other: string | number | null): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  const [a, b] = [String(one ?? ""), String(other ?? "")];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The package that a path of archweb's names. */
async function named(asked: PackagesAsked): Promise<PlacedPackage> {
  checkThere(asked);
  const { service, params } = asked;
  const { repository = "", architecture = "", name = "" } = params;
  const answer = await service.named([name], everySuiteOf("pacman"));
  const places = answer.results.flatMap((result) => result.places);
  const of = places.filter(({ suite }) => archRepository(suite) === repository.toLowerCase());
  const place =
    of.find(({ record }) => record.architecture === architecture) ??
    of.find(({ record }) => record.architecture === "any");
  if (place === undefined) {
    throw nothingFound(`package ${name} of ${architecture} in a repository ${repository}`, answer);
  }
  return place;
}

function checkThere({ service }: PackagesAsked): void {
  checkKind(service, "pacman", "Arch's (pacman)");
}

export async function archDetails(asked: PackagesAsked): Promise<Response> {
  return sendJson(asked.request, archPackage(await named(asked)));
}

export async function archSonamesOf(asked: PackagesAsked): Promise<Response> {
  const place = await named(asked);
  const { pkgname, repo, arch } = archPackage(place);
  return sendJson(asked.request, { pkgname, repo, arch, sonames: archSonames(place) });
}

/** Files alone: an index of folders isn't kept. */
export async function archFiles(asked: PackagesAsked): Promise<Response> {
  const place = await named(asked);
  const { repository, suite } = place;
  const answer = await allFilesOf(
    asked.service,
    place.record.name,
    chosenSuites("pacman", [{ repository, suite }]),
  );
  checkRefusal({ ...answer, isEmpty: answer.files.length === 0 });
  checkFilesRead(answer, answer.files.length === 0);
  if (answer.files.length === 0) throw nothingFound(`file of ${place.record.name}`, answer);
  const { pkgname, repo, arch, last_update } = archPackage(place);
  return sendJson(asked.request, {
    pkgname,
    repo,
    arch,
    pkg_last_update: last_update,
    files_last_update: last_update,
    files_count: answer.files.length,
    dir_count: 0,
    files: answer.files.map(({ path }) => path),
  });
}

export async function archDownload(asked: PackagesAsked): Promise<Response> {
  const { href, record } = await named(asked);
  if (href === undefined) {
    throw new QuestionRefused(404, `The index of ${record.name} names no file.`);
  }
  return sendTo(302, `/${href.replace(/^\/+/, "")}`);
}
