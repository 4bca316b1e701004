/**
 * Bytes at the edge: a repository's file fetched from its origin, streamed, cached per location, with
 * validators and dates unchanged. Metadata always comes this way, payload when no mirror can serve it.
 *
 * What may have changed is asked of the origin every time (conditionally, so that a body crosses only once):
 * a copy that is a minute old beside a fresh one is how two snapshots get mixed. What a verified snapshot
 * covers doesn't come here: `snapshots/serve.ts`.
 */
import { immutable } from "../formats/classify.ts";
import { answerWhole, bodyAsTold, clientHeaders } from "../http/answer-whole.ts";
import { cacheWhileStreaming } from "../http/cache-while-streaming.ts";
import { notFound, unavailable } from "../http/errors.ts";
import { toFolder } from "../http/to-folder.ts";
import { askerOf } from "../outbound/asker.ts";
import type { BytesContext } from "../outbound/bytes-context.ts";
import { type FileAnswer, fetchFile } from "../outbound/fetch-file.ts";
import type { Repository } from "../repositories/catalogue.ts";
import type { Background } from "../runtime/background.ts";

/** The origin has this long to send its headers; apt itself gives up after 30 s. */
export const originDeadlineMs = 15_000;
/** The same where a cached copy can be given instead: a client asks for several files one after the other. */
const originDeadlineWithCopyMs = 3_000;

/** A file of a repository, as asked by one request. */
export interface BytesRequest {
  request: Request;
  /** The client's own; behind a proxy the request's may be the other. */
  scheme: "http" | "https";
  repository: Repository;
  /** Inside the repository, escapes as asked, without a leading slash. */
  path: string;
  /** The same, decoded. */
  decoded: string;
}

/**
 * Answers with the file's bytes, or 304, 206, 416, 404, 503. Never throws for what an origin does.
 *
 * @param instead what else can be had where the origin gives no answer at all, and no copy is at hand
 */
export async function serveBytes(
  file: BytesRequest,
  context: BytesContext,
  background: Background,
  instead?: () => Response | undefined | Promise<Response | undefined>,
): Promise<Response> {
  const url = file.repository.origin + file.path;
  const forGood = immutable(file.repository.kind, file.decoded);
  // A platform without a cache throws; the origin's bytes are as right without one.
  const cached = await context.cache.match(url).catch(() => undefined);
  if (cached !== undefined && forGood) return answerWhole(file, cached, forGood);

  const asked = await askOrigin(file, url, cached, context);
  if ("failed" in asked) {
    if (cached !== undefined) return answerWhole(file, cached, forGood);
    return (await instead?.()) ?? unreachable(file.repository, asked.failed);
  }
  const { response } = asked;
  // An origin in trouble is as good as gone; what it said last is still right.
  if (cached !== undefined && (response.status === 304 || response.status >= 500)) {
    await response.body?.cancel();
    return answerWhole(file, cached, forGood);
  }
  await cached?.body?.cancel();
  const keep = (whole: Response) => cacheWhileStreaming(url, whole, context, background);
  return fromOrigin(file, response, forGood, keep);
}

/** @param why in a few words */
export function unreachable({ name }: Repository, why: string): Response {
  return unavailable(`The origin of ${name} could not be reached (${why}). Try again shortly.`);
}

/** @param keep puts a whole file into the cache while the client reads it */
function fromOrigin(
  file: BytesRequest,
  response: Response,
  forGood: boolean,
  keep: (whole: Response) => Response,
): Response | Promise<Response> {
  if (response.status === 206 || response.status === 416) {
    return new Response(bodyAsTold(response), {
      status: response.status,
      headers: clientHeaders(response.headers, forGood, ["Content-Range"]),
    });
  }
  if (response.status === 200) {
    if (file.request.method === "HEAD") return answerWhole(file, response, forGood);
    const whole = new Response(bodyAsTold(response), { headers: response.headers });
    return answerWhole(file, keep(whole), forGood);
  }
  return refusedByOrigin(file, response);
}

async function refusedByOrigin(file: BytesRequest, response: Response): Promise<Response> {
  await response.body?.cancel();
  const { status } = response;
  const { name } = file.repository;
  if (status >= 300 && status < 400) {
    // A folder asked for without its slash: the origin says so, and we say it with our own path.
    if (isOwnFolder(response.headers.get("Location"), file.repository.origin + file.path)) {
      return toFolder(`/${name}/${file.path}`, queryOf(file.request.url));
    }
  }
  if (status === 404 || status === 410 || status === 403) {
    return notFound(`/${name}/${file.path}`, `The origin of ${name} answers ${status}.`);
  }
  return unavailable(`The origin of ${name} answers ${status}. Try again shortly.`);
}

/** Absolute as Apache writes it, or relative as nginx does with `absolute_redirect off` (RFC 9110, section 10.2.2). */
function isOwnFolder(location: string | null, asked: string): boolean {
  const folder = URL.parse(`${asked}/`)?.href;
  return location !== null && folder !== undefined && URL.parse(location, asked)?.href === folder;
}

/** Without its `?`. Not by `URL`, which refuses hosts that a client may name. */
function queryOf(url: string): string {
  const mark = url.indexOf("?");
  return mark < 0 ? "" : url.slice(mark + 1);
}

/** One request to the origin: with the client's range, or the validators of the cached copy. */
function askOrigin(
  file: BytesRequest,
  url: string,
  cached: Response | undefined,
  context: BytesContext,
): Promise<FileAnswer> {
  const { request } = file;
  const headers = new Headers();
  if (cached === undefined) copyRange(request.headers, headers);
  else copyValidators(cached.headers, headers);
  const method = cached === undefined && request.method === "HEAD" ? "HEAD" : "GET";
  const deadlineMs = cached === undefined ? originDeadlineMs : originDeadlineWithCopyMs;
  return fetchFile(context, url, { method, asker: askerOf(request), headers, deadlineMs });
}

/** One plain range goes on to the origin; anything else would be the origin's to stumble over. */
function copyRange(from: Headers, to: Headers): void {
  const range = from.get("Range");
  if (range === null || !/^bytes=\d{0,15}-\d{0,15}$/.test(range)) return;
  const condition = from.get("If-Range");
  if (condition !== null && !/^[\x20-\x7e]{1,200}$/.test(condition)) return;
  to.set("Range", range);
  if (condition !== null) to.set("If-Range", condition);
}

function copyValidators(cached: Headers, to: Headers): void {
  const etag = cached.get("ETag");
  const date = cached.get("Last-Modified");
  if (etag !== null) to.set("If-None-Match", etag);
  else if (date !== null) to.set("If-Modified-Since", date);
}
