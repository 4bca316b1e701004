/** Hashes of keys, and which of them may be held. Pure. */
import { mix } from "../runtime/fast-hash.ts";

/**
 * A hash of 52 bits, which a number has exactly. `createHash` takes fifty times as long, on the way of each match. The
 * seed is the store's own: who doesn't know it can't make keys that fall together. (Multiply, rotate and mix as in
 * MurmurHash3, on two lanes.)
 */
export function hashOf(key: string, seed: number): number {
  let a = seed ^ 0x9e3779b9;
  let b = Math.imul(seed, 0x85ebca6b) ^ key.length;
  for (let at = 0; at < key.length; at++) {
    const sign = key.charCodeAt(at);
    a = Math.imul(a ^ sign, 0xcc9e2d51);
    a = (a << 15) | (a >>> 17);
    b = Math.imul(b ^ sign ^ seed, 0x1b873593);
    b = (b << 13) | (b >>> 19);
  }
  a = mix(a ^ b);
  b = mix(b ^ a);
  return (a >>> 0) * 2 ** 20 + (b >>> 12);
}

/** Counters; each takes a byte. A million keys share one in five. */
const slots = 2 ** 22;
/** A counter that was full is never right again, and stays. */
const full = 255;

/** Which keys may be held, as counters by their hash: what it denies isn't held, in a table of fixed size. */
export class KeyFilter {
  readonly #counts = new Uint8Array(slots);

  add(hash: number): void {
    const count = this.#counts[hash % slots] ?? 0;
    if (count < full) this.#counts[hash % slots] = count + 1;
  }

  remove(hash: number): void {
    const count = this.#counts[hash % slots] ?? 0;
    if (count > 0 && count < full) this.#counts[hash % slots] = count - 1;
  }

  mayHave(hash: number): boolean {
    return this.#counts[hash % slots] !== 0;
  }
}
