/** What a match answers with an entry: all of it, a part (RFC 9110 section 14), or 304 (section 13). */
import { type ByteRange, readRange } from "../http/range.ts";
import type { CachedEntry, ReadHead } from "./cache-memory.ts";
import { type CacheRows, pieceBytes } from "./cache-rows.ts";
import { ageOf } from "./freshness.ts";

/** 504 as of any cache that is asked with `only-if-cached` (RFC 9111 section 5.2.1.7). */
export function miss(): Response {
  return new Response(null, { status: 504, headers: { [statusHeader]: "MISS" } });
}

/** The binding takes an answer for an entry by this header alone, and for none where it says something else. */
export const statusHeader = "CF-Cache-Status";

/** `Response` takes no body with these. */
const bodiless = new Set([204, 205, 304]);

/**
 * @param now Unix ms
 * @param pieces gives the bytes of an entry that has none with it
 */
export function answerEntry(
  asked: Headers,
  entry: CachedEntry,
  now: number,
  pieces?: (id: number, part: ByteRange) => ReadableStream<Uint8Array>,
): Response {
  entry.read ??= readHeadOf(entry);
  const { read } = entry;
  // A clock that was corrected may be behind the one that stored it.
  const age = read.age + Math.max(0, now - entry.storedAt) / 1000;
  const headers: [string, string][] = [...read.headers, ["Age", String(Math.floor(age))]];
  if (entry.status === 200 && isKnown(asked, read)) {
    return new Response(null, { status: 304, headers });
  }
  const { status, statusText, size } = entry;
  if (bodiless.has(status)) return new Response(null, { status, statusText, headers });
  const range = status === 200 ? readRange(asked.get("Range"), size) : "whole";
  if (range === "unsatisfiable") {
    headers.push(["Content-Range", `bytes */${size}`]);
    return new Response(null, { status: 416, headers });
  }
  const part = range === "whole" ? { first: 0, last: size - 1 } : range;
  const length = part.last - part.first + 1;
  headers.push(["Content-Length", String(length)]);
  if (range !== "whole") {
    headers.push(["Content-Range", `bytes ${part.first}-${part.last}/${size}`]);
  }
  const body = entry.bytes
    ? entry.bytes.subarray(part.first, part.last + 1)
    : (pieces?.(entry.id ?? 0, part) ?? null);
  return new Response(body, {
    ...(range === "whole" ? { status, statusText } : { status: 206 }),
    headers,
    // The bytes are kept as they came, coded where `Content-Encoding` says so.
    encodeBody: "manual",
  });
}

/** Headers that are made for each answer. */
const madeAnew = ["Age", "Content-Length", statusHeader];

function readHeadOf({ headers: kept, storedAt }: CachedEntry): ReadHead {
  const headers = new Headers(kept);
  const age = ageOf(headers, storedAt);
  for (const name of madeAnew) headers.delete(name);
  return {
    headers: [...headers, [statusHeader, "HIT"]],
    age,
    etag: headers.get("ETag") ?? undefined,
    lastModified: Date.parse(headers.get("Last-Modified") ?? ""),
  };
}

/** `If-None-Match` goes before `If-Modified-Since` (RFC 9110 section 13.2.2). */
function isKnown(asked: Headers, { etag, lastModified }: ReadHead): boolean {
  const tags = asked.get("If-None-Match");
  if (tags !== null) {
    if (tags.trim() === "*") return true;
    return etag !== undefined && tags.split(",").some((tag) => opaque(tag) === opaque(etag));
  }
  const since = asked.get("If-Modified-Since");
  return since !== null && lastModified <= Date.parse(since);
}

function opaque(tag: string): string {
  return tag.trim().replace(/^W\//, "");
}

/** Gives an entry's bytes piece by piece, as they are taken. */
export function streamPieces(
  rows: CacheRows,
  id: number,
  { first, last }: ByteRange,
): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(last - first + 1);
  let number = Math.floor(first / pieceBytes);
  rows.readers.begin(id, Date.now());
  const pieces = new ReadableStream<Uint8Array>({
    pull(controller) {
      const start = number * pieceBytes;
      const bytes = rows.piece(id, number++);
      if (bytes === undefined) throw new Error("the cached body was removed");
      rows.readers.note(id, Date.now());
      controller.enqueue(bytes.subarray(Math.max(0, first - start), last + 1 - start));
      if (number * pieceBytes > last) controller.close();
    },
  });
  // Who reads sees it where this breaks.
  void pieces
    .pipeTo(writable)
    .catch(() => undefined)
    .finally(() => rows.readers.end(id));
  return readable;
}
