/** Every URL this service answers, in one table. */
import { type IRequest, IttyRouter } from "itty-router";
import type { FleetAnswers } from "./api/fleet.ts";
import { health } from "./api/health.ts";
import { metrics } from "./api/metrics.ts";
import { mirror, mirrors } from "./api/mirrors.ts";
import {
  keptSnapshots,
  refresh,
  refreshed,
  repositories,
  repository as repositoryAnswer,
} from "./api/repositories.ts";
import { readAddress } from "./geo/address.ts";
import { badRequest, methodNotAllowed, notFound, unavailable } from "./http/errors.ts";
import { baseOf, isRefusal, readTarget, type Target } from "./http/path.ts";
import { readQuestion } from "./http/query.ts";
import type { Rules } from "./probes/rules.ts";
import type { Asked } from "./redirect/asked.ts";
import { type ClientMemory, secondOf } from "./redirect/memory.ts";
import { type PayloadEdge, servePayload } from "./redirect/payload.ts";
import { mirrorList, trace } from "./redirect/told.ts";
import { type FileRequest, serveBytes } from "./repositories/bytes.ts";
import { classify, type PathClass } from "./repositories/classify.ts";
import type { SnapshotsAtEdge } from "./repositories/snapshots/at-edge.ts";
import type { OpenSnapshot } from "./repositories/snapshots/at-edge-open.ts";
import { serveMetadata, servePinned } from "./repositories/snapshots/serve.ts";
import { readPin } from "./repositories/snapshots/serve-pinned.ts";
import type { Background } from "./shared-work.ts";
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
  /** What serving payload and bytes takes besides. */
  payload: PayloadEdge;
  /** Absent: no snapshots are made here, and all metadata comes from the origins. */
  snapshots?: SnapshotsAtEdge;
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
  .get("/metrics", (_, { views, fleet, payload, now }) =>
    metrics(views, fleet, payload.counts, now()),
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
  edge: Edge,
  ctx: Background,
): Response | Promise<Response> {
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
    return pinned(request, method, target, edge, ctx) ?? other(request, target, edge);
  }
  if (end < 0) return toFolder(request, repository.repository.name);
  return file(request, method, target, repository, end + 1, edge, ctx);
}

function toFolder(request: Request, name: string): Response {
  return new Response(null, {
    status: 301,
    headers: { Location: `${baseOf(request)}${name}/`, "Cache-Control": "no-cache" },
  });
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
    const answered = question(request, target.query, wanted, kind, edge, ctx);
    if (answered !== undefined) return answered;
  }
  if (kind === "payload") {
    return servePayload(asked(request, method, opened, path, decoded, edge), edge.payload, ctx);
  }
  if (kind === "metadata" && edge.snapshots !== undefined) {
    return metadata({ request, repository, path, decoded }, edge.snapshots, edge, ctx);
  }
  return serveBytes({ request, repository, path, decoded }, edge.payload.bytes, ctx);
}

/** From the repository's snapshot, or that one, where it covers the file; else the origin's bytes. */
async function metadata(
  file: FileRequest,
  snapshots: SnapshotsAtEdge,
  { visitors, now, payload }: Edge,
  ctx: Background,
  snapshot?: OpenSnapshot,
): Promise<Response> {
  const { address } = visitors.of(file.request).client;
  const asked = { ...file, client: address, now: now() };
  const served =
    snapshot === undefined
      ? await serveMetadata(asked, snapshots, ctx)
      : await servePinned(asked, snapshot, snapshots, ctx);
  return served ?? serveBytes(file, payload.bytes, ctx);
}

/** `/{repository}@{snapshot}/...`; `undefined`: no such path. Looked at only where no repository has the name. */
function pinned(
  request: Request,
  method: string,
  target: Target,
  edge: Edge,
  ctx: Background,
): Response | Promise<Response> | undefined {
  const { path, decoded } = target;
  const decodedEnd = decoded.indexOf("/", 1);
  const pin = readPin(decoded.slice(1, decodedEnd < 0 ? decoded.length : decodedEnd));
  const opened = pin === undefined ? undefined : edge.views.byName.get(pin.repository);
  if (pin === undefined || opened === undefined) return undefined;
  const end = path.indexOf("/", 1);
  if (end < 0) return toFolder(request, path.slice(1));
  const { repository } = opened;
  const { snapshots } = edge;
  const inside = { path: path.slice(end + 1), decoded: decoded.slice(decodedEnd + 1) };
  // Payload never changes under its name: it is redirected as the repository's own.
  if (classify(repository.kind, inside.decoded) !== "metadata") {
    const plain = { ...inside, query: target.query };
    return file(request, method, plain, opened, 0, edge, ctx);
  }
  const list = `Kept snapshots are listed at /api/v1/repositories/${repository.name}/snapshots.`;
  const none = (why: string) => notFound(path, `${why} ${list}`);
  const { wanted, time } = pin;
  if (wanted === undefined) {
    return none("What follows the @ is neither a snapshot's id nor a time as 20261123T0255Z.");
  }
  // What is newest then nobody knows yet, and an address must not change what it means.
  if (time !== undefined && time > edge.now()) return none("That time has not come yet.");
  if (snapshots === undefined) return none("No snapshots are made here.");
  return snapshots.kept(repository, wanted, ctx).then(
    (snapshot) => {
      if (snapshot === null) return none(`No snapshot of ${repository.name} that is kept is that.`);
      return metadata({ request, repository, ...inside }, snapshots, edge, ctx, snapshot);
    },
    (error: unknown) => {
      console.warn(`${path}: ${error instanceof Error ? error.message : error}`);
      return unavailable(
        `Kept snapshots of ${repository.name} could not be read. Try again shortly.`,
      );
    },
  );
}

function asked(
  request: Request,
  method: string,
  opened: OpenRepository,
  path: string,
  decoded: string,
  { visitors, memory, now: clock }: Edge,
): Asked {
  const now = clock();
  return {
    request,
    method,
    opened,
    path,
    decoded,
    visitor: visitors.of(request),
    scheme: visitors.scheme(request),
    memory,
    now,
    second: secondOf(now),
  };
}

/** `?mirrorlist` and `?trace`; `undefined` where the query asks for neither. */
function question(
  request: Request,
  query: string,
  wanted: () => Asked,
  kind: PathClass,
  { visitors, payload }: Edge,
  ctx: Background,
): Response | Promise<Response> | undefined {
  const { mirrorlist, trace: traced, ip } = readQuestion(query);
  if (!mirrorlist && !traced) return undefined;
  if (!traced) return mirrorList(wanted(), request.headers.get("Accept"));
  if (ip !== undefined && readAddress(ip) === undefined) {
    return badRequest(400, "ip= is not an IPv4 or IPv6 address.");
  }
  return trace(wanted(), ip, visitors, kind, payload, ctx);
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
