/** Connection times of one Prober to one mirror: what they say together, and how little a bad minute says. */
import { expect, it } from "vitest";
import { seeded } from "../../../../scripts/random.ts";
import {
  type ConnectionTimes,
  connectionTimesText,
  keptSlots,
  readConnectionTimes,
  slotMs,
  usualTime,
  withConnection,
} from "../../../../worker/health/nearness/connection-times.ts";

/** Figures of as many slots in a row, from slot 1000 on. */
function after(...figures: readonly number[]): ConnectionTimes {
  let times: ConnectionTimes | undefined;
  for (const [at, ms] of figures.entries()) times = withConnection(times, 1000 + at, ms);
  if (times === undefined) throw new Error("no figures");
  return times;
}

const at = (slot: number) => slot * slotMs + 1;

it("a bad minute, and a bad hour, change nothing", () => {
  const usual = Array.from({ length: 28 }, () => 40);
  expect(usualTime(after(...usual, 800), at(1028))?.ms).toBe(40);
  expect(usualTime(after(...usual, 800, 800, 800, 800), at(1031))?.ms).toBe(40);
});

it("what lasts is believed within some hours", () => {
  const usual = Array.from({ length: 24 }, () => 40);
  const slow = Array.from({ length: 12 }, () => 95);
  expect(usualTime(after(...usual, ...slow), at(1035))?.ms).toBe(95);
});

it("of one slot the shortest counts; what is no round trip counts nowhere", () => {
  let times = withConnection(undefined, 5, 30);
  times = withConnection(times, 5, 20);
  times = withConnection(times, 5, 90);
  expect(times).toEqual({ slot: 5, ms: [20] });
  for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY, 901]) {
    expect(withConnection(times, 6, wrong), String(wrong)).toBe(times);
  }
  expect(withConnection(times, 4, 10)).toBe(times);
});

it("fewer than three figures say nothing, old ones less and less, and older than eight hours nothing", () => {
  expect(usualTime(after(40, 40), at(1001))).toBeUndefined();
  const times = after(...Array.from({ length: keptSlots }, () => 40));
  const newest = 1000 + keptSlots - 1;
  const trusts = [0, 4, 8, 16].map((age) => usualTime(times, at(newest + age))?.trust ?? 0);
  expect(trusts).toEqual(trusts.toSorted((a, b) => b - a));
  expect(trusts[0]).toBeGreaterThan(0.9);
  expect(trusts[3]).toBeLessThan(0.75);
  expect(usualTime(times, at(newest + keptSlots))).toBeUndefined();
});

it("is kept as it was, with gaps, within 32 figures", () => {
  const random = seeded(7);
  let times: ConnectionTimes | undefined;
  for (let slot = 1; slot < 200; slot += 1 + Math.floor(random() * 4)) {
    times = withConnection(times, slot, random() * 300);
    if (times === undefined) throw new Error("not taken");
    expect(times.ms.length).toBeLessThanOrEqual(keptSlots);
    expect(readConnectionTimes(connectionTimesText(times))).toEqual(times);
  }
  for (const wrong of ["", "x:1", "5:a", "5", `5:${"1,".repeat(40)}`]) {
    const read = readConnectionTimes(wrong);
    expect(read === undefined || read.ms.every((ms) => ms === null), wrong).toBe(true);
  }
});
