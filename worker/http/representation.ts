/** A whole representation (RFC 9110 section 3.2) as the answer to a client: what is said of it, and its bytes. */
import { letGoOf } from "./cache-while-streaming.ts";
import { notModified, rangeStillValid } from "./conditional.ts";
import type { Digests } from "./digest.ts";
import { type ByteRange, readRange, sliceStream } from "./range.ts";

/** What is said of a whole representation besides its bytes. Values for headers are `null` where there is none. */
export interface Representation {
  contentType: string | null;
  etag: string | null;
  lastModified: string | null;
  /** Bytes; undefined: nobody has told. */
  size: number | undefined;
  /** Whether the bytes can never change under that URL. */
  forGood: boolean;
  /** Of the whole, whatever part is sent. */
  digests?: Digests | undefined;
}

/** At hand, or still to come. */
export type Bytes = Uint8Array<ArrayBuffer> | ReadableStream | null;

/** Not tied to the client's place, so any cache may keep it; but it may only use it after asking. */
const cacheControl = { forGood: "public, max-age=31536000, immutable", asked: "public, no-cache" };
/** An origin's page is shown under our name: it may have a style, but not run anything. */
const sandbox =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Headers that every answer with a server's bytes has. Made as one object: a `Headers` costs a call out of V8 for each. */
export function bytesHeaders(forGood: boolean): Record<string, string> {
  return {
    "Accept-Ranges": "bytes",
    "Cache-Control": forGood ? cacheControl.forGood : cacheControl.asked,
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": sandbox,
  };
}

/** 304 where the client has it already, so that no bytes need to be read; undefined: it hasn't. */
export function unchangedAnswer(request: Request, said: Representation): Response | undefined {
  if (!notModified(request.headers, said)) return undefined;
  return new Response(null, { status: 304, headers: headersOf(said) });
}

/** The answer to the client: 304, 416, 206 or 200. Of a HEAD, and with 304, the body is let go of. */
export function answerRepresentation(
  request: Request,
  said: Representation,
  body: Bytes,
): Response {
  const unchanged = unchangedAnswer(request, said);
  if (unchanged !== undefined) {
    letGoOf(streamOf(body));
    return unchanged;
  }
  const { size } = said;
  const isHead = request.method === "HEAD";
  const range = size === undefined || isHead ? "whole" : askedRange(request.headers, said, size);
  if (range === "unsatisfiable") {
    letGoOf(streamOf(body));
    // What is sent is no part of it.
    const headers = headersOf({ ...said, digests: undefined });
    headers["Content-Range"] = `bytes */${size}`;
    return new Response("The range starts behind the end of the file.\n", { status: 416, headers });
  }
  const headers = headersOf(said);
  if (range !== "whole" && body !== null) {
    headers["Content-Length"] = String(range.last - range.first + 1);
    headers["Content-Range"] = `bytes ${range.first}-${range.last}/${size}`;
    return new Response(partOf(body, range), { status: 206, headers });
  }
  if (size !== undefined) headers["Content-Length"] = String(size);
  if (!isHead) return new Response(body, { headers });
  letGoOf(streamOf(body));
  return new Response(null, { headers });
}

/** Announces the length of a stream that doesn't know it; one that turns out to have another length breaks. */
export function withLength(body: ReadableStream, size: number): ReadableStream {
  const fixed = new FixedLengthStream(size);
  body.pipeTo(fixed.writable).catch(() => undefined);
  return fixed.readable;
}

/** All but the length, which depends on what is sent. */
function headersOf({
  contentType,
  etag,
  lastModified,
  forGood,
  digests,
}: Representation): Record<string, string> {
  const headers = bytesHeaders(forGood);
  if (contentType !== null) headers["Content-Type"] = contentType;
  if (lastModified !== null) headers["Last-Modified"] = lastModified;
  if (etag !== null) headers.ETag = etag;
  if (digests !== undefined) {
    headers["Repr-Digest"] = digests.repr;
    headers.Digest = digests.digest;
  }
  return headers;
}

function askedRange(asked: Headers, said: Representation, size: number) {
  const range = asked.get("Range");
  return range !== null && rangeStillValid(asked, said) ? readRange(range, size) : "whole";
}

function partOf(body: NonNullable<Bytes>, range: ByteRange): NonNullable<Bytes> {
  if (body instanceof Uint8Array) return body.subarray(range.first, range.last + 1);
  return withLength(sliceStream(body, range), range.last - range.first + 1);
}

function streamOf(body: Bytes): ReadableStream | null {
  return body instanceof Uint8Array ? null : body;
}
