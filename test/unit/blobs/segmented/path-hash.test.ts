import { expect, test } from "vitest";
import { pathCheck32, pathHash64 } from "../../../../worker/blobs/segmented/path-hash.ts";

/** Paths as archives have them: long common beginnings, versions that differ in a digit. */
function paths(count: number): string[] {
  const architectures = ["amd64", "arm64", "i386", "s390x", "all"];
  return Array.from({ length: count }, (_, at) => {
    const name = `lib${(at % 9973).toString(36)}-dev`;
    return `pool/main/${name[3]}/${name}/${name}_1.${Math.floor(at / 9973)}-${at % 7}_${architectures[at % 5]}.deb`;
  });
}

const count = 300_000;
const hashes = paths(count).map(pathHash64);

test("no two of 300,000 paths meet, and 32 bits meet as often as chance has them", () => {
  expect(new Set(paths(count)).size).toBe(count);
  expect(new Set(hashes.map(({ high, low }) => high * 2 ** 32 + low)).size).toBe(count);
  // Birthdays: n squared by 2 to the 33rd are 10.5, so more than 30 come once in a million tries.
  const thirtyTwo = {
    high: (at: number) => hashes[at]?.high ?? 0,
    low: (at: number) => hashes[at]?.low ?? 0,
    outer: (at: number) =>
      ((hashes[at]?.high ?? 0) & 0xffff0000) ^ ((hashes[at]?.low ?? 0) & 0xffff),
    inner: (at: number) => ((hashes[at]?.high ?? 0) << 16) ^ ((hashes[at]?.low ?? 0) >>> 16),
    check: (at: number) => pathCheck32(paths1[at] ?? ""),
  };
  const paths1 = paths(count);
  for (const pick of Object.values(thirtyTwo)) {
    const met = count - new Set(Array.from({ length: count }, (_, at) => pick(at))).size;
    expect(met).toBeLessThan(30);
  }
});

test("every byte of it is spread evenly", () => {
  for (let byte = 0; byte < 8; byte++) {
    const seen = new Array<number>(256).fill(0);
    for (const { high, low } of hashes) {
      const value = ((byte < 4 ? high : low) >>> (8 * (byte % 4))) & 255;
      seen[value] = (seen[value] ?? 0) + 1;
    }
    const expected = count / 256;
    const chi = seen.reduce((sum, times) => sum + (times - expected) ** 2 / expected, 0);
    // 255 degrees of freedom: deviation 22.6, five of them.
    expect(chi).toBeGreaterThan(255 - 113);
    expect(chi).toBeLessThan(255 + 113);
  }
});

test("one bit of the path changes half of all bits", () => {
  const changed = new Array<number>(64).fill(0);
  const tries = 4000;
  for (let at = 0; at < tries; at++) {
    const one = paths(1)[0] ?? "";
    const place = at % one.length;
    const unit = one.charCodeAt(place) ^ (1 << (at % 7));
    const base = `${at}${one}`;
    const other = `${at}${one.slice(0, place)}${String.fromCharCode(unit)}${one.slice(place + 1)}`;
    const [a, b] = [pathHash64(base), pathHash64(other)];
    for (let bit = 0; bit < 64; bit++) {
      const word = bit < 32 ? a.high ^ b.high : a.low ^ b.low;
      changed[bit] = (changed[bit] ?? 0) + ((word >>> (bit % 32)) & 1);
    }
  }
  // Deviation of a fair coin thrown 4,000 times: 0.8 %; six of them.
  for (const times of changed) expect(Math.abs(times / tries - 0.5)).toBeLessThan(0.048);
});

test("it never changes: stored indexes depend on it", () => {
  const told = ({ high, low }: { high: number; low: number }) =>
    [high, low].map((part) => part.toString(16).padStart(8, "0")).join("");
  // Worked out apart from this code, in big integers.
  expect(told(pathHash64("pool/main/a/apt/apt_2.6.1_amd64.deb"))).toBe("933b8bd6693662b3");
  expect(told(pathHash64(""))).toBe("f6636b222834b137");
});
