/** What the cache's entrypoint and its object both read. Pure. */

/** Bytes of the cache's database where `CACHE_MAX_BYTES` says nothing. */
export const usualCacheBytes = 1024 * 1024 * 1024;
/** A cache has at least this, bytes: its tables, and one entry of a few pieces. */
const leastCacheBytes = 4 * 1024 * 1024;
/** Share of the room that one entry may have. */
const entryShare = 1 / 8;
/** Bytes of a body, whatever the room; the edge caches none larger than 32 MiB. */
const maxEntryBytes = 64 * 1024 * 1024;

/** @throws Error with a sentence where the variable is no number of bytes */
export function cacheBytes(text: string | undefined): number {
  if (text === undefined) return usualCacheBytes;
  const bytes = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (bytes >= leastCacheBytes) return bytes;
  throw new Error(
    `CACHE_MAX_BYTES is "${text}", and has to be a number of bytes, at least ${leastCacheBytes}.`,
  );
}

/** The most bytes of one body. @param room bytes that the cache may have */
export function mostOfOne(room: number): number {
  return Math.min(maxEntryBytes, room * entryShare);
}

/** A cache that was opened by its name has keys of its own. */
export function keyOf(request: Request): string {
  const name = request.headers.get("CF-Cache-Namespace");
  return name === null ? request.url : `${name}\n${request.url}`;
}
