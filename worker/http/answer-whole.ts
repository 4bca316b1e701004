/** The answer to a client from a whole representation. */

import { letGoOf } from "./cache-while-streaming.ts";
import { notModified, rangeStillValid } from "./conditional.ts";
import { copyHeaders, passedHeaders } from "./passed-headers.ts";
import { readRange, sliceStream } from "./range.ts";

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
    // An origin's page is shown under our name: it may have a style, but not run anything.
    "Content-Security-Policy":
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
  });
  copyHeaders(from, headers, [...passedHeaders, ...more]);
  return headers;
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
  file: { readonly request: Request },
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
    letGoOf(whole.body);
    headers.delete("Content-Length");
    return new Response(null, { status: 304, headers });
  }
  const size = Number(whole.headers.get("Content-Length") ?? "NaN");
  const asked = rangeStillValid(request.headers, known) ? request.headers.get("Range") : null;
  const range = Number.isNaN(size) || request.method !== "GET" ? "whole" : readRange(asked, size);
  if (range === "unsatisfiable") {
    letGoOf(whole.body);
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
    letGoOf(whole.body);
    return new Response(null, { headers });
  }
  return new Response(whole.body, { headers });
}
