/** A fast hash of text, for tables and for spreading; not for anything an attacker must not guess. */

/** What an FNV-1a hash of 32 bits begins with. */
export const fnvStart = 0x811c9dc5;
const prime = 0x01000193;
const slash = 0x2f;

/**
 * FNV-1a over UTF-16 units, 32 bits, signed.
 *
 * @param before hash of what precedes the text, to go on from
 */
export function fnv(text: string, before = fnvStart, start = 0, end = text.length): number {
  let hash = before;
  for (let at = start; at < end; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), prime);
  }
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
    hash = Math.imul(hash ^ unit, prime);
  }
  return hash;
}
