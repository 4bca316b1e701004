/** `/{repository}/...`: which of all that is served there a path gets. */

import { isWishError, noWish } from "../clients/wish.ts";
import { ofNamedMirror, wishOf, withWish, wrongWish } from "../delivery/apply-wish.ts";
import type { FileRequest } from "../delivery/file-request.ts";
import { acceptOf } from "../delivery/lists/asked-list.ts";
import { listBehindName, mirrorListOf, namesList } from "../delivery/lists/serve-file-list.ts";
import { servePayloadFor } from "../delivery/lists/serve-negotiated.ts";
import { serveBytes } from "../delivery/origin-bytes.ts";
import { classify, type PathClass } from "../formats/classify.ts";
import { kinds } from "../formats/kinds.ts";
import { readAddress } from "../geo/address.ts";
import { badRequest } from "../http/errors.ts";
import { readQuestion } from "../http/query.ts";
import { readPast } from "../list/moment.ts";
import { traceForm } from "../pages/why/serve-trace.ts";
import { andThen, type NowOrLater } from "../runtime/now-or-later.ts";
import type { OpenRepository } from "../views/views.ts";
import { type Ask, fileRequestOf, forMethod } from "./ask.ts";
import { folder, metadata } from "./bytes-path.ts";
import { mirrorsPageOf, torrentPageOf, why } from "./file-pages.ts";

/**
 * A path inside a repository: metadata and folders as bytes, payload as a redirect.
 *
 * @param start where in the target's path the repository's own path begins
 */
export function repositoryFile(
  ask: Ask,
  opened: OpenRepository,
  start: number,
): Response | Promise<Response> {
  const { target, services } = ask;
  const { repository } = opened;
  const path = target.path.slice(start);
  // The repository's name holds no escapes, so it is as long in the decoded path.
  const decoded = target.decoded === target.path ? path : target.decoded.slice(start);
  const inner = { opened, path, decoded };
  const kind = classify(repository.kind, decoded);
  if (target.query !== "" || services.labels !== undefined) {
    const answered = worded(ask, fileRequestOf(ask, inner), kind);
    if (answered !== undefined) return answered;
  }
  if (kind === "directory") return folder(ask, inner, repository.name);
  if (kind === "payload" && !kinds[repository.kind].paths.payloadNamedLikeLists) {
    return servePayloadFor(fileRequestOf(ask, inner), services.payload);
  }
  const asked = fileRequestOf(ask, inner);
  return namesList(inner) ? list(ask, asked, kind) : plainly(ask, asked, kind);
}

/** The moment that is asked about. @param now Unix ms */
function readAt(at: string | undefined, now: number): { at?: number } | Response {
  if (at === undefined) return {};
  const past = readPast(at.trim(), now);
  return "fault" in past ? badRequest(400, `at=${past.fault}`) : past;
}

/** The file itself. */
function plainly(ask: Ask, asked: FileRequest, kind: PathClass): Response | Promise<Response> {
  const { payload, snapshots } = ask.services;
  if (kind === "payload") return servePayloadFor(asked, payload);
  if (kind === "metadata" && snapshots !== undefined) return metadata(ask, asked);
  const { request, scheme, opened, path, decoded } = asked;
  const file = { request, scheme, repository: opened.repository, path, decoded };
  return serveBytes(file, payload.bytes, ask.background);
}

/**
 * A path that ends as a list of a file does. The repository's own file of that name goes first: where it may have one
 * (`SHA256SUMS.sha256`, an image's `.sha256`) the file is searched, else only the index is read.
 */
function list(ask: Ask, asked: FileRequest, kind: PathClass): Response | Promise<Response> {
  const { opened, decoded } = asked;
  if (kinds[opened.repository.kind].paths.metadata.test(decoded)) {
    return ownBeforeList(ask, asked, kind);
  }
  return andThen(madeList(ask, asked), (made) => made ?? plainly(ask, asked, kind));
}

function madeList(ask: Ask, asked: FileRequest): NowOrLater<Response | undefined> {
  const pages = { mirrors: mirrorsPageOf(ask), torrent: torrentPageOf(ask) };
  return andThen(listBehindName(asked, ask.services.payload, pages), (made) =>
    forMethod(asked.method, made),
  );
}

async function ownBeforeList(ask: Ask, asked: FileRequest, kind: PathClass): Promise<Response> {
  const own = await plainly(ask, asked, kind);
  // An origin that can't be asked doesn't keep a list back that is made without it.
  if (own.status < 500 && own.status !== 404) return own;
  const answered = await madeList(ask, asked);
  if (answered === undefined || (own.status !== 404 && !answered.ok)) return own;
  await own.body?.cancel();
  return answered;
}

/** What the query or the host name asks for or wishes; `undefined` where it is nothing of ours. */
function worded(
  ask: Ask,
  asked: FileRequest,
  kind: PathClass,
): Response | Promise<Response> | undefined {
  const { payload, labels } = ask.services;
  const { query } = ask.target;
  const wish = wishOf(asked.request, query, asked.roster, labels);
  // For every file alike: metadata that came and packages that don't would be found out in an installation.
  if (isWishError(wish)) return wrongWish(wish);
  const { mirrorlist, trace: traced, traceAs, ip, at } = readQuestion(query);
  const isWished = wish !== noWish && (kind === "payload" || namesList(asked));
  if (!mirrorlist && !traced && !isWished) return undefined;
  if (ip !== undefined && traced && readAddress(ip) === undefined) {
    return badRequest(400, "ip= is not an IPv4 or IPv6 address.");
  }
  const wishing = withWish(asked, wish);
  const refused = wishing instanceof Response;
  if (traced) {
    const form = traceForm(traceAs, acceptOf(ask.incoming.headers));
    if (form instanceof Response) return form;
    const past = readAt(at, asked.now);
    if (past instanceof Response) return past;
    return why(ask, refused ? asked : wishing, { ip, kind, form, ...past });
  }
  if (refused) return wishing;
  if (mirrorlist) {
    return andThen(mirrorListOf(wishing, payload, mirrorsPageOf(ask)), (one) =>
      forMethod(asked.method, one),
    );
  }
  if (namesList(asked)) return list(ask, wishing, kind);
  const served = servePayloadFor(wishing, payload);
  return wish.mirror === undefined ? served : ofNamedMirror(wish.mirror, served);
}
