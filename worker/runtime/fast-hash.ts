/** Fast hashes of text and of bytes, for tables and for spreading; not for anything an attacker must not guess. */

/** What an FNV-1a hash of 32 bits begins with. */
export const fnvStart = 0x811c9dc5;
/** What it is multiplied by for each unit. */
export const fnvPrime = 0x01000193;
const slash = 0x2f;

/**
 * FNV-1a over UTF-16 units, 32 bits, signed.
 *
 * @param before hash of what precedes the text, to go on from
 */
export function fnv(text: string, before = fnvStart, start = 0, end = text.length): number {
  let hash = before;
  for (let at = start; at < end; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), fnvPrime);
  }
  return hash;
}

/** The same over the bytes between two places. */
export function fnvBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = fnvStart;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), fnvPrime);
  return hash;
}

/**
 * The same over what is behind a path's last slash, from its end: `lastIndexOf` leaves compiled code, which takes longer
 * than all of this.
 *
 * @param before as of `fnv`
 */
export function fnvOfName(path: string, before = fnvStart): number {
  let hash = before;
  for (let at = path.length - 1; at >= 0; at--) {
    const unit = path.charCodeAt(at);
    if (unit === slash) break;
    hash = Math.imul(hash ^ unit, fnvPrime);
  }
  return hash;
}

/**
 * MurmurHash3's end (Austin Appleby, public domain), 32 bits, unsigned: every bit in moves every bit out, one-to-one. FNV
 * alone leaves the upper bits alike for short texts, and the lowest ones know the lowest ones alone.
 */
export function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
