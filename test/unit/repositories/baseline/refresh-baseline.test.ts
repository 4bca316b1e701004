import { beforeEach, expect, test } from "vitest";
import type { Baseline } from "../../../../worker/repositories/baseline/baseline.ts";
import {
  maxRangesKept,
  rangeKeptMs,
} from "../../../../worker/repositories/baseline/origin-ranges.ts";
import type { PathSet } from "../../../../worker/repositories/baseline/path-set.ts";
import {
  type BaselineStore,
  OriginBaseline,
} from "../../../../worker/repositories/baseline/refresh-baseline.ts";
import { publishApt, repository, StandInOrigin, seeded } from "../origin.ts";

/** What survives a restart. */
class MemoryStore implements BaselineStore {
  reference: Baseline | undefined;
  readonly listings = new Map<string, PathSet>();
  saves = 0;
  load() {
    return this.reference;
  }
  loadListing(index: string) {
    return this.listings.get(index);
  }
  save(reference: Baseline, listings: ReadonlyMap<string, PathSet>) {
    this.saves++;
    this.reference = reference;
    for (const [index, paths] of listings) this.listings.set(index, paths);
  }
}

const minute = 60_000;
const listed = repository();
let origin: StandInOrigin;
let store: MemoryStore;
let now: number;
const start = () =>
  new OriginBaseline({ access: origin.access, store, now: () => now, random: seeded(1) });
const rootsAsked = () => origin.paths().filter((path) => path.endsWith("InRelease")).length;

beforeEach(() => {
  origin = new StandInOrigin();
  store = new MemoryStore();
  now = 1_000_000;
  publishApt(origin, "Mon, 02 Nov 2026 06:00:00 UTC", ["pool/a.deb"]);
});

test("the origin is asked when what is known is too old, and not before", async () => {
  const keeper = start();
  const first = await keeper.reference(listed, minute);
  expect(first.askedAt).toBe(now);
  now += minute - 1;
  expect(await keeper.reference(listed, minute)).toEqual(first);
  expect(rootsAsked()).toBe(1);
  now += 1;
  expect((await keeper.reference(listed, minute)).askedAt).toBe(now);
  expect(rootsAsked()).toBe(2);
});

test("many who wait are one question", async () => {
  const gate = Promise.withResolvers<void>();
  origin.gate = gate.promise;
  const keeper = start();
  const waiting = Array.from({ length: 50 }, () => keeper.reference(listed, minute));
  gate.resolve();
  const answers = await Promise.all(waiting);
  expect(rootsAsked()).toBe(1);
  expect(new Set(answers).size).toBe(1);
});

test("a failing origin is asked again after half the age, no sooner, and the old is given meanwhile", async () => {
  const keeper = start();
  const first = await keeper.reference(listed, minute);
  origin.gone = true;
  now += minute;
  const failed = await keeper.reference(listed, minute);
  expect(failed).toMatchObject({ askedAt: first.askedAt, samples: first.samples });
  expect(failed.failed).toBeDefined();
  expect(rootsAsked()).toBe(2);
  now += minute / 2 - 1;
  await keeper.reference(listed, minute);
  expect(rootsAsked()).toBe(2);
  now += 1;
  origin.gone = false;
  expect((await keeper.reference(listed, minute)).failed).toBeUndefined();
  expect(rootsAsked()).toBe(3);
});

test("a restart loses nothing: neither the reference nor which files there were", async () => {
  const first = await start().reference(listed, minute);
  expect(await start().reference(listed, minute)).toEqual(first);
  expect(rootsAsked()).toBe(1);
  publishApt(origin, "Tue, 03 Nov 2026 06:00:00 UTC", ["pool/a.deb", "pool/b.deb"]);
  now += minute;
  const second = await start().reference(listed, minute);
  expect(second.roots[0]?.generations).toHaveLength(2);
  expect(second.samples.find(({ path }) => path === "pool/b.deb")?.recent).toBe(true);
});

test("a list entry with other roots is read anew", async () => {
  const keeper = start();
  await keeper.reference(listed, minute);
  publishApt(origin, "Tue, 03 Nov 2026 06:00:00 UTC", ["pool/t.deb"], "testing");
  const changed = repository({ roots: ["dists/stable/InRelease", "dists/testing/InRelease"] });
  const reference = await keeper.reference(changed, minute);
  expect(reference.roots.map(({ generations }) => generations.length)).toEqual([1, 1]);
});

