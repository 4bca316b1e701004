/** A path inside a repository, pinned to a snapshot or not: which of all that is served there it gets. */

import { secondOf } from "../clients/history.ts";
import { isWishError, noWish } from "../clients/wish.ts";
import { ofNamedMirror, wishOf, withWish, wrongWish } from "../delivery/apply-wish.ts";
import type { FileRequest } from "../delivery/file-request.ts";
import { listBehindName, mirrorListOf, namesList } from "../delivery/lists/serve-file-list.ts";
import { bytesFirst, servePayloadFor } from "../delivery/lists/serve-negotiated.ts";
import { serveMetadata, servePinned } from "../delivery/metadata.ts";
import { type BytesRequest, serveBytes } from "../delivery/origin-bytes.ts";
import { trace } from "../delivery/trace.ts";
import { classify, kindRules, type PathClass } from "../formats/classify.ts";
import { readAddress } from "../geo/address.ts";
import { badRequest, notFound, unavailable } from "../http/errors.ts";
import { baseOf, type Target } from "../http/path.ts";
import { readQuestion } from "../http/query.ts";
import { serveFolder } from "../pages/folder/serve-folder.ts";
import type { OpenSnapshot } from "../repositories/reader/open-snapshot.ts";
import { readPin } from "../repositories/reader/pin.ts";
import type { SnapshotsAtEdge } from "../repositories/reader/snapshots-at-edge.ts";
import type { Background } from "../runtime/background.ts";
import type { OpenRepository } from "../views/views.ts";
import type { Services } from "./services.ts";

/** A folder asked for without its slash. */
export function toFolder(request: Request, name: string, { visitors }: Services): Response {
  return new Response(null, {
    status: 301,
    headers: {
      Location: `${baseOf(request, visitors.scheme(request))}${name}/`,
      "Cache-Control": "no-cache",
    },
  });
}

/** The first segment of paths at which a client asks for a file again, because what it got at its own path was no good. */
export const againSegment = "/again/";

/**
 * `/again/{repository}/...`: the file as at `/{repository}/...`, payload as bytes, checked where it is listed. For
 * clients that can be told a second place (apt's `mirror` method) and never ask us again after a redirect.
 */
export function fileAgain(
  request: Request,
  method: string,
  target: Target,
  edge: Services,
  ctx: Background,
): Response | Promise<Response> | undefined {
  const { path } = target;
  if (!path.startsWith(againSegment)) return undefined;
  const end = path.indexOf("/", againSegment.length);
  if (end < 0) return undefined;
  const opened = edge.views.byName.get(path, againSegment.length, end);
  if (opened === undefined) return undefined;
  const inside = path.slice(end + 1);
  const decoded = target.decoded === path ? inside : target.decoded.slice(end + 1);
  if (classify(opened.repository.kind, decoded) !== "payload" || target.query !== "") {
    return repositoryFile(request, method, target, opened, end + 1, edge, ctx);
  }
  const asking = asked(request, method, opened, inside, decoded, edge);
  return bytesFirst(asking, edge.payload, ctx);
}

/** A path inside a repository: metadata and folders as bytes, payload as a redirect. */
export function repositoryFile(
  request: Request,
  method: string,
  target: Target,
  opened: OpenRepository,
  start: number,
  edge: Services,
  ctx: Background,
): Response | Promise<Response> {
  const { repository } = opened;
  const path = target.path.slice(start);
  // The repository's name holds no escapes, so it is as long in the decoded path.
  const decoded = target.decoded === target.path ? path : target.decoded.slice(start);
  const kind = classify(repository.kind, decoded);
  if (target.query !== "" || edge.labels !== undefined) {
    const wanted = asked(request, method, opened, path, decoded, edge);
    const answered = worded(target.query, wanted, kind, edge, ctx);
    if (answered !== undefined) return answered;
  }
  if (kind === "directory") {
    const file = { request, scheme: edge.visitors.scheme(request), repository, path, decoded };
    return folder(file, target.query, repository.name, edge, ctx);
  }
  // In other repositories no payload's name ends as a list's does.
  if (kind === "payload" && repository.kind !== "files") {
    return servePayloadFor(asked(request, method, opened, path, decoded, edge), edge.payload, ctx);
  }
  if (namesList({ opened, decoded, path })) {
    return list(asked(request, method, opened, path, decoded, edge), kind, edge, ctx);
  }
  return plainly(asked(request, method, opened, path, decoded, edge), kind, edge, ctx);
}

/** A folder's page, or what of it a program asks for. @param prefix the URL's first segment as asked */
function folder(
  file: BytesRequest,
  query: string,
  prefix: string,
  { payload, snapshots, now }: Services,
  ctx: Background,
  snapshot?: OpenSnapshot,
): Promise<Response> {
  const { bytes, files } = payload;
  const known = { ...(files && { files }), ...(snapshots && { snapshots }) };
  const from = { bytes, ...known, ...(snapshot && { snapshot }) };
  return serveFolder({ ...file, query, prefix, now: now() }, from, ctx);
}

