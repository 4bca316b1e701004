/** Addresses of both families as numbers that can be compared and counted. */

/** Four 32-bit words, most significant first. IPv4 is `[0, 0, 0, address]`, as in ::/96. */
export type AddressWords = readonly [number, number, number, number];

/** Negative, zero or positive as `a` is before, the same as, or after `b`. */
export function compareAddresses(a: AddressWords, b: AddressWords): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3];
}

/** The address after this one; after the last, the first. */
export function nextAddress([a, b, c, d]: AddressWords): AddressWords {
  if (d !== 0xffff_ffff) return [a, b, c, d + 1];
  if (c !== 0xffff_ffff) return [a, b, c + 1, 0];
  if (b !== 0xffff_ffff) return [a, b + 1, 0, 0];
  return [a !== 0xffff_ffff ? a + 1 : 0, 0, 0, 0];
}

/** The address as text that any parser of addresses reads: dotted for ::/96, else eight groups. */
export function addressText(words: AddressWords): string {
  const [a, b, c, d] = words;
  if (a === 0 && b === 0 && c === 0) {
    return [d >>> 24, (d >>> 16) & 255, (d >>> 8) & 255, d & 255].join(".");
  }
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  return groups.map((group) => group.toString(16)).join(":");
}
