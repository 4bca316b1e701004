/** The answer to whatever programs ask about packages: our API, and what clients of other services ask. */
import { type IRequest, IttyRouter } from "itty-router";
import { baseHeader } from "../../http/caller-header.ts";
import { problem } from "../../http/problem.ts";
import type { PackageService } from "../../search/package-service.ts";
import {
  archDetails,
  archDownload,
  archFiles,
  archSearch,
  archSonamesOf,
} from "./clients/archweb.ts";
import { debianSearch } from "./clients/debian-search.ts";
import { madison } from "./clients/madison.ts";
import {
  mdapiBranches,
  mdapiFilesOf,
  mdapiOne,
  mdapiRelated,
  mdapiSource,
} from "./clients/mdapi.ts";
import { repologyProject, repologyProjects } from "./clients/repology.ts";
import { findFiles } from "./find-files.ts";
import { manyPackages } from "./many-packages.ts";
import { onePackage, packageFiles, packageVersions } from "./one-package.ts";
import type { PackagesAsked } from "./packages-asked.ts";
import { QuestionRefused } from "./question-refused.ts";
import { searchPackages } from "./search-packages.ts";
import { sendRefusal } from "./send.ts";

/** One row: a path with placeholders, as the edge's table has it. */
export interface PackageApiRow {
  path: string;
  method: "GET" | "POST";
  answer(asked: PackagesAsked): Response | Promise<Response>;
}

/** In the order of looking: what is written out goes before a placeholder. A slash at a path's end doesn't count. */
export const packageApiRows: readonly PackageApiRow[] = [
  { path: "/api/v1/packages", method: "GET", answer: searchPackages },
  { path: "/api/v1/packages", method: "POST", answer: manyPackages },
  { path: "/api/v1/packages/{name}", method: "GET", answer: onePackage },
  { path: "/api/v1/packages/{name}/versions", method: "GET", answer: packageVersions },
  { path: "/api/v1/packages/{name}/files", method: "GET", answer: packageFiles },
  { path: "/api/v1/files", method: "GET", answer: findFiles },
  { path: "/api/v1/project/{name}", method: "GET", answer: repologyProject },
  { path: "/api/v1/projects", method: "GET", answer: repologyProjects },
  { path: "/api/v1/projects/{bound}", method: "GET", answer: repologyProjects },
  { path: "/madison", method: "GET", answer: madison },
  { path: "/mdapi/branches", method: "GET", answer: mdapiBranches },
  { path: "/mdapi/{branch}/pkg/{name}", method: "GET", answer: mdapiOne },
  { path: "/mdapi/{branch}/srcpkg/{name}", method: "GET", answer: mdapiSource },
  { path: "/mdapi/{branch}/files/{name}", method: "GET", answer: mdapiFilesOf },
  { path: "/mdapi/{branch}/{relation}/{name}", method: "GET", answer: mdapiRelated },
  { path: "/packages/search/json", method: "GET", answer: archSearch },
  {
    path: "/packages/{repository}/{architecture}/{name}/json",
    method: "GET",
    answer: archDetails,
  },
  {
    path: "/packages/{repository}/{architecture}/{name}/files/json",
    method: "GET",
    answer: archFiles,
  },
  {
    path: "/packages/{repository}/{architecture}/{name}/sonames/json",
    method: "GET",
    answer: archSonamesOf,
  },
  {
    path: "/packages/{repository}/{architecture}/{name}/download",
    method: "GET",
    answer: archDownload,
  },
  { path: "/search", method: "GET", answer: debianSearch },
];

interface Matched {
  rows: readonly PackageApiRow[];
  params: Record<string, string>;
}

const paths = IttyRouter<IRequest, [], Matched>();
for (const path of new Set(packageApiRows.map((row) => row.path))) {
  const rows = packageApiRows.filter((row) => row.path === path);
  paths.all(path.replace(/\{(\w+)\}/g, ":$1"), ({ params }) => ({ rows, params }));
}

/**
 * The answer; `undefined`: no program asks that path, and it may be a page's. Never rejects for what a client sends, nor
 * where the service fails.
 */
export async function answerPackages(
  request: Request,
  service: PackageService,
): Promise<Response | undefined> {
  const { pathname, search } = new URL(request.url);
  const found: Matched | undefined = await paths.fetch({
    method: "GET",
    url: `http://nearmirror.invalid${pathname}`,
  });
  if (found === undefined) return undefined;
  const method = request.method === "HEAD" ? "GET" : request.method;
  const row = found.rows.find((one) => one.method === method);
  if (row === undefined) return notAllowed(request.method, found.rows);
  try {
    return await row.answer({
      service,
      base: request.headers.get(baseHeader) ?? "/",
      path: pathname,
      params: decoded(found.params),
      query: search.slice(1),
      request,
    });
  } catch (error) {
    if (error instanceof QuestionRefused) return sendRefusal(error);
    console.error(error);
    return problem(500, {
      detail:
        "The service could not answer that, which is a fault of its own; its operator finds the reason in the log.",
    });
  }
}

function notAllowed(method: string, rows: readonly PackageApiRow[]): Response {
  const allow = rows.flatMap((row) => (row.method === "GET" ? ["GET", "HEAD"] : [row.method]));
  return problem(405, {
    detail: `${method} is not answered here. Use ${allow.join(", ")}.`,
    headers: { Allow: allow.join(", ") },
  });
}

/** Segments as their escapes say. The edge's door has refused escapes that can't be decoded. */
function decoded(params: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
}
