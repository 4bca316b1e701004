/**
 * Which files an index listed, compactly: sorted 53-bit hashes of their paths, eight bytes each.
 * Debian's largest index (63,440 files) is half a megabyte.
 */

/**
 * A 53-bit hash of `text` from `from` to `to` (cyrb53, public domain). For telling files apart, not for
 * security: among 64,000 paths two alike are expected once in millions of indexes, and cost one file the word "recent".
 */
export function pathHash(text: string, from = 0, to = text.length): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  const mixedHigh =
    Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  const mixedLow =
    Math.imul(low ^ (low >>> 16), 2246822507) ^
    Math.imul(mixedHigh ^ (mixedHigh >>> 13), 3266489909);
  return 4294967296 * (mixedLow & 0x1fffff) + (mixedHigh >>> 0);
}

export class PathSet {
  readonly #hashes: Float64Array;

  private constructor(sorted: Float64Array) {
    this.#hashes = sorted;
  }

  /** Of hashes in any order; `hashes` is sorted in place and kept. */
  static of(hashes: Float64Array): PathSet {
    return new PathSet(hashes.sort());
  }

  /** What `toBytes` gave; undefined for bytes that can't be that. */
  static fromBytes(bytes: Uint8Array): PathSet | undefined {
    if (bytes.byteLength % 8 !== 0) return undefined;
    // Copied: the bytes needn't begin where an eight-byte number may.
    const hashes = new Float64Array(bytes.slice().buffer);
    for (let at = 1; at < hashes.length; at++) {
      // Written so that NaN is refused as well.
      if (!((hashes[at - 1] ?? 0) <= (hashes[at] ?? 0))) return undefined;
    }
    return new PathSet(hashes);
  }

  get size(): number {
    return this.#hashes.length;
  }

  has(hash: number): boolean {
    let low = 0;
    let high = this.#hashes.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = this.#hashes[middle] ?? 0;
      if (found === hash) return true;
      if (found < hash) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }

  /** For a store; little-endian, as every machine this runs on is. A view: don't write into it. */
  toBytes(): Uint8Array {
    const { buffer, byteOffset, byteLength } = this.#hashes;
    return new Uint8Array(buffer, byteOffset, byteLength);
  }
}
