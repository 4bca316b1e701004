/** Mirrors that get more than their part of the clients count as a little farther, and no farther than that. */
import { expect, it } from "vitest";
import {
  fairTimes,
  type Loaded,
  leastRedirects,
  loadAdded,
  mostLoadMs,
  mostStepMs,
} from "../../../../worker/health/nearness/load.ts";

/** A hundred mirrors of one capacity; the first gets so many times its part. */
function mirrors(times: number, redirects = 2 * leastRedirects): Loaded[] {
  const part = redirects / 100;
  return Array.from({ length: 100 }, (_, at) => ({
    name: `m${at}`,
    capacity: 1000,
    redirects: at === 0 ? part * times : (part * (100 - times)) / 99,
  }));
}

it("adds nothing where nobody gets more than is fair, or too little was counted", () => {
  expect(loadAdded(mirrors(fairTimes - 0.01), new Map()).size).toBe(0);
  expect(loadAdded(mirrors(20, leastRedirects - 100), new Map([["m3", 4]]))).toEqual(
    new Map([["m3", 4]]),
  );
  expect(loadAdded([], new Map()).size).toBe(0);
});

it("adds step by step, to a bound, and takes back what isn't needed", () => {
  let added: ReadonlyMap<string, number> = new Map();
  const told: number[] = [];
  for (let day = 0; day < 12; day++) {
    added = loadAdded(mirrors(20), added);
    told.push(added.get("m0") ?? 0);
  }
  for (const [day, ms] of told.entries()) {
    expect(ms - (told[day - 1] ?? 0)).toBeLessThanOrEqual(mostStepMs);
  }
  expect(told.at(-1)).toBe(mostLoadMs);
  expect([...added.keys()]).toEqual(["m0"]);
  // A little below what is fair nothing swings back.
  expect(loadAdded(mirrors(fairTimes * 0.9), added)).toEqual(added);
  for (let day = 0; day < 12; day++) added = loadAdded(mirrors(0.5), added);
  expect(added.size).toBe(0);
});

it("goes by declared capacity", () => {
  const large = mirrors(20).map((one) => (one.name === "m0" ? { ...one, capacity: 10_000 } : one));
  expect(loadAdded(large, new Map()).size).toBe(0);
});
