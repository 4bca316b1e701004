/** Every URL this service answers, in one table. */
import { type IRequest, IttyRouter } from "itty-router";
import { health } from "../api/health.ts";
import { metrics } from "../api/metrics.ts";
import { mirror, mirrors } from "../api/mirrors.ts";
import {
  keptSnapshots,
  refresh,
  refreshed,
  repositories,
  repository as repositoryAnswer,
} from "../api/repositories.ts";
import {
  clientsList,
  type ListRequest,
  metalink,
  mirrorlist,
} from "../delivery/lists/serve-repository-list.ts";
import { badRequest, methodNotAllowed, notFound } from "../http/errors.ts";
import { baseOf, isRefusal, readTarget, type Target } from "../http/path.ts";
import { refuseLoop } from "../outbound/cdn-loop.ts";
import { page } from "../pages/front-page.ts";
import { probesPage } from "../pages/probes-page.ts";
import { setupAnswer } from "../pages/setup/setup-answer.ts";
import type { Background } from "../runtime/background.ts";
import { fileAgain, pinnedFile, repositoryFile, toFolder } from "./repository-file.ts";
import type { Services } from "./services.ts";

export type { Services } from "./services.ts";

/**
 * Pages and the API. Repositories come first in `answer` and pass this table by: they are nearly all
 * requests, and matching patterns one after the other would be the larger part of a redirect.
 */
const routes = IttyRouter<
  IRequest & { base: string; search: string; asking: ListRequest },
  [Services],
  Response | Promise<Response>
>();
routes
  .get("/", ({ base }, { views }) => page(views, base))
  .get("/setup/:name", ({ params, base }, { views }) =>
    setupAnswer(params.name ?? "", views.repositories, base),
  )
  .get("/setup/:name/bytes", ({ params, base }, { views }) =>
    setupAnswer(params.name ?? "", views.repositories, base, { bytes: true }),
  )
  .get("/mirrorlist", ({ asking }) => mirrorlist(asking))
  .get("/metalink", ({ asking }) => metalink(asking))
  .get("/mirrorlist/:kind/:name", ({ params, asking }) =>
    clientsList(params.kind ?? "", params.name ?? "", asking),
  )
  .get("/probes", (_, { rules }) => probesPage(rules))
  .get("/metrics", (_, { views, fleet, payload, now }) =>
    metrics(views, fleet, payload.counts, now(), payload.looks?.counts),
  )
  .get("/api/v1/health", (_, { views, fleet, now }) => health(views, fleet, now()))
  .get("/api/v1/mirrors", ({ search }, { views, fleet, now }) =>
    mirrors(search, views, fleet, now()),
  )
  .get("/api/v1/mirrors/:name", ({ params, search }, { views, fleet, now }) =>
    mirror(params.name ?? "", search, views, fleet, now()),
  )
  .get("/api/v1/repositories", (_, { views, snapshots }) => repositories(views, snapshots))
  .get("/api/v1/repositories/:name", ({ params }, { views, snapshots, now }) =>
    repositoryAnswer(params.name ?? "", views, snapshots, now()),
  )
  .get("/api/v1/repositories/:name/snapshots", ({ params, base }, { views, snapshots }) =>
    keptSnapshots(params.name ?? "", base, views, snapshots),
  )
  .get("/robots.txt", () => new Response("User-agent: *\nDisallow: /\nAllow: /$\n"));

/** The answer to any request. Never throws for what a client sends. */
export function answer(
  request: Request,
  edge: Services,
  ctx: Background,
): Response | Promise<Response> {
  const looping = refuseLoop(request, edge.ownId);
  if (looping !== undefined) return looping;
  const target = readTarget(request.url);
  if (isRefusal(target)) return badRequest(target.status, target.reason);
  const { method } = request;
  if (method !== "GET" && method !== "HEAD") {
    const name = method === "POST" ? refreshed(target.path) : undefined;
    if (name === undefined) return methodNotAllowed(method);
    return refresh(name, edge.views, edge.snapshots);
  }

  const end = target.path.indexOf("/", 1);
  const repository = edge.views.byName.get(target.path, 1, end < 0 ? target.path.length : end);
  if (repository === undefined) {
    return (
      fileAgain(request, method, target, edge, ctx) ??
      pinnedFile(request, method, target, edge, ctx) ??
      other(request, target, edge, ctx)
    );
  }
  if (end < 0) return toFolder(request, repository.repository.name, edge);
  return repositoryFile(request, method, target, repository, end + 1, edge, ctx);
}

/** Pages and the API. HEAD is answered as GET without the body: itty-router doesn't route it to GET. */
async function other(
  request: Request,
  target: Target,
  edge: Services,
  background: Background,
): Promise<Response> {
  // Routes look at the path alone; the client's Host may be no host at all.
  const asGet = Object.assign(new Request(`http://nearmirror.invalid${target.path}`), {
    base: baseOf(request, edge.visitors.scheme(request)),
    search: target.query,
    asking: { ...edge, request, query: target.query, now: edge.now(), background },
  });
  const found = await routes.fetch(asGet, edge);
  const names = edge.views.repositories.map(({ name }) => `/${name}/`).join(" ");
  const response = found ?? notFound(target.path, `Repositories: ${names}`);
  if (request.method === "GET") return response;
  await response.body?.cancel();
  return new Response(null, response);
}
