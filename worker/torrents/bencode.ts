/**
 * Bencoding, what torrents are written in (BEP 3): each function gives one value's bytes, of which larger ones are made.
 * Pure.
 */

const encoder = new TextEncoder();

/** @throws RangeError where it is no integer that is exact */
export function integer(value: number): Uint8Array {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no exact integer`);
  return encoder.encode(`i${value}e`);
}

/** Of a text, its UTF-8. */
export function string(value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === "string" ? encoder.encode(value) : value;
  return joined([encoder.encode(`${bytes.byteLength}:`), bytes]);
}

/** @param items encoded */
export function list(items: readonly Uint8Array[]): Uint8Array {
  return joined([encoder.encode("l"), ...items, encoder.encode("e")]);
}

/** @param entries their values encoded; their keys in any order: they are written as BEP 3 has them, sorted by bytes */
export function dictionary(entries: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const pairs = Object.entries(entries).map(([key, value]) => ({
    key: encoder.encode(key),
    value,
  }));
  pairs.sort((one, other) => compare(one.key, other.key));
  const written = pairs.flatMap(({ key, value }) => [string(key), value]);
  return joined([encoder.encode("d"), ...written, encoder.encode("e")]);
}

function compare(one: Uint8Array, other: Uint8Array): number {
  const shared = Math.min(one.byteLength, other.byteLength);
  for (let at = 0; at < shared; at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.byteLength - other.byteLength;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}