/** The file itself. */
function plainly(
  asked: FileRequest,
  kind: PathClass,
  edge: Services,
  ctx: Background,
): Response | Promise<Response> {
  if (kind === "payload") return servePayloadFor(asked, edge.payload, ctx);
  const { request, scheme, opened, path, decoded } = asked;
  const file = { request, scheme, repository: opened.repository, path, decoded };
  if (kind === "metadata" && edge.snapshots !== undefined) {
    return metadata(file, edge.snapshots, edge, ctx);
  }
  return serveBytes(file, edge.payload.bytes, ctx);
}

/**
 * A path that ends as a list of a file does. The repository's own file of that name goes first: where it may have one
 * (`SHA256SUMS.sha256`, an image's `.sha256`) it is looked for, else only the index is.
 */
async function list(
  asked: FileRequest,
  kind: PathClass,
  edge: Services,
  ctx: Background,
): Promise<Response> {
  const { opened, decoded, method } = asked;
  const made = async () => forMethod(method, await listBehindName(asked, edge.payload, ctx));
  if (!kindRules[opened.repository.kind].metadata.test(decoded)) {
    return (await made()) ?? plainly(asked, kind, edge, ctx);
  }
  const own = await plainly(asked, kind, edge, ctx);
  if (own.status !== 404) return own;
  const answered = await made();
  if (answered !== undefined) await own.body?.cancel();
  return answered ?? own;
}

/** HEAD is answered as GET without the body. */
function forMethod<Answer extends Response | undefined>(
  method: string,
  response: Answer,
): Answer | Response {
  return method === "HEAD" && response !== undefined ? new Response(null, response) : response;
}

/** From the repository's snapshot, or that one, where it covers the file; else the origin's bytes. */
async function metadata(
  file: BytesRequest,
  snapshots: SnapshotsAtEdge,
  { visitors, now, payload }: Services,
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
export function pinnedFile(
  request: Request,
  method: string,
  target: Target,
  edge: Services,
  ctx: Background,
): Response | Promise<Response> | undefined {
  const { path, decoded } = target;
  const decodedEnd = decoded.indexOf("/", 1);
  const pin = readPin(decoded.slice(1, decodedEnd < 0 ? decoded.length : decodedEnd));
  const opened = pin === undefined ? undefined : edge.views.byName.get(pin.repository);
  if (pin === undefined || opened === undefined) return undefined;
  const end = path.indexOf("/", 1);
  if (end < 0) return toFolder(request, path.slice(1), edge);
  const { repository } = opened;
  const { snapshots } = edge;
  const inside = { path: path.slice(end + 1), decoded: decoded.slice(decodedEnd + 1) };
  const kind = classify(repository.kind, inside.decoded);
  const { mirrorlist, trace: traced } = readQuestion(target.query);
  // Payload never changes under its name: it is redirected as the repository's own.
  if (kind === "payload" || (kind === "directory" && (mirrorlist || traced))) {
    const plain = { ...inside, query: target.query };
    return repositoryFile(request, method, plain, opened, 0, edge, ctx);
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
      const file = { request, scheme: edge.visitors.scheme(request), repository, ...inside };
      return kind === "directory"
        ? folder(file, target.query, path.slice(1, end), edge, ctx, snapshot)
        : metadata(file, snapshots, edge, ctx, snapshot);
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
  { visitors, memory, now: clock }: Services,
): FileRequest {
  const now = clock();
  return {
    request,
    method,
    opened,
    path,
    decoded,
    visitor: visitors.of(request),
    roster: visitors.roster,
    scheme: visitors.scheme(request),
    memory,
    now,
    second: secondOf(now),
  };
}

/** What the query or the host name asks for or wishes; `undefined` where it is nothing of ours. */
function worded(
  query: string,
  asked: FileRequest,
  kind: PathClass,
  edge: Services,
  ctx: Background,
): Response | Promise<Response> | undefined {
  const { visitors, payload, labels } = edge;
  const wish = wishOf(asked.request, query, visitors.roster, labels);
  // For every file alike: metadata that came and packages that don't would be found out in an installation.
  if (isWishError(wish)) return wrongWish(wish);
  const { mirrorlist, trace: traced, ip } = readQuestion(query);
  const isWished = wish !== noWish && (kind === "payload" || namesList(asked));
  if (!mirrorlist && !traced && !isWished) return undefined;
  if (ip !== undefined && traced && readAddress(ip) === undefined) {
    return badRequest(400, "ip= is not an IPv4 or IPv6 address.");
  }
  const wishing = withWish(asked, wish);
  const refused = wishing instanceof Response;
  if (traced) return trace(refused ? asked : wishing, ip, visitors, kind, payload, ctx);
  if (refused) return wishing;
  if (mirrorlist) {
    return mirrorListOf(wishing, payload, ctx).then((one) => forMethod(asked.method, one));
  }
  if (namesList(asked)) return list(wishing, kind, edge, ctx);
  const served = servePayloadFor(wishing, payload, ctx);
  return wish.mirror === undefined ? served : ofNamedMirror(wish.mirror, served);
}
