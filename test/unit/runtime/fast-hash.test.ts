/** Hashes that are stored, and so can't change: held against published values. */
import { expect, it } from "vitest";
import { fnv, fnvBytes, fnvOfName, mix } from "../../../worker/runtime/fast-hash.ts";

/** FNV-1a of 32 bits: http://www.isthe.com/chongo/src/fnv/test_fnv.c */
const published: readonly [string, number][] = [
  ["", 0x811c9dc5],
  ["a", 0xe40c292c],
  ["b", 0xe70c2de5],
  ["foobar", 0xbf9cf968],
];

it.each(published)("is FNV-1a of %j", (text, hash) => {
  expect(fnv(text) >>> 0).toBe(hash);
  const bytes = new TextEncoder().encode(`/${text}/`);
  expect(fnvBytes(bytes, 1, bytes.length - 1) >>> 0).toBe(hash);
  const reversed = [...text].reverse().join("");
  expect(fnvOfName(`usr/bin/${reversed}`) >>> 0).toBe(hash);
});

it("goes on from what precedes", () => {
  expect(fnv("bar", fnv("foo"))).toBe(fnv("foobar"));
  expect(fnv("xfoobary", undefined, 1, 7)).toBe(fnv("foobar"));
});

it("mixes as MurmurHash3 ends", () => {
  // MurmurHash3_x86_32 of no bytes is its end of the seed: its published hashes of seed 1 and of all ones.
  expect([mix(0), mix(1), mix(-1)]).toEqual([0, 0x514e28b7, 0x81f16f39]);
});
