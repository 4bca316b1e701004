/** When an origin that is only watched is asked, for all who probe its mirrors. */
import { beforeEach, expect, test } from "vitest";
import {
  maxRangesKept,
  rangeKeptMs,
} from "../../../../worker/repositories/baseline/origin-ranges.ts";
import { samplesRetryMs } from "../../../../worker/repositories/chain/draws.ts";
import { askedForMs } from "../../../../worker/repositories/follow-policy.ts";
import { publishApt, repository } from "../origin.ts";
import { minute, WatchedObject } from "./watched-object.ts";

let object: WatchedObject;

beforeEach(() => {
  object = new WatchedObject();
  publishApt(object.origin, "Mon, 02 Nov 2026 06:00:00 UTC", ["pool/a.deb"]);
});

/** An object that has seen two states of its origin. */
async function watchedBy(other: WatchedObject) {
  publishApt(other.origin, "Mon, 02 Nov 2026 06:00:00 UTC", ["pool/a.deb"]);
  await other.baseline();
  publishApt(other.origin, "Tue, 03 Nov 2026 06:00:00 UTC", ["pool/a.deb", "pool/b.deb"]);
  return { baseline: await other.later(minute) };
}

test("the origin is asked when what is known is too old, and not before", async () => {
  const first = await object.baseline();
  expect(first.askedAt).toBe(object.now);
  object.now += minute - 1;
  expect(await object.baseline()).toEqual(first);
  expect(object.rootsAsked).toBe(1);
  object.now += 1;
  expect((await object.baseline()).askedAt).toBe(object.now);
  expect(object.rootsAsked).toBe(2);
});

test("many who wait are one question", async () => {
  const gate = Promise.withResolvers<void>();
  object.origin.gate = gate.promise;
  const waiting = Array.from({ length: 50 }, () => object.baseline());
  gate.resolve();
  const answers = await Promise.all(waiting);
  expect(object.rootsAsked).toBe(1);
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(answers[0]?.samples).toHaveLength(1);
});

test("a failing origin is asked again after half the age, no sooner, and the old is given meanwhile", async () => {
  const first = await object.baseline();
  object.origin.gone = true;
  object.now += minute;
  const failed = await object.baseline();
  expect(failed).toMatchObject({ askedAt: first.askedAt, samples: first.samples });
  expect(failed.failed).toBeDefined();
  expect(object.rootsAsked).toBe(2);
  object.now += minute / 2 - 1;
  await object.baseline();
  expect(object.rootsAsked).toBe(2);
  object.now += 1;
  object.origin.gone = false;
  expect((await object.baseline()).failed).toBeUndefined();
  expect(object.rootsAsked).toBe(3);
});

test("a restart loses nothing: neither what is known nor which files there were", async () => {
  const first = await object.baseline();
  object.restart();
  expect(await object.baseline()).toEqual(first);
  expect(object.rootsAsked).toBe(1);
  publishApt(object.origin, "Tue, 03 Nov 2026 06:00:00 UTC", ["pool/a.deb", "pool/b.deb"]);
  object.now += minute;
  object.restart();
  const second = await object.baseline();
  expect(second.roots[0]?.generations).toHaveLength(2);
  expect(second.samples.find(({ path }) => path === "pool/b.deb")?.recent).toBe(true);
});

test("a process that ends at any step leaves what the next one goes on from", async () => {
  const { baseline } = await watchedBy(new WatchedObject());
  const expected = baseline.roots[0]?.generations.map(({ hash }) => hash);
  let whole = false;
  for (let step = 1; !whole; step += 5) {
    const cut = new WatchedObject();
    publishApt(cut.origin, "Mon, 02 Nov 2026 06:00:00 UTC", ["pool/a.deb"]);
    await cut.baseline();
    publishApt(cut.origin, "Tue, 03 Nov 2026 06:00:00 UTC", ["pool/a.deb", "pool/b.deb"]);
    cut.sqlite.breakAt(step, "dies");
    cut.now += minute;
    await cut.baseline().catch(() => undefined);
    whole = cut.sqlite.whole;
    cut.restart();
    const { roots, samples } = await cut.later(samplesRetryMs);
    expect([step, roots[0]?.generations.map(({ hash }) => hash)]).toEqual([step, expected]);
    expect(samples.map(({ path, recent }) => [path, recent ?? false])).toEqual([
      ["pool/b.deb", true],
      ["pool/a.deb", false],
    ]);
    expect(cut.sqlite.sql.exec("SELECT name FROM blob").toArray()).toHaveLength(3);
    cut.sqlite.close();
  }
});