test("without roots nothing is asked or stored again and again", async () => {
  const keeper = start();
  for (let turn = 0; turn < 3; turn++) await keeper.reference(repository({ roots: [] }), minute);
  expect(origin.asked).toEqual([]);
  expect(store.saves).toBeLessThanOrEqual(1);
});

test("ranges of samples only, right to the byte, asked once", async () => {
  const keeper = start();
  expect(await keeper.range(listed, "pool/a.deb", 0, 3)).toBeUndefined();
  await keeper.reference(listed, minute);
  origin.put("pool/a.deb", "0123456789");
  origin.put("pool/other.deb", "0123456789");
  origin.asked.length = 0;
  const text = async (path: string, first: number, last: number) => {
    const bytes = await keeper.range(listed, path, first, last);
    return bytes && new TextDecoder().decode(bytes);
  };
  expect(await text("pool/a.deb", 2, 5)).toBe("2345");
  expect(await text("pool/a.deb", 2, 5)).toBe("2345");
  expect(origin.asked).toHaveLength(1);
  for (const [first, last] of [
    [0, 10],
    [-1, 3],
    [5, 4],
    [0.5, 3],
    [0, Number.NaN],
    [0, 70_000],
  ] as const) {
    expect(await text("pool/a.deb", first, last)).toBeUndefined();
  }
  expect(await text("pool/other.deb", 0, 3)).toBeUndefined();
  expect(await text("dists/stable/InRelease", 0, 3)).toBeUndefined();
  expect(origin.asked).toHaveLength(1);
});

test("what an origin gave while it was wrong is asked again after a while", async () => {
  const keeper = start();
  await keeper.reference(listed, minute);
  const text = async () => new TextDecoder().decode(await keeper.range(listed, "pool/a.deb", 2, 5));
  origin.put("pool/a.deb", "forged...!");
  expect(await text()).toBe("rged");
  origin.put("pool/a.deb", "0123456789");
  now += rangeKeptMs - 1;
  expect(await text()).toBe("rged");
  now += 1;
  expect(await text()).toBe("2345");
});

test("an origin without ranges is of use for the beginning only; another size for nothing", async () => {
  const keeper = start();
  await keeper.reference(listed, minute);
  origin.put("pool/a.deb", "0123456789", { "no-ranges": "1" });
  expect((await keeper.range(listed, "pool/a.deb", 0, 3))?.byteLength).toBe(4);
  expect(await keeper.range(listed, "pool/a.deb", 1, 3)).toBeUndefined();
  origin.put("pool/a.deb", "01234567890123456789");
  expect(await keeper.range(listed, "pool/a.deb", 2, 3)).toBeUndefined();
});

test("kept ranges are bounded; the one used longest ago goes", async () => {
  const paths = ["pool/a.deb"];
  publishApt(origin, "Tue, 03 Nov 2026 06:00:00 UTC", paths);
  const keeper = start();
  await keeper.reference(listed, minute);
  // Ten bytes have 55 ranges; two files are more than are kept.
  publishApt(origin, "Wed, 04 Nov 2026 06:00:00 UTC", ["pool/a.deb", "pool/b.deb"]);
  now += minute;
  await keeper.reference(listed, minute);
  for (const path of ["pool/a.deb", "pool/b.deb"]) origin.put(path, "0123456789");
  const askedAfter = async (path: string, first: number, last: number) => {
    origin.asked.length = 0;
    await keeper.range(listed, path, first, last);
    return origin.asked.length;
  };
  let ranges = 0;
  for (const path of ["pool/a.deb", "pool/b.deb"]) {
    for (let first = 0; first < 10 && ranges < maxRangesKept; first++) {
      for (let last = first; last < 10 && ranges < maxRangesKept; last++) {
        expect(await askedAfter(path, first, last)).toBe(1);
        ranges++;
      }
    }
  }
  expect(await askedAfter("pool/a.deb", 0, 0)).toBe(0);
  expect(await askedAfter("pool/b.deb", 9, 9)).toBe(1);
  // 0-0 was used again since, 0-1 is the oldest.
  expect(await askedAfter("pool/a.deb", 0, 0)).toBe(0);
  expect(await askedAfter("pool/a.deb", 0, 1)).toBe(1);
});
