/** Every URL of the operators' API, in one table. What anybody may read is in `routes/table.ts`. */
import { type IRequest, IttyRouter } from "itty-router";
import { problem } from "../http/problem.ts";
import type { MatchedRoute } from "./answer-api.ts";
import type { ApiRoute } from "./api-route.ts";
import { accountRoutes } from "./routes/account-routes.ts";
import { auditRoutes } from "./routes/audit-routes.ts";
import { backupRoutes } from "./routes/backup-routes.ts";
import { bulkRoutes } from "./routes/bulk-routes.ts";
import { entryRoutes } from "./routes/entry-routes.ts";
import { eventRoutes } from "./routes/event-routes.ts";
import { listRoutes } from "./routes/list-routes.ts";
import { mirrorRoutes } from "./routes/mirror-routes.ts";
import { repositoryRoutes } from "./routes/repository-routes.ts";
import { statisticsRoutes } from "./routes/statistics-routes.ts";
import { tokenRoutes } from "./routes/token-routes.ts";
import { webhookRoutes } from "./routes/webhook-routes.ts";

export const apiRoutes: readonly ApiRoute[] = [
  ...listRoutes,
  ...entryRoutes,
  ...mirrorRoutes,
  ...bulkRoutes,
  ...repositoryRoutes,
  ...accountRoutes,
  ...tokenRoutes,
  ...auditRoutes,
  ...backupRoutes,
  ...eventRoutes,
  ...webhookRoutes,
  ...statisticsRoutes,
];

interface MatchedPath {
  rows: readonly ApiRoute[];
  params: Record<string, string>;
}

const paths = IttyRouter<IRequest, [], MatchedPath>();
for (const path of new Set(apiRoutes.map((row) => row.path))) {
  const rows = apiRoutes.filter((row) => row.path === path);
  paths.all(path.replace(/\{(\w+)\}/g, ":$1"), ({ params }) => ({ rows, params }));
}

/** The row of a request, or why there is none. */
export async function matchApi(method: string, path: string): Promise<MatchedRoute | Response> {
  const found: MatchedPath | undefined = await paths.fetch(
    new Request(`http://nearmirror.invalid${path}`),
  );
  if (found === undefined) {
    const detail = `There is nothing at ${path.slice(0, 200)}. /api/openapi.json has all that there is.`;
    return problem(404, { detail });
  }
  const { rows, params } = found;
  const route = rows.find((row) => row.method === method);
  if (route !== undefined) return { route, params: decoded(params) };
  const allow = [...new Set(rows.map((row) => row.method))].join(", ");
  return problem(405, {
    detail: `${method} is not answered here. Use ${allow}.`,
    headers: { Allow: allow },
  });
}

/** Segments as their escapes say. The door has refused escapes that can't be decoded. */
function decoded(params: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
}
