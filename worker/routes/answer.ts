/** The answer to any request, by the table of URLs. */
import { type IRequest, IttyRouter } from "itty-router";
import { isPreflight, preflightAnswer, readableByAnyPage } from "../http/any-page.ts";
import { badRequest, methodNotAllowed, misdirected, notFound } from "../http/errors.ts";
import { withoutSniffing } from "../http/no-sniff.ts";
import { isRefusal, readTarget } from "../http/path.ts";
import { toFolder } from "../http/to-folder.ts";
import { withoutSlash } from "../http/without-slash.ts";
import { refuseLoop } from "../outbound/cdn-loop.ts";
import { missing } from "../pages/missing-page.ts";
import type { Background } from "../runtime/background.ts";
import { type Ask, asText, forMethod, ReadRequest } from "./ask.ts";
import { forwardToOperators, isForOperators, printedFor } from "./forward-to-operators.ts";
import type { Asked, Method, PageRoute } from "./page-route.ts";
import type { Services } from "./services.ts";
import { pageRoutes, repositoryRoutes } from "./table.ts";

/** The rows of one path, by method. */
interface Matched {
  rows: readonly PageRoute[];
  params: Record<string, string>;
}

/** Rows of a path that is a text: most pages', and one look-up. */
const plainPages = new Map<string, Matched>();
/** Finds the rows of any other path; the method is compared afterwards, so that 405 can name those that are answered. */
const pages = IttyRouter<IRequest, [], Matched>();
for (const path of new Set(pageRoutes.map((row) => row.path))) {
  const rows = pageRoutes.filter((row) => row.path === path);
  if (path.includes("{"))
    pages.all(path.replace(/\{(\w+)\}/g, ":$1"), ({ params }) => ({ rows, params }));
  else plainPages.set(path, { rows, params: {} });
}

/** The answer to any request. Never throws for what a client sends. */
export function answer(
  request: Request,
  services: Services,
  background: Background,
): Response | Promise<Response> {
  const incoming = new ReadRequest(request);
  const looping = refuseLoop(incoming, services.ownId);
  if (looping !== undefined) return looping;
  const target = readTarget(incoming.url);
  if (isRefusal(target)) return badRequest(target.status, target.reason);
  const refusal = services.refusedHost?.(incoming.url);
  if (refusal !== undefined) return misdirected(refusal);
  const { method } = request;
  const ask: Ask = { request, method, incoming, target, services, background };
  if (method !== "GET" && method !== "HEAD") return page(ask);

  const end = target.path.indexOf("/", 1);
  const { byName } = services.views;
  const repository = byName.get(target.path, 1, end < 0 ? target.path.length : end);
  const { plain } = repositoryRoutes;
  const { traffic } = services;
  if (repository === undefined) {
    const [route, answered] = otherwise(ask);
    return traffic?.count(route, "", method, answered) ?? answered;
  }
  const { name } = repository.repository;
  const answered =
    end < 0 ? toFolder(`/${name}`, target.query) : plain.serve(ask, repository, end + 1);
  return traffic?.count("plain", name, method, answered) ?? answered;
}

/** Which route answers what doesn't begin with a repository's name, and its answer. */
function otherwise(ask: Ask): [string, Response | Promise<Response>] {
  const { again, pinned, image } = repositoryRoutes;
  const againAnswer = again.serve(ask);
  if (againAnswer !== undefined) return ["again", againAnswer];
  const pinnedAnswer = pinned.serve(ask);
  if (pinnedAnswer !== undefined) return ["pinned", pinnedAnswer];
  const imageAnswer = image.serve(ask);
  return imageAnswer === undefined ? ["page", page(ask)] : ["image", imageAnswer];
}

/** Pages, lists and the API: all are our own. */
async function page(ask: Ask): Promise<Response> {
  return withoutSniffing(await ofTable(ask));
}

