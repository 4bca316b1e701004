import { expect, test } from "vitest";
import { PathSet, pathHash } from "../../../../worker/repositories/baseline/path-set.ts";

const path = (number: number) => `pool/main/p/p${number}/p${number}_1.0-1_amd64.deb`;
const setOf = (paths: readonly string[]) =>
  PathSet.of(Float64Array.from(paths, (one) => pathHash(one)));

test("has what it was made of and nothing else, also after storing", () => {
  const paths = Array.from({ length: 5000 }, (_, number) => path(2 * number));
  const set = setOf(paths);
  const bytes = set.toBytes();
  expect(bytes.byteLength).toBe(8 * 5000);
  // As a store gives them back: at an odd place in a larger buffer.
  const shifted = new Uint8Array(bytes.byteLength + 3);
  shifted.set(bytes, 3);
  const restored = PathSet.fromBytes(shifted.subarray(3));
  for (let number = 0; number < 10_000; number++) {
    const expected = number % 2 === 0;
    expect(set.has(pathHash(path(number)))).toBe(expected);
    expect(restored?.has(pathHash(path(number)))).toBe(expected);
  }
});

test("bytes that aren't a set are refused", () => {
  expect(PathSet.fromBytes(new Uint8Array(7))).toBeUndefined();
  expect(PathSet.fromBytes(new Uint8Array(Float64Array.of(2, 1).buffer))).toBeUndefined();
  expect(PathSet.fromBytes(new Uint8Array(Float64Array.of(1, Number.NaN).buffer))).toBeUndefined();
  expect(PathSet.fromBytes(new Uint8Array())?.size).toBe(0);
});

test("a hash of a part is that of the part alone, fits a double, and rarely meets another", () => {
  expect(pathHash(`xx${path(7)}yy`, 2, 2 + path(7).length)).toBe(pathHash(path(7)));
  const hashes = new Set(Array.from({ length: 200_000 }, (_, number) => pathHash(path(number))));
  expect(hashes.size).toBe(200_000);
  for (const hash of hashes) {
    if (!Number.isSafeInteger(hash)) throw new Error(`${hash}`);
  }
});
