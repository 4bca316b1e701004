/** What of a response goes into the cache. Pure. */
import type { CachedHead } from "./cache-memory.ts";
import { keepingOf } from "./freshness.ts";
import type { MessageHead } from "./http-message.ts";

/**
 * What is kept besides the body; undefined: it may not be kept, or says that it has more than `most` bytes.
 *
 * @param now Unix ms
 */
export function keptHead(
  { status, statusText, headers }: MessageHead,
  most: number,
  now: number,
): CachedHead | undefined {
  const told = headers.get("Content-Length");
  if (told !== null && !(Number(told) <= most)) return undefined;
  const keeping = keepingOf({ status, headers }, now);
  if (!keeping.kept) return undefined;
  return {
    status,
    statusText,
    headers: [...keeping.headers],
    storedAt: now,
    until: keeping.until,
  };
}

/**
 * Whether a body is as long as it was said to be. workerd says it of a body whose length it knows, and lets such a body
 * break where it has less; of others it doesn't hand `Content-Length` on.
 */
export function hasToldLength({ headers }: MessageHead, size: number): boolean {
  const told = headers.get("Content-Length");
  return told === null || Number(told) === size;
}
