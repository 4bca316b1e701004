/**
 * A 64-bit hash of a path, by which presence knows files. For telling files apart, not for security: who can publish
 * in a repository could make two of his own paths meet, and a meeting is found when the index is built.
 *
 * Two lanes of 32 bits, because JavaScript multiplies those fast. Each step is one-to-one in the lane: exclusive or,
 * an odd factor, and a rotation, without which the lowest bits of both lanes would only ever see the lowest
 * bits of the text. The end mixes the lanes into each other, again one-to-one, so no bit is lost.
 */
import { fnv, mix } from "../../runtime/fast-hash.ts";

export interface PathHash {
  /** The upper and the lower 32 bits, unsigned. */
  high: number;
  low: number;
}

/** `path` as in `ListedFile`: inside the repository, decoded, no leading slash. Over its UTF-16 units. */
export function pathHash64(path: string): PathHash {
  let a = 0x243f6a88;
  let b = 0x85a308d3;
  for (let at = 0; at < path.length; at++) {
    const unit = path.charCodeAt(at);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    a = (a << 13) | (a >>> 19);
    b = Math.imul(b ^ unit, 0x85ebca6b);
    b = (b << 17) | (b >>> 15);
  }
  a ^= path.length;
  a = (a + mix(b)) | 0;
  b ^= mix(a);
  a ^= mix(b);
  return { high: a >>> 0, low: b >>> 0 };
}

/** Another 32 bits of the same path, for noticing that two paths have one hash (FNV-1a with a mixed end). */
export function pathCheck32(path: string): number {
  return mix(fnv(path));
}
