/** Checks a whole list: every file by its schema, then what only several files together can show. */
import { type HostReach, reachOfHost } from "../outbound/host-reach.ts";
import { checkRepository } from "./check-repository.ts";
import { checkSite } from "./check-site.ts";
import { nearestWord } from "./nearest-word.ts";
import { byPlace, type Problem } from "./problem.ts";
import { readRepository, readSite } from "./schema.ts";
import { offeredSchemes, type RepositoryFile, repositoryUrl, type Site, schemes } from "./site.ts";
import type { ListSources, Source } from "./source.ts";
import { areOfOneTree, treeProblem } from "./trees.ts";

export interface CheckedList {
  /** Only those without an error. */
  repositories: RepositoryFile[];
  sites: Site[];
  errors: Problem[];
  warnings: Problem[];
}

/**
 * Checks parsed files. Pure; `now` is in Unix milliseconds and tells which states have run out.
 * `locate`, where given, judges coordinates against the site's country: kilometres from the
 * country's nearest known town, or undefined.
 */
export function checkList(files: ListSources, now: number, locate?: Locate): CheckedList {
  const errors: Problem[] = [];
  const warnings: Problem[] = [];

  const repositories: RepositoryFile[] = [];
  for (const source of files.repositories) {
    const found = source.problems.length > 0 ? source.problems : readRepository(source);
    const problems = Array.isArray(found)
      ? found
      : checkRepository(source, found, nameOfFile(source), files.keys);
    errors.push(...problems);
    if (!Array.isArray(found) && problems.length === 0) repositories.push(found);
  }
  // A repository whose file has a fault of its own is known all the same: one fault, one message.
  const known = new Map<string, KnownRepository>();
  for (const source of files.repositories) known.set(nameOfFile(source), undefined);
  for (const repository of repositories) known.set(repository.name, repository);
  const misplaced = new Set<string>();
  for (const source of files.repositories) {
    const repository = known.get(nameOfFile(source));
    const problem = repository && treeProblem(source, repository, known);
    if (repository === undefined || problem === undefined) continue;
    errors.push(problem);
    misplaced.add(repository.name);
  }

  const sites: Site[] = [];
  const claimed = new Map<string, Claim>();
  for (const source of files.mirrors) {
    const { site: found, ...verdict } = checkSiteFile(source, known, now);
    if (found !== undefined) verdict.errors.push(...claimUrls(source, found, claimed, known));
    if (locate && found !== undefined) {
      const { error, warning } = checkPlace(source, found, locate);
      if (error !== undefined) verdict.errors.push(error);
      if (warning !== undefined) verdict.warnings.push(warning);
    }
    errors.push(...verdict.errors);
    warnings.push(...verdict.warnings);
    if (found !== undefined && verdict.errors.length === 0) sites.push(found);
  }
  return {
    repositories: repositories.filter(({ name }) => !misplaced.has(name)),
    sites,
    errors: errors.sort(byPlace),
    warnings: warnings.sort(byPlace),
  };
}

/** Kilometres from the country's nearest known town; undefined where no town of it is known. */
export type Locate = (country: string, latitude: number, longitude: number) => number | undefined;

/** Coordinates that can't be those of the country: an error where it is plain what they should be. */
export function checkPlace(
  source: Source,
  { country, latitude, longitude }: Site,
  locate: Locate,
): { error?: Problem; warning?: Problem } {
  if (country === undefined || latitude === undefined || longitude === undefined) return {};
  const away = locate(country, latitude, longitude);
  if (away === undefined || away <= farKm) return {};
  const said = `The coordinates are ${Math.round(away)} km from any town in ${country}.`;
  const fits = (north: number, east: number) =>
    Math.abs(north) <= 90 && (locate(country, north, east) ?? Number.POSITIVE_INFINITY) <= farKm;
  const problem = (advice: string) => source.problemAt(["latitude"], `${said} ${advice}`);
  if (fits(longitude, latitude)) {
    const swapped = `Swapped (latitude ${longitude}, longitude ${latitude}) they fit`;
    return { error: problem(`${swapped}: correct them, or the country.`) };
  }
  for (const [north, east] of [
    [latitude, -longitude],
    [-latitude, longitude],
    [-latitude, -longitude],
  ] as const) {
    if (!fits(north, east)) continue;
    const turned = `As latitude ${north}, longitude ${east} they fit`;
    return { error: problem(`${turned}: correct the signs, or the country.`) };
  }
  return { warning: problem("Check country and coordinates (signs, and which is which).") };
}

/** A repository as its file says it; undefined where that file has an error of its own. */
export type KnownRepository = RepositoryFile | undefined;

