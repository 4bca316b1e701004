/** A fast hash of text, for tables and for spreading; not for anything an attacker must not guess. */

/** What an FNV-1a hash of 32 bits begins with. */
export const fnvStart = 0x811c9dc5;

/**
 * FNV-1a over UTF-16 units, 32 bits, signed.
 *
 * @param before hash of what precedes the text, to go on from
 */
export function fnv(text: string, before = fnvStart, start = 0, end = text.length): number {
  let hash = before;
  for (let at = start; at < end; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash;
}
