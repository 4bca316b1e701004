/** The answer to a client from another server's response. */

import { copyHeaders, passedHeaders } from "./passed-headers.ts";
import { answerRepresentation, bytesHeaders, withLength } from "./representation.ts";

export function clientHeaders(
  from: Headers,
  forGood: boolean,
  more: readonly string[] = [],
): Headers {
  const headers = new Headers(bytesHeaders(forGood));
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

/**
 * The answer to the client from a whole representation: 304, 416, 206 or 200.
 *
 * @param whole its headers, `Content-Length` and validators among them, are what the client gets
 * @param forGood whether the bytes can never change under that URL
 */
export function answerWhole(
  file: { readonly request: Request },
  whole: Response,
  forGood: boolean,
): Response {
  const { headers } = whole;
  const length = headers.get("Content-Length");
  const said = {
    contentType: headers.get("Content-Type"),
    etag: headers.get("ETag"),
    lastModified: headers.get("Last-Modified"),
    size: length === null ? undefined : sizeOf(length),
    forGood,
  };
  return answerRepresentation(file.request, said, whole.body);
}

/** Undefined: it is no number of bytes. */
function sizeOf(length: string): number | undefined {
  const size = Number(length);
  return Number.isNaN(size) ? undefined : size;
}
