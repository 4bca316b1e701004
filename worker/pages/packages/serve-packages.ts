/** Answers `/packages` and what is below it, for whoever holds a `PackageService`. The edge only forwards. */
import { withoutSlash } from "../../http/without-slash.ts";
import type { PageQuestion } from "../frame/held-pages.ts";
import { answerPackageFeed } from "./package-feed.ts";
import { packagePage } from "./package-page.ts";
import type { PackagesPageSources } from "./packages-page.ts";
import { readPackagesQuery, takes } from "./packages-query.ts";
import { searchPage, wrongSearchPage } from "./search-page.ts";

/** A package's path: `/packages/debian/g%2B%2B`, or its feed's. */
const packagePath = /^\/packages\/([^/]+)\/([^/]+?)(\/feed\.xml)?(\/)?$/;

/** What is left of a package's path without its name. */
const repositoryPath = /^\/packages\/([^/]+)\/?$/;

/**
 * The answer to `GET`; undefined: the path is none of a page here. Never rejects for what is asked, as the service.
 *
 * @param asked `path` with the client's escapes; `takes` is the pages' own
 */
export async function servePackages(
  asked: PageQuestion,
  sources: PackagesPageSources,
): Promise<Response | undefined> {
  const { path } = asked;
  if (path === "/packages") return serveSearch(asked, sources);
  const whole = repositoryPath.exec(path);
  if (whole !== null) return toRepository(whole[1] ?? "", asked.query);
  const parts = packagePath.exec(path);
  const repository = decoded(parts?.[1]);
  const name = decoded(parts?.[2]);
  if (repository === undefined || name === undefined) return undefined;
  if (parts?.[4] !== undefined) return withoutSlash(path.slice(0, -1), asked.query);
  if (parts?.[3] !== undefined) return answerPackageFeed(asked, { repository, name }, sources);
  const question = { ...asked, takes: ["at", "after"] };
  return sources.pages.answer(question, (visit) => {
    const query = readPackagesQuery(visit.query);
    if (typeof query === "string") return wrongSearchPage(visit, query);
    const { at, after } = query;
    const of = { repository, name, base: asked.base, ...(at !== undefined && { at }) };
    return packagePage(visit, { ...of, ...(after !== undefined && { after }) }, sources);
  });
}

function serveSearch(asked: PageQuestion, sources: PackagesPageSources): Promise<Response> {
  return sources.pages.answer({ ...asked, takes }, (visit) => {
    const query = readPackagesQuery(visit.query);
    return typeof query === "string"
      ? wrongSearchPage(visit, query)
      : searchPage(visit, query, sources);
  });
}

/** @param repository with the client's escapes, which the edge's door has found to be UTF-8 */
function toRepository(repository: string, query: string): Response {
  const search = query === "" ? "" : `&${query}`;
  const headers = { Location: `/packages?repository=${repository}${search}` };
  return new Response(null, { status: 302, headers: { ...headers, "Cache-Control": "no-cache" } });
}

/** Undefined: no segment, or its escapes are no UTF-8. */
function decoded(segment: string | undefined): string | undefined {
  if (segment === undefined) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
