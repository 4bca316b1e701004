/**
 * Bytes at the edge: a repository's file fetched from its origin, streamed, cached per location, with
 * validators and dates unchanged. Metadata always comes this way, payload when no mirror can serve it.
 *
 * What may have changed is asked of the origin every time (conditionally, so that a body crosses only once):
 * a copy that is a minute old beside a fresh one is how two snapshots get mixed. What a verified snapshot
 * covers doesn't come here: `snapshots/serve.ts`.
 */
import { notModified, rangeStillValid } from "../http/conditional.ts";
import { notFound, unavailable } from "../http/errors.ts";
import { baseOf } from "../http/path.ts";
import { readRange, sliceStream } from "../http/range.ts";
import { askerOf } from "../outbound/asker.ts";
import type { Background } from "../shared-work.ts";
import type { Repository } from "./catalogue.ts";
import { immutable } from "./classify.ts";
import { type Fetching, type FileAnswer, fetchFile } from "./fetch-file.ts";

/** What this needs of the world. */
export interface BytesContext extends Fetching {
  /** The location's cache; keys are origin URLs. */
  cache: {
    match(key: string): Promise<Response | undefined>;
    put(key: string, response: Response): Promise<void>;
  };
}

/** The origin has this long to send its headers; apt itself gives up after 30 s. */
export const originDeadlineMs = 15_000;
/** The same where a cached copy can be given instead: a client asks for several files one after the other. */
const originDeadlineWithCopyMs = 3_000;
/**
 * Larger bodies are streamed without being cached: the two halves of a split body run at their own speed,
 * and what the slower one has not read is held in memory, of which an isolate has 128 MB for all.
 */
export const maxCachedBytes = 32 * 1024 * 1024;

/** Headers of the origin that a client gets as they are. */
const passedHeaders = ["Content-Type", "Content-Length", "Last-Modified", "ETag"] as const;

/** A file of a repository, as asked by one request. */
export interface FileRequest {
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
  file: FileRequest,
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
  return fromOrigin(file, url, response, forGood, context, background);
}

/** @param why in a few words */
export function unreachable({ name }: Repository, why: string): Response {
  return unavailable(`The origin of ${name} could not be reached (${why}). Try again shortly.`);
}

function fromOrigin(
  file: FileRequest,
  url: string,
  response: Response,
  forGood: boolean,
  context: BytesContext,
  background: Background,
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
    return answerWhole(file, cacheWhileStreaming(url, whole, context, background), forGood);
  }
  return refusedByOrigin(file, response);
}

async function refusedByOrigin(file: FileRequest, response: Response): Promise<Response> {
  await response.body?.cancel();
  const { status } = response;
  const { name } = file.repository;
  if (status >= 300 && status < 400) {
    const location = response.headers.get("Location") ?? "";
    // A folder asked for without its slash: the origin says so, and we say it with our own address.
    if (location === `${file.repository.origin}${file.path}/`) {
      return new Response(null, {
        status: 301,
        headers: {
          Location: `${baseOf(file.request, file.scheme)}${name}/${file.path}/`,
          "Cache-Control": "no-cache",
        },
      });
    }
  }
  if (status === 404 || status === 410 || status === 403) {
    return notFound(`/${name}/${file.path}`, `The origin of ${name} answers ${status}.`);
  }
  return unavailable(`The origin of ${name} answers ${status}. Try again shortly.`);
}