/** What is wrong with one site's file, apart from what other sites say. `site` is absent where it is none by its schema. */
export function checkSiteFile(
  source: Source,
  known: ReadonlyMap<string, KnownRepository>,
  now: number,
): { site?: Site; errors: Problem[]; warnings: Problem[] } {
  const site = source.problems.length > 0 ? source.problems : readSite(source);
  if (Array.isArray(site)) return { errors: site, warnings: [] };
  const { errors, warnings } = checkSite(source, site, nameOfFile(source), now);
  errors.push(...checkCarried(source, site, known), ...checkReach(source, site, known));
  return { site, errors, warnings };
}

/** Beyond any island or desert station; swapped or sign-flipped coordinates are further off. */
const farKm = 300;

/** What a file's name says that it holds: `a.example` of `mirrors/a.example.yaml`. */
export function nameOfFile(source: Source): string {
  const [name = ""] = /[^/\\]*$/.exec(source.file) ?? [];
  return name.replace(/\.ya?ml$/, "");
}

function checkCarried(
  source: Source,
  site: Site,
  known: ReadonlyMap<string, KnownRepository>,
): Problem[] {
  const problems: Problem[] = [];
  for (const [name, carried] of Object.entries(site.repositories)) {
    if (!known.has(name)) {
      const nearest = nearestWord(name, [...known.keys()]);
      const advice = nearest
        ? `Did you mean \`${nearest}\`?`
        : `Known: ${[...known.keys()].join(", ")}. A new one needs a file in mirror-list/repositories/.`;
      problems.push(
        source.problemAtKey(
          ["repositories", name],
          `There is no repository \`${name}\`. ${advice}`,
        ),
      );
      continue;
    }
    const words = known.get(name)?.architectures ?? [];
    carried.architectures?.forEach((architecture, index) => {
      if (words.length === 0 || words.includes(architecture)) return;
      const nearest = nearestWord(architecture, words);
      problems.push(
        source.problemAt(
          ["repositories", name, "architectures", index],
          `${name} has no architecture \`${architecture}\`. ${nearest ? `Did you mean \`${nearest}\`?` : `It has: ${words.join(", ")}.`}`,
        ),
      );
    });
  }
  return problems;
}

/**
 * Bases that clients out there can't reach: a client of a public repository would be sent into its own network. One
 * whose origin is inside a network itself (a company's, a lab's) may have its mirrors there.
 */
function checkReach(
  source: Source,
  site: Site,
  known: ReadonlyMap<string, KnownRepository>,
): Problem[] {
  if (site.private || site.scope !== undefined) return [];
  const isPublic = (name: string) => {
    const origin = known.get(name)?.origin;
    return origin !== undefined && reachOf(origin)?.reach === "public";
  };
  if (!Object.keys(site.repositories).some(isPublic)) return [];
  return schemes.flatMap((scheme) => {
    const base = site.base[scheme];
    const host = base === undefined ? undefined : reachOf(base);
    if (host === undefined || host.reach === "public") return [];
    const said = `\`base.${scheme}\` is ${host.what}, and no client out there can reach it. Say \`private: true\` and whose it is, or give its public name.`;
    return [source.problemAt(["base", scheme], said)];
  });
}

function reachOf(url: string): HostReach | undefined {
  return URL.canParse(url) ? reachOfHost(new URL(url).hostname) : undefined;
}

/** Who has a URL: a repository on a site. */
interface Claim {
  site: string;
  repository: string;
}

/** Two sites with the same URL would be probed twice and counted as two copies of what is one. */
function claimUrls(
  source: Source,
  site: Site,
  claimed: Map<string, Claim>,
  known: ReadonlyMap<string, KnownRepository>,
): Problem[] {
  return claimsOf(site).flatMap(({ url, repository }) => {
    const other = claimed.get(url);
    if (other === undefined) {
      claimed.set(url, { site: site.name, repository });
      return [];
    }
    if (other.site === site.name && areOfOneTree(other.repository, repository, known)) return [];
    const message = `${url} is claimed by \`${other.repository}\` of ${other.site} as well. Keep it in one place only.`;
    return [source.problemAtKey(["repositories", repository], message)];
  });
}

/** The URLs that a site offers, as parsed and written again; what is no URL is left out. */
export function claimsOf(site: Site): { url: string; repository: string }[] {
  return Object.entries(site.repositories).flatMap(([repository, carried]) =>
    offeredSchemes(site, carried).flatMap((scheme) => {
      const url = repositoryUrl(site, carried, scheme);
      return url !== undefined && URL.canParse(url) ? [{ url: new URL(url).href, repository }] : [];
    }),
  );
}
