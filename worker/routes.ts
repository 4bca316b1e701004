/** Every URL this service answers, in one table. */
import { type IRequest, IttyRouter } from "itty-router";
import { health } from "./api/health.ts";
import { readAddress } from "./geo/address.ts";
import { badRequest, methodNotAllowed, notFound } from "./http/errors.ts";
import { isRefusal, readTarget, type Target } from "./http/path.ts";
import { type Question, readQuestion } from "./http/query.ts";
import { type Asked, mirrorList, redirectPayload, trace } from "./redirect/payload.ts";
import { type BytesContext, serveBytes } from "./repositories/bytes.ts";
import type { Repository } from "./repositories/catalogue.ts";
import { classify, type PathClass } from "./repositories/classify.ts";
import { page } from "./site/page.ts";
import type { OpenViews } from "./views.ts";
import type { Visitors } from "./visitors.ts";

/** What answering takes besides the request. */
export interface Edge {
  views: OpenViews;
  visitors: Visitors;
  /** What serving bytes takes; made only when bytes are served. */
  bytes: () => BytesContext;
}

/** The URL the service is asked under, up to and with the first slash of the path. */
function baseOf(request: Request): string {
  return request.url.slice(0, request.url.indexOf("/", request.url.indexOf("://") + 3) + 1);
}

/**
 * Pages and the API. Repositories come first in `answer` and pass this table by: they are nearly all
 * requests, and matching patterns one after the other would be the larger part of a redirect.
 */
const routes = IttyRouter<IRequest, [Edge], Response | Promise<Response>>();
routes
  .get("/", (request, { views }) => page(views, baseOf(request)))
  .get("/api/v1/health", (_, { views }) => health(views))
  .get("/robots.txt", () => new Response("User-agent: *\nDisallow: /\nAllow: /$\n"));

/** The answer to any request. Never throws for what a client sends. */
export function answer(request: Request, edge: Edge): Response | Promise<Response> {
  const target = readTarget(request.url);
  if (isRefusal(target)) return badRequest(target.status, target.reason);
  const { method } = request;
  if (method !== "GET" && method !== "HEAD") return methodNotAllowed(method);

  const end = target.path.indexOf("/", 1);
  const name = end < 0 ? target.path.slice(1) : target.path.slice(1, end);
  const repository = edge.views.repositories.get(name);
  if (repository === undefined) return other(request, target, edge);
  if (end < 0) {
    return new Response(null, {
      status: 301,
      headers: { Location: `${baseOf(request)}${name}/`, "Cache-Control": "no-cache" },
    });
  }
  return file(request, target, repository, end + 1, edge);
}

/** A path inside a repository: metadata and folders as bytes, payload as a redirect. */
function file(
  request: Request,
  target: Target,
  repository: Repository,
  start: number,
  edge: Edge,
): Response | Promise<Response> {
  const path = target.path.slice(start);
  // The repository's name holds no escapes, so it is as long in the decoded path.
  const decoded = target.decoded === target.path ? path : target.decoded.slice(start);
  const kind = classify(repository.kind, decoded);
  const question = readQuestion(target.query);
  if (question.mirrorlist || question.trace) {
    return asked(
      request,
      { repository, path, decoded, ...sender(request, edge) },
      question,
      kind,
      edge,
    );
  }
  if (kind === "payload") {
    const redirected = redirectPayload({ repository, path, decoded, ...sender(request, edge) });
    if (redirected !== undefined) return redirected;
  }
  return serveBytes({ request, repository, path, decoded }, edge.bytes());
}

function sender(request: Request, { visitors }: Edge): Pick<Asked, "visitor" | "scheme"> {
  return { visitor: visitors.of(request), scheme: visitors.scheme(request) };
}

function asked(
  request: Request,
  file: Asked,
  question: Question,
  kind: PathClass,
  edge: Edge,
): Response {
  if (!question.trace) return mirrorList(file, request.headers.get("Accept"));
  if (question.ip !== undefined && readAddress(question.ip) === undefined) {
    return badRequest(400, `ip=${question.ip} is not an IPv4 or IPv6 address.`);
  }
  return trace(file, question.ip, edge.visitors, kind);
}

/** Pages and the API. HEAD is answered as GET without the body: itty-router doesn't route it to GET. */
async function other(request: Request, target: Target, edge: Edge): Promise<Response> {
  const asGet = new Request(new URL(target.path, request.url), {
    method: "GET",
    headers: request.headers,
  });
  const found = await routes.fetch(asGet, edge);
  const names = [...edge.views.repositories.keys()].map((name) => `/${name}/`).join(" ");
  const response = found ?? notFound(target.path, `Repositories: ${names}`);
  if (request.method === "GET") return response;
  await response.body?.cancel();
  return new Response(null, response);
}
