/** How long a response may be kept, by its headers (RFC 9111) and by what Cloudflare documents of its cache. Pure. */

/** A clock that is corrected goes back by less, ms. */
const clockStepMs = 60_000;

/**
 * Whether what was stored then may be given now. What was stored in the future was stored by a clock that was wrong: it
 * would stay until that time comes, which may be years.
 *
 * @param now Unix ms
 */
export function isFresh(
  { storedAt, until }: { storedAt: number; until: number },
  now: number,
): boolean {
  return now < until && storedAt <= now + clockStepMs;
}

/** What a cache is told of a response. */
export interface Storable {
  status: number;
  headers: Headers;
}

/** Whether it is kept, and until when. */
export type Keeping =
  | { kept: true /** Unix ms. */; until: number; headers: Headers }
  | { kept: false; why: string };

/** Nothing is kept for longer than this, s: an age bound for what says that it never changes. */
export const longestSeconds = 30 * 24 * 3600;

/**
 * Seconds for a response that doesn't say, by status
 * (developers.cloudflare.com/cache/how-to/configure-cache-status-code). Others aren't kept then.
 */
const usualSeconds: Readonly<Record<number, number>> = {
  200: 7200,
  301: 7200,
  302: 1200,
  303: 1200,
  404: 180,
  410: 180,
};

/** Headers of one connection (RFC 9110 section 7.6.1), which no cache keeps, and those that a cache itself writes. */
const droppedHeaders = [
  "Connection",
  "Keep-Alive",
  "Proxy-Authenticate",
  "Proxy-Connection",
  "TE",
  "Trailer",
  "Transfer-Encoding",
  "Upgrade",
  "CF-Cache-Status",
];

/** @param now Unix ms */
export function keepingOf({ status, headers }: Storable, now: number): Keeping {
  if (status === 206) return { kept: false, why: "a part of a response" };
  if (status === 304 || status < 200) return { kept: false, why: `status ${status}` };
  if (headers.get("Vary")?.includes("*")) return { kept: false, why: "Vary: *" };
  const directives = cacheControl(headers.get("Cache-Control"));
  const kept = new Headers(headers);
  for (const name of droppedHeaders) kept.delete(name);
  for (const refusing of ["private", "no-cache"]) {
    const named = directives.get(refusing);
    if (named === "") return { kept: false, why: refusing };
    // With names it is about these headers alone (RFC 9111 sections 5.2.2.4 and 5.2.2.7).
    for (const name of named?.split(",") ?? []) {
      if (/^[!#$%&'*+.^`|~\w-]+$/.test(name.trim())) kept.delete(name.trim());
    }
  }
  if (directives.has("no-store")) return { kept: false, why: "no-store" };
  if (kept.has("Set-Cookie")) return { kept: false, why: "Set-Cookie" };
  const lifetime = lifetimeOf(status, headers, directives, now);
  const seconds = Math.min(lifetime - ageOf(headers, now), longestSeconds);
  if (!(seconds > 0)) return { kept: false, why: "it is stale" };
  return { kept: true, until: now + seconds * 1000, headers: kept };
}

/** Seconds from when it was made. */
function lifetimeOf(
  status: number,
  headers: Headers,
  directives: ReadonlyMap<string, string>,
  now: number,
): number {
  for (const name of ["s-maxage", "max-age"]) {
    const value = directives.get(name);
    // What can't be read counts as stale (RFC 9111 section 4.2.1).
    if (value !== undefined) return /^\d+$/.test(value) ? Number(value) : 0;
  }
  const expires = headers.get("Expires");
  if (expires === null) return usualSeconds[status] ?? 0;
  const end = Date.parse(expires);
  return Number.isNaN(end) ? 0 : (end - (dateOf(headers) ?? now)) / 1000;
}

/** Seconds since it was made, as it came (RFC 9111 section 4.2.3). */
export function ageOf(headers: Headers, now: number): number {
  const told = /^\d+$/.test(headers.get("Age") ?? "") ? Number(headers.get("Age")) : 0;
  return Math.max(told, (now - (dateOf(headers) ?? now)) / 1000, 0);
}

function dateOf(headers: Headers): number | undefined {
  const date = Date.parse(headers.get("Date") ?? "");
  return Number.isNaN(date) ? undefined : date;
}

/** Directives by lower-case name; one without a value has an empty one. The first of a name counts. */
export function cacheControl(header: string | null): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = "", quoted, token] of (header ?? "").matchAll(
    /([\w-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,;"]*)))?/g,
  )) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, quoted ?? token ?? "");
  }
  return found;
}
