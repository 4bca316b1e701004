/**
 * What a KV binding of workerd asks over HTTP, and the answers that it understands (workerd's `api/kv.c++`). Limits are
 * those that Cloudflare documents for KV.
 */

import { PieceReader } from "../runtime/piece-reader.ts";
import { drain } from "./drain.ts";
import type { KeptValue, KeyRows } from "./key-rows.ts";
import { readAtMost } from "./read-at-most.ts";

/** Bytes of a value, and of a bulk get's values together (developers.cloudflare.com/kv/platform/limits). */
export const maxValueBytes = 25 * 1024 * 1024;
/** Bytes of a key as UTF-8. */
const maxKeyBytes = 512;
/** Bytes of the metadata's JSON. */
const maxMetadataBytes = 1024;
/** Names in a page of a list. */
const maxListed = 1000;
/** Keys of a bulk get. */
const maxBulkKeys = 100;
/** A value is kept for at least this long, s. */
const minTtlSeconds = 60;
/** Of a value's metadata, as JSON. */
export const metadataHeader = "CF-KV-Metadata";

/** A request that can't be done, with a sentence. KV throws it as `KV PUT failed: <status> <sentence>`. */
class Refused extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/**
 * Answers a request of the binding.
 *
 * @param now Unix ms
 */
export async function answerKeys(request: Request, rows: KeyRows, now: number): Promise<Response> {
  try {
    const url = new URL(request.url);
    const seconds = Math.floor(now / 1000);
    if (request.method === "PUT") return await put(request, url, rows, seconds);
    if (request.method === "DELETE") {
      rows.delete(keyOf(url));
      return new Response(null, { status: 204 });
    }
    if (request.method === "POST" && url.pathname === "/bulk/get") {
      return await getMany(request, rows, seconds);
    }
    if (request.method !== "GET") throw new Refused(405, "KV has no such method.");
    return url.pathname === "/" ? list(url, rows, seconds) : get(url, rows, seconds);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (request.body !== null && !request.bodyUsed) await drain(new PieceReader(request.body));
    return refusal(error.status, error.message);
  }
}

/** An answer whose status text tells why: that is all that KV shows. */
export function refusal(status: number, sentence: string): Response {
  const statusText = sentence.replace(/[^ -~]/g, "?");
  return new Response(`${sentence}\n`, { status, statusText });
}

function keyOf(url: URL): string {
  let key: string;
  try {
    const raw = url.pathname.slice(1);
    key = url.searchParams.get("urlencoded") === "true" ? decodeURIComponent(raw) : raw;
  } catch {
    throw new Refused(400, "The key is not percent-encoded UTF-8.");
  }
  return checkedKey(key);
}

function checkedKey(key: string): string {
  if (key === "" || key === "." || key === "..") throw new Refused(400, `"${key}" can't be a key.`);
  const size = new TextEncoder().encode(key).byteLength;
  if (size > maxKeyBytes) {
    throw new Refused(414, `The key has ${size} bytes, and may have ${maxKeyBytes}.`);
  }
  return key;
}

function get(url: URL, rows: KeyRows, now: number): Response {
  const found = rows.get(keyOf(url), now);
  if (found === undefined) return refusal(404, "Not Found");
  const headers = new Headers();
  if (found.metadata !== null) headers.set(metadataHeader, found.metadata);
  if (found.expiration !== null) headers.set("CF-Expiration", String(found.expiration));
  return new Response(found.bytes, { headers });
}

async function getMany(request: Request, rows: KeyRows, now: number): Promise<Response> {
  const asked: unknown = await request.json();
  const { keys, type = "text", withMetadata } = Object(asked);
  if (!Array.isArray(keys) || keys.length < 1 || keys.length > maxBulkKeys) {
    throw new Refused(400, `A bulk get names 1 to ${maxBulkKeys} keys.`);
  }
  if (type !== "text" && type !== "json") {
    throw new Refused(400, `A bulk get gives "text" or "json", not ${JSON.stringify(type)}.`);
  }
  let size = 0;
  const found: [string, unknown][] = [];
  for (const key of keys) {
    const kept = rows.get(checkedKey(String(key)), now);
    size += kept?.bytes.byteLength ?? 0;
    if (size > maxValueBytes) {
      throw new Refused(413, `The values have more than ${maxValueBytes} bytes together.`);
    }
    const value = kept === undefined ? null : readValue(kept, type);
    const isPlain = withMetadata !== true || kept === undefined;
    found.push([String(key), isPlain ? value : { value, metadata: metadataOf(kept) }]);
  }
  return Response.json(Object.fromEntries(found));
}

function readValue({ bytes }: KeptValue, type: "text" | "json"): unknown {
  const text = new TextDecoder().decode(bytes);
  if (type === "text") return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused(400, "One of the values is no JSON.");
  }
}

function metadataOf({ metadata }: { metadata: string | null }): unknown {
  return metadata === null ? null : JSON.parse(metadata);
}

async function put(request: Request, url: URL, rows: KeyRows, now: number): Promise<Response> {
  const key = keyOf(url);
  const metadata = request.headers.get(metadataHeader);
  if (metadata !== null && new TextEncoder().encode(metadata).byteLength > maxMetadataBytes) {
    throw new Refused(413, `The metadata has more than ${maxMetadataBytes} bytes.`);
  }
  const expiration = expirationOf(url.searchParams, now);
  const bytes = await readAtMost(request, maxValueBytes);
  if (bytes === "too many") {
    throw new Refused(413, `The value has more than ${maxValueBytes} bytes.`);
  }
  rows.put(key, { bytes, metadata, expiration }, now);
  return new Response(null, { status: 204 });
}

/** Unix seconds; `null`: it has no end. */
function expirationOf(query: URLSearchParams, now: number): number | null {
  const [ttl, end] = [query.get("expiration_ttl"), query.get("expiration")];
  if (ttl === null && end === null) return null;
  const expiration = ttl === null ? Number(end) : now + Number(ttl);
  if (Number.isInteger(expiration) && expiration >= now + minTtlSeconds) return expiration;
  throw new Refused(400, `A value is kept for at least ${minTtlSeconds} seconds.`);
}

function list(url: URL, rows: KeyRows, now: number): Response {
  const limit = Number(url.searchParams.get("key_count_limit") ?? maxListed);
  if (!Number.isInteger(limit) || limit < 1 || limit > maxListed) {
    throw new Refused(400, `A list has 1 to ${maxListed} keys.`);
  }
  const cursor = url.searchParams.get("cursor") ?? "";
  const found = rows.list(url.searchParams.get("prefix") ?? "", keyAt(cursor), limit + 1, now);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const complete = found.length <= limit || last === undefined;
  return Response.json({
    keys: page.map(({ name, expiration, metadata }) => ({
      name,
      ...(expiration !== null && { expiration }),
      // As text: the binding parses it (`parseListMetadata`).
      ...(metadata !== null && { metadata }),
    })),
    list_complete: complete,
    cursor: complete ? "" : encodeURIComponent(last.name),
  });
}

function keyAt(cursor: string): string {
  try {
    return decodeURIComponent(cursor);
  } catch {
    throw new Refused(400, "That is no cursor of this list.");
  }
}
