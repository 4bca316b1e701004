/** Every URL this service answers, in one table. */
import { type IRequest, IttyRouter } from "itty-router";
import type { FleetAnswers } from "./api/fleet.ts";
import { health } from "./api/health.ts";
import { metrics } from "./api/metrics.ts";
import { mirror, mirrors } from "./api/mirrors.ts";
import { readAddress } from "./geo/address.ts";
import { badRequest, methodNotAllowed, notFound } from "./http/errors.ts";
import { baseOf, isRefusal, readTarget, type Target } from "./http/path.ts";
import { readQuestion } from "./http/query.ts";
import type { Rules } from "./probes/rules.ts";
import { type ClientMemory, secondOf } from "./redirect/memory.ts";
import {
  type Asked,
  mirrorList,
  orAvoidedMirror,
  redirectPayload,
  trace,
} from "./redirect/payload.ts";
import { type Background, type BytesContext, serveBytes } from "./repositories/bytes.ts";
import { classify, type PathClass } from "./repositories/classify.ts";
import { page } from "./site/page.ts";
import { probesPage } from "./site/probes.ts";
import type { OpenRepository, OpenViews } from "./views.ts";
import type { Visitors } from "./visitors.ts";

/** What answering takes besides the request. */
export interface Edge {
  views: OpenViews;
  visitors: Visitors;
  /** Outlives views and visitors. */
  memory: ClientMemory;
  /** The clock, Unix milliseconds. */
  now: () => number;
  /** What serving bytes takes besides. */
  bytes: BytesContext;
  /** How mirrors are probed, where they are. */
  rules: Rules;
  /** Absent: nothing is probed here. */
  fleet?: FleetAnswers;
}

/**
 * Pages and the API. Repositories come first in `answer` and pass this table by: they are nearly all
 * requests, and matching patterns one after the other would be the larger part of a redirect.
 */
const routes = IttyRouter<
  IRequest & { base: string; search: string },
  [Edge],
  Response | Promise<Response>
>();
routes
  .get("/", ({ base }, { views }) => page(views, base))
  .get("/probes", (_, { rules }) => probesPage(rules))
  .get("/metrics", (_, { views, fleet, now }) => metrics(views, fleet, now()))
  .get("/api/v1/health", (_, { views, fleet, now }) => health(views, fleet, now()))
  .get("/api/v1/mirrors", ({ search }, { views, fleet, now }) =>
    mirrors(search, views, fleet, now()),
  )
  .get("/api/v1/mirrors/:name", ({ params, search }, { views, fleet, now }) =>
    mirror(params.name ?? "", search, views, fleet, now()),
  )
  .get("/robots.txt", () => new Response("User-agent: *\nDisallow: /\nAllow: /$\n"));

/** The answer to any request. Never throws for what a client sends. */
export function answer(
  request: Request,
  edge: Edge,
  ctx: Background,
): Response | Promise<Response> {
  const target = readTarget(request.url);
  if (isRefusal(target)) return badRequest(target.status, target.reason);
  const { method } = request;
  if (method !== "GET" && method !== "HEAD") return methodNotAllowed(method);

  const end = target.path.indexOf("/", 1);
  const repository = edge.views.byName.get(target.path, 1, end < 0 ? target.path.length : end);
  if (repository === undefined) return other(request, target, edge);
  if (end < 0) {
    return new Response(null, {
      status: 301,
      headers: {
        Location: `${baseOf(request)}${repository.repository.name}/`,
        "Cache-Control": "no-cache",
      },
    });
  }
  return file(request, method, target, repository, end + 1, edge, ctx);
}

/** A path inside a repository: metadata and folders as bytes, payload as a redirect. */
function file(
  request: Request,
  method: string,
  target: Target,
  opened: OpenRepository,
  start: number,
  edge: Edge,
  ctx: Background,
): Response | Promise<Response> {
  const { repository } = opened;
  const path = target.path.slice(start);
  // The repository's name holds no escapes, so it is as long in the decoded path.
  const decoded = target.decoded === target.path ? path : target.decoded.slice(start);
  const kind = classify(repository.kind, decoded);
  if (target.query !== "") {
    const wanted = () => asked(request, method, opened, path, decoded, edge);
    const answered = question(request, target.query, wanted, kind, edge);
    if (answered !== undefined) return answered;
  }
  if (kind === "payload") {
    const wanted = asked(request, method, opened, path, decoded, edge);
    const redirected = redirectPayload(wanted);
    if (redirected !== undefined) return redirected;
    return orAvoidedMirror(
      serveBytes({ request, repository, path, decoded }, edge.bytes, ctx),
      wanted,
    );
  }
  return serveBytes({ request, repository, path, decoded }, edge.bytes, ctx);
}

function asked(
  request: Request,
  method: string,
  opened: OpenRepository,
  path: string,
  decoded: string,
  { visitors, memory, now }: Edge,
): Asked {
  return {
    request,
    method,
    opened,
    path,
    decoded,
    visitor: visitors.of(request),
    scheme: visitors.scheme(request),
    memory,
    second: secondOf(now()),
  };
}

/** `?mirrorlist` and `?trace`; `undefined` where the query asks for neither. */
function question(
  request: Request,
  query: string,
  wanted: () => Asked,
  kind: PathClass,
  { visitors }: Edge,
): Response | undefined {
  const { mirrorlist, trace: traced, ip } = readQuestion(query);
  if (!mirrorlist && !traced) return undefined;
  if (!traced) return mirrorList(wanted(), request.headers.get("Accept"));
  if (ip !== undefined && readAddress(ip) === undefined) {
    return badRequest(400, "ip= is not an IPv4 or IPv6 address.");
  }
  return trace(wanted(), ip, visitors, kind);
}

/** Pages and the API. HEAD is answered as GET without the body: itty-router doesn't route it to GET. */
async function other(request: Request, target: Target, edge: Edge): Promise<Response> {
  // Routes look at the path alone; the client's Host may be no host at all.
  const asGet = Object.assign(new Request(`http://nearmirror.invalid${target.path}`), {
    base: baseOf(request),
    search: target.query,
  });
  const found = await routes.fetch(asGet, edge);
  const names = edge.views.repositories.map(({ name }) => `/${name}/`).join(" ");
  const response = found ?? notFound(target.path, `Repositories: ${names}`);
  if (request.method === "GET") return response;
  await response.body?.cancel();
  return new Response(null, response);
}