/** HEAD is answered as GET without the body. */
async function ofTable(ask: Ask): Promise<Response> {
  const { request, method, target, services, background } = ask;
  const found = plainPages.get(target.path) ?? (await matched(target.path));
  if (found === undefined && target.path.endsWith("/")) {
    const page = target.path.slice(0, -1);
    // Beside a path with several, a relative Location would lead below the page. As a text: `URL` throws for an odd Host.
    if (plainPages.has(page) && !/\/\/(?:\?|$)/.test(request.url)) {
      return withoutSlash(page, target.query);
    }
  }
  if (found?.rows.some((one) => one.isForAnyPage) && isPreflight(request)) {
    return preflightAnswer(allowed(found));
  }
  const named: Method | "HEAD" | undefined =
    method === "GET" || method === "HEAD" || method === "POST" ? method : undefined;
  const row = found?.rows.find((one) => one.method === (named === "HEAD" ? "GET" : named));
  if (row === undefined && services.operators !== undefined && isForOperators(target.path)) {
    const answered = await forwardToOperators(ask, services.operators);
    // The path is the edge's, and neither of them answers that method.
    if (answered.status === 404 && found !== undefined) {
      return methodNotAllowed(method, allowed(found));
    }
    // What is for one person alone has tags and secrets in it, whose bytes stay as they are.
    const isPublic = answered.headers.get("Cache-Control")?.startsWith("public") ?? false;
    return forMethod(method, isPublic ? asText(ask, answered) : answered);
  }
  if (row === undefined) {
    if (found !== undefined || named === undefined || named === "POST") {
      return methodNotAllowed(method, allowed(found));
    }
    const names = services.views.repositories.map((one) => `/${one.name}/`).join(" ");
    const asked = { request, ...target, base: "", now: services.now() };
    const plain = notFound(target.path, `Repositories: ${names}`);
    return forMethod(method, asText(ask, await missing(asked, services.views, plain)));
  }
  const asked: Asked = {
    params: found?.params ?? {},
    ...printedFor(ask),
    query: target.query,
    path: target.path,
    list: { ...services, request, query: target.query, now: services.now(), background },
  };
  if (row.isAllowedByOperators) return await answerAllowed(ask, () => row.answer(asked, services));
  const made = await row.answer(asked, services);
  const answered = row.isForAnyPage ? readableByAnyPage(made) : made;
  return forMethod(method, row.compresses === true ? answered : asText(ask, answered));
}

/** What a row answers to somebody who may ask; else why it doesn't. */
async function answerAllowed(ask: Ask, row: () => Response | Promise<Response>): Promise<Response> {
  const { operators } = ask.services;
  if (operators === undefined) {
    return notFound(ask.target.path, "There are no accounts here, so nobody may do that.");
  }
  const allowed = await forwardToOperators(ask, operators);
  if (allowed.status !== 202) return allowed;
  allowed.body?.cancel().catch(() => undefined);
  const answered = await row();
  const headers = new Headers(answered.headers);
  for (const [name, value] of allowed.headers) if (!headers.has(name)) headers.set(name, value);
  // Of the body that wasn't passed on.
  if (!answered.headers.has("Content-Length")) headers.delete("Content-Length");
  return new Response(answered.body, { status: answered.status, headers });
}

/** The rows of a path. Routes go by the path alone; the client's Host may be no host at all. */
async function matched(path: string): Promise<Matched | undefined> {
  // The router reads no more than these two, and a `Request` is made out of the engine.
  return await pages.fetch({ method: "GET", url: `http://nearmirror.invalid${path}` });
}

/** Methods that a path answers; a path inside a repository, or that isn't there, none but GET and HEAD. */
function allowed(found: Matched | undefined): string {
  const methods = found?.rows.map((row) => row.method) ?? ["GET"];
  return methods.flatMap((one) => (one === "GET" ? ["GET", "HEAD"] : [one])).join(", ");
}