test("a list entry with other roots is read anew", async () => {
  await object.baseline();
  publishApt(object.origin, "Tue, 03 Nov 2026 06:00:00 UTC", ["pool/t.deb"], "testing");
  object.listed = repository({ roots: ["dists/stable/InRelease", "dists/testing/InRelease"] });
  const { roots } = await object.baseline();
  expect(roots.map(({ generations }) => generations.length)).toEqual([1, 1]);
});

test("without roots nothing is asked or stored again and again", async () => {
  object.listed = repository({ roots: [] });
  for (let turn = 0; turn < 3; turn++) await object.baseline();
  expect(object.origin.asked).toEqual([]);
  expect(object.alarmAt).toBeNull();
});

test("while probes ask, the alarm polls it; an hour after the last question nobody does", async () => {
  await object.baseline();
  const begun = object.now;
  for (let alarms = 0; object.alarmAt !== null; alarms++) {
    expect(alarms, "alarms that don't end").toBeLessThan(70);
    await object.fire();
  }
  expect(object.now - begun).toBe(askedForMs);
  // One a minute, and not one at the end.
  expect(object.rootsAsked).toBe(60);
  object.now += minute;
  await object.baseline();
  expect(object.rootsAsked).toBe(61);
  expect(object.alarmAt).toBe(object.now + minute);
});

test("nothing of what is watched is stored where snapshots are that edges are given", async () => {
  await object.baseline();
  const tables = object.sqlite.sql
    .exec("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .toArray();
  expect(tables.filter(({ name }) => /^(?:snapshot|index_)/.test(String(name)))).toEqual([]);
});

test("ranges of samples only, right to the byte, asked once", async () => {
  const text = async (path: string, first: number, last: number) => {
    const bytes = await object.range(path, first, last);
    return bytes && new TextDecoder().decode(bytes);
  };
  expect(await text("pool/a.deb", 0, 3)).toBeUndefined();
  await object.baseline();
  object.origin.put("pool/a.deb", "0123456789");
  object.origin.put("pool/other.deb", "0123456789");
  object.origin.asked.length = 0;
  expect(await text("pool/a.deb", 2, 5)).toBe("2345");
  expect(await text("pool/a.deb", 2, 5)).toBe("2345");
  expect(object.origin.asked).toHaveLength(1);
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
  expect(object.origin.asked).toHaveLength(1);
});

test("what an origin gave while it was wrong is asked again after a while", async () => {
  await object.baseline();
  const text = async () => new TextDecoder().decode(await object.range("pool/a.deb", 2, 5));
  object.origin.put("pool/a.deb", "forged...!");
  expect(await text()).toBe("rged");
  object.origin.put("pool/a.deb", "0123456789");
  object.now += rangeKeptMs - 1;
  expect(await text()).toBe("rged");
  object.now += 1;
  expect(await text()).toBe("2345");
});

test("an origin without ranges is of use for the beginning only; another size for nothing", async () => {
  await object.baseline();
  object.origin.put("pool/a.deb", "0123456789", { "no-ranges": "1" });
  expect((await object.range("pool/a.deb", 0, 3))?.byteLength).toBe(4);
  expect(await object.range("pool/a.deb", 1, 3)).toBeUndefined();
  object.origin.put("pool/a.deb", "01234567890123456789");
  expect(await object.range("pool/a.deb", 2, 3)).toBeUndefined();
});

test("kept ranges are bounded; the one used longest ago goes", async () => {
  // Ten bytes have 55 ranges; two files are more than are kept.
  const paths = ["pool/a.deb", "pool/b.deb"];
  publishApt(object.origin, "Wed, 04 Nov 2026 06:00:00 UTC", paths);
  await object.baseline();
  for (const path of paths) object.origin.put(path, "0123456789");
  const askedAfter = async (path: string, first: number, last: number) => {
    object.origin.asked.length = 0;
    await object.range(path, first, last);
    return object.origin.asked.length;
  };
  let ranges = 0;
  for (const path of paths) {
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
