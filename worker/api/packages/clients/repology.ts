/**
 * `/api/v1/project/…` and `/api/v1/projects/…`, as Repology has them: the fields that mean the same. Which version is the
 * newest anywhere isn't told: versions of different kinds can't be compared.
 */
import type { PackageResult, PlacedPackage } from "../../../search/package-service.ts";
import { PackageParameters } from "../package-parameters.ts";
import type { PackagesAsked } from "../packages-asked.ts";
import { QuestionRefused } from "../question-refused.ts";
import { sendJson } from "../send.ts";
import { checkAnswered, checkRefusal } from "../told.ts";
import { allResults } from "./all-pages.ts";

/** Projects of one answer, as Repology's. */
const projectsPerPage = 200;
const everySuite = { repositories: [], suites: [], kinds: [], architectures: [] };

/** A suite as Repology would call it: `debian_bookworm`, `fedora_releases_44_Everything_x86_64_os`. */
export function repologyRepository({ repository, suite }: PlacedPackage): string {
  return [repository, ...suite.split("/")].filter((step) => step !== ".").join("_");
}

/** Without epoch, revision and Alpine's `-rN`. */
function upstreamVersion(version: string): string {
  return version.replace(/^\d+:/, "").replace(/-[^-]*$/, "");
}

function repologyPackage(place: PlacedPackage) {
  const { record } = place;
  const version = upstreamVersion(record.version);
  const address = /<([^<>\s]+@[^<>\s]+)>/.exec(record.maintainer ?? "")?.[1];
  return {
    repo: repologyRepository(place),
    ...(place.component !== undefined && { subrepo: place.component }),
    srcname: record.source ?? record.name,
    binname: record.name,
    visiblename: record.source ?? record.name,
    version,
    origversion: version === record.version ? null : record.version,
    ...(record.summary !== undefined && { summary: record.summary }),
    ...(record.section !== undefined && { categories: [record.section] }),
    ...(record.license !== undefined && { licenses: [record.license] }),
    ...(address !== undefined && { maintainers: [address.toLowerCase()] }),
  };
}

/** Packages of the name, and those made of a source of the name. None is an empty list, as there. */
export async function repologyProject(asked: PackagesAsked): Promise<Response> {
  if (asked.query !== "") new PackageParameters(asked.query, []);
  const name = asked.params.name ?? "";
  const [named, made] = await Promise.all([
    asked.service.named([name], everySuite),
    asked.service.madeOf([name], everySuite),
  ]);
  checkAnswered(named);
  const places = new Map<string, PlacedPackage>();
  for (const place of [...named.results, ...made.results].flatMap((one) => one.places)) {
    const { name: of, version, architecture } = place.record;
    const key = [place.repository, place.suite, of, version, architecture].join(" ");
    places.set(key, place);
  }
  return sendJson(asked.request, [...places.values()].map(repologyPackage));
}

/** Projects by name, 200 from `{bound}` on, or with `..{bound}` those before it. */
export async function repologyProjects(asked: PackagesAsked): Promise<Response> {
  const given = new PackageParameters(asked.query, ["search", "inrepo", "notinrepo"]);
  const search = given.text("search")?.toLowerCase();
  if (search === undefined) {
    throw new QuestionRefused(
      400,
      "search= is missing: a part of the names. Projects are searched here, and not listed.",
    );
  }
  const answer = await allResults((page) =>
    asked.service.search({ ...everySuite, ...page, q: search, fields: ["name"] }),
  );
  checkRefusal({ ...answer, isEmpty: answer.results.length === 0 });
  checkAnswered(answer);
  const byProject = Map.groupBy(
    answer.results.filter(({ name }) => name.toLowerCase().includes(search)),
    ({ name }) => name,
  );
  const names = [...byProject]
    .filter(([, results]) => isIn(results, given))
    .map(([name]) => name)
    .toSorted((one, other) => (one < other ? -1 : 1));
  return sendJson(
    asked.request,
    Object.fromEntries(
      pageOf(names, asked.params.bound ?? "").map((name) => [
        name,
        (byProject.get(name) ?? []).flatMap(({ places }) => places.map(repologyPackage)),
      ]),
    ),
  );
}

function isIn(results: readonly PackageResult[], given: PackageParameters): boolean {
  const repos = results.flatMap(({ places }) =>
    places.flatMap((place) => [place.repository, repologyRepository(place).toLowerCase()]),
  );
  const [inRepo, notInRepo] = [given.text("inrepo"), given.text("notinrepo")];
  if (inRepo !== undefined && !repos.includes(inRepo.toLowerCase())) return false;
  return notInRepo === undefined || !repos.includes(notInRepo.toLowerCase());
}

function pageOf(names: readonly string[], bound: string): string[] {
  if (!bound.startsWith("..")) {
    return names.filter((name) => name >= bound).slice(0, projectsPerPage);
  }
  return names.filter((name) => name <= bound.slice(2)).slice(-projectsPerPage);
}
