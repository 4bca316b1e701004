/** Conditional requests (RFC 9110 section 13), for a representation whose validators are known. */

/** ETags and dates as the origin sent them, unchanged. */
export interface Validators {
  etag: string | null;
  lastModified: string | null;
}

/** `W/` says: same meaning, perhaps not the same bytes. */
function opaque(tag: string): string {
  return tag.startsWith("W/") ? tag.slice(2) : tag;
}

/**
 * Whether the client already has this representation, so that 304 is the answer.
 *
 * `If-None-Match` goes before `If-Modified-Since` (RFC 9110 section 13.2.2). Dates must be *equal*, not
 * just not newer: an older date than the client's means the client has something else, and 304 would
 * freeze it there (observed with apt and pacman after an origin went back).
 */
export function notModified(request: Headers, known: Validators): boolean {
  const tags = request.get("If-None-Match");
  if (tags !== null) {
    if (tags.trim() === "*") return true;
    const etag = known.etag;
    if (etag === null) return false;
    return tags.split(",").some((tag) => opaque(tag.trim()) === opaque(etag));
  }
  const { lastModified } = known;
  return lastModified !== null && request.get("If-Modified-Since") === lastModified;
}

/**
 * Whether a `Range` may be honoured: there is no `If-Range`, or it names exactly this representation
 * (RFC 9110 section 13.1.5: strong comparison of tags, exact match of dates).
 */
export function rangeStillValid(request: Headers, known: Validators): boolean {
  const condition = request.get("If-Range");
  if (condition === null) return true;
  if (condition.startsWith('"')) return condition === known.etag;
  return known.lastModified !== null && condition === known.lastModified;
}