/** One request to the origin: with the client's range, or the validators of the cached copy. */
function askOrigin(
  file: FileRequest,
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

function copyHeaders(from: Headers, to: Headers, names: readonly string[]): void {
  for (const name of names) {
    const value = from.get(name);
    if (value !== null) to.set(name, value);
  }
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

export function clientHeaders(
  from: Headers,
  forGood: boolean,
  more: readonly string[] = [],
): Headers {
  const headers = new Headers({
    "Accept-Ranges": "bytes",
    // Not tied to the client's place, so any cache may keep it; but it may only use it after asking.
    "Cache-Control": forGood ? "public, max-age=31536000, immutable" : "public, no-cache",
    "X-Content-Type-Options": "nosniff",
    // An origin's listing is shown under our name: it may look like something, but not run anything.
    "Content-Security-Policy":
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'",
  });
  copyHeaders(from, headers, [...passedHeaders, ...more]);
  return headers;
}

/** Splits the body: one half goes to the client as it comes, the other into the cache. */
export function cacheWhileStreaming(
  url: string,
  response: Response,
  context: Pick<BytesContext, "cache">,
  background: Background,
): Response {
  const size = Number(response.headers.get("Content-Length") ?? "NaN");
  const hasValidator = response.headers.has("ETag") || response.headers.has("Last-Modified");
  // Without a validator it could never be revalidated; without a length, a cut body could not be told from a whole one.
  if (!hasValidator || !(size <= maxCachedBytes) || response.body === null) return response;
  const [toClient, toCache] = response.body.tee();
  const headers = new Headers({ "Cache-Control": "public, max-age=31536000" });
  copyHeaders(response.headers, headers, passedHeaders);
  background.waitUntil(
    context.cache
      .put(url, new Response(toCache, { headers }))
      // A body that ended early isn't cached; the client has seen that too and asks again.
      .catch(() => undefined),
  );
  return new Response(toClient, { headers: response.headers });
}

/**
 * The body, of no other length than its own headers say: an endless one breaks off there. What tells no length can't be
 * held to it.
 */
export function bodyAsTold({ status, headers, body }: Response): ReadableStream | null {
  const part = /^bytes (\d{1,15})-(\d{1,15})\//.exec(headers.get("Content-Range") ?? "");
  const [, first, last] = (part ?? []).map(Number);
  const size =
    status === 206 && first !== undefined && last !== undefined
      ? last - first + 1
      : Number(headers.get("Content-Length") ?? "NaN");
  return body === null || !(size >= 0) ? body : withLength(body, size);
}

/** Announces the length of a stream that doesn't know it; one that turns out to have another length breaks. */
export function withLength(body: ReadableStream, size: number): ReadableStream {
  const fixed = new FixedLengthStream(size);
  body.pipeTo(fixed.writable).catch(() => undefined);
  return fixed.readable;
}

/**
 * The answer to the client from a whole representation: 304, 416, 206 or 200.
 *
 * @param whole its headers, `Content-Length` and validators among them, are what the client gets
 * @param forGood whether the bytes can never change under that URL
 */
export async function answerWhole(
  file: Pick<FileRequest, "request">,
  whole: Response,
  forGood: boolean,
): Promise<Response> {
  const { request } = file;
  const known = {
    etag: whole.headers.get("ETag"),
    lastModified: whole.headers.get("Last-Modified"),
  };
  const headers = clientHeaders(whole.headers, forGood);
  if (notModified(request.headers, known)) {
    await whole.body?.cancel();
    headers.delete("Content-Length");
    return new Response(null, { status: 304, headers });
  }
  const size = Number(whole.headers.get("Content-Length") ?? "NaN");
  const asked = rangeStillValid(request.headers, known) ? request.headers.get("Range") : null;
  const range = Number.isNaN(size) || request.method !== "GET" ? "whole" : readRange(asked, size);
  if (range === "unsatisfiable") {
    await whole.body?.cancel();
    headers.delete("Content-Length");
    headers.set("Content-Range", `bytes */${size}`);
    return new Response("The range starts behind the end of the file.\n", { status: 416, headers });
  }
  if (range !== "whole" && whole.body !== null) {
    const length = range.last - range.first + 1;
    headers.set("Content-Length", String(length));
    headers.set("Content-Range", `bytes ${range.first}-${range.last}/${size}`);
    return new Response(withLength(sliceStream(whole.body, range), length), {
      status: 206,
      headers,
    });
  }
  if (request.method === "HEAD") {
    await whole.body?.cancel();
    return new Response(null, { headers });
  }
  return new Response(whole.body, { headers });
}
