/** A body on its way to the client and into the cache at once. */

import type { Background } from "../runtime/background.ts";
import { LastUsed } from "../runtime/last-used.ts";
import type { LocationCache } from "../runtime/location-cache.ts";
import { copyHeaders, passedHeaders } from "./passed-headers.ts";

/**
 * Larger bodies are streamed without being cached: the two halves of a split body run at their own speed,
 * and what the slower one has not read is held in memory, of which an isolate has 128 MB for all.
 */
export const maxCachedBytes = 32 * 1024 * 1024;

/**
 * A body that is on its way into the cache isn't put there a second time within this, ms: the cache's half is read to its
 * end also when the client goes away, so that clients who begin a large file and leave would have all of it read each
 * time. A client that reads slowly holds up the cache for so long, and no longer.
 */
const refillMs = 30_000;
/** URLs remembered for it; an isolate streams some hundred bodies at once. */
const maxFilling = 1024;

/** Since when which URLs are on their way into a cache, Unix ms. */
const fillings = new WeakMap<LocationCache, LastUsed<number>>();

/** Whether this body is to fill the cache; another one of its URL is told no until then. */
function beginsToFill(cache: LocationCache, url: string, now: number): boolean {
  const filling = fillings.get(cache) ?? new LastUsed<number>(maxFilling);
  fillings.set(cache, filling);
  if (now - (filling.get(url) ?? Number.NEGATIVE_INFINITY) < refillMs) return false;
  filling.set(url, now);
  return true;
}

/**
 * Splits the body: one half goes to the client as it comes, the other into the cache. Where the cache doesn't take it
 * that half alone is let go of: unread it would keep in memory all that the client reads.
 */
export function cacheWhileStreaming(
  url: string,
  response: Response,
  context: { readonly cache: LocationCache },
  background: Background,
): Response {
  const size = Number(response.headers.get("Content-Length") ?? "NaN");
  const hasValidator = response.headers.has("ETag") || response.headers.has("Last-Modified");
  // Without a validator it could never be revalidated; without a length, a cut body would pass for a whole one.
  if (!hasValidator || !(size <= maxCachedBytes) || response.body === null) return response;
  const { cache } = context;
  if (!beginsToFill(cache, url, Date.now())) return response;
  const [toClient, toCache] = response.body.tee();
  const headers = new Headers({ "Cache-Control": "public, max-age=31536000" });
  copyHeaders(response.headers, headers, passedHeaders);
  background.waitUntil(
    cache
      .put(url, new Response(toCache, { headers }))
      // A body that ended early isn't cached; the client has seen that too and asks again.
      .catch(() => letGoOf(toCache))
      .finally(() => fillings.get(cache)?.delete(url)),
  );
  return new Response(toClient, { headers: response.headers });
}

/**
 * Lets go of a body that nobody reads on. It isn't waited for: of a split body one half's cancel may end only with the
 * other's (WHATWG Streams, `ReadableStreamTee`). What a cache still has locked is the cache's to let go of.
 */
export function letGoOf(body: ReadableStream | null): void {
  body?.cancel().catch(() => undefined);
}
