/** Round trips by the hour: kept once an hour, for a week, over restarts, and with gaps where nobody measured. */
import { beforeAll, expect, it, vi } from "vitest";
import {
  keptSlots,
  type RoundTrips,
  readRoundTrips,
  roundTripsText,
  slotMs,
  withRoundTrip,
} from "../../../worker/health/round-trips.ts";
import { TestFleet } from "./fleet-alone.ts";
import { reportOf, seenAt } from "./fleet-parts.ts";
import { testDatabases } from "./watcher-parts.ts";

// The ledger logs its alarms.
beforeAll(() => void vi.spyOn(console, "warn").mockImplementation(() => undefined));

const database = testDatabases();
const hour = slotMs / 1000;

it("keeps a week, with gaps for hours that have no figure", () => {
  let figures: RoundTrips | undefined;
  for (let at = 1; at <= keptSlots + 5; at += 1) figures = withRoundTrip(figures, at, at);
  expect(figures?.ms).toHaveLength(keptSlots);
  expect(figures?.ms[0]).toBe(6);
  const later = withRoundTrip(figures, keptSlots + 8, null);
  expect(later.ms.slice(-4)).toEqual([keptSlots + 5, null, null, null]);
  const long = withRoundTrip(figures, 10_000, 3);
  expect(long.ms).toEqual([...Array.from({ length: keptSlots - 1 }, () => null), 3]);
  expect(readRoundTrips(later.slot, roundTripsText(later))).toEqual(later);
  const largest: RoundTrips = { slot: 1, ms: Array.from({ length: keptSlots }, () => 1234.5) };
  expect(roundTripsText(largest).length).toBeLessThan(1200);
});

/** Both regions measure shortly before the hour ends: one that is silent for long is no longer believed. */
async function anHour(fleet: TestFleet, near: number, far: number): Promise<void> {
  const end = Math.ceil((fleet.clock.at + 1) / slotMs) * slotMs;
  await fleet.pass((end - fleet.clock.at) / 1000 - 20);
  const { at } = fleet.clock;
  for (const [prober, ms] of [
    ["weur-0", near],
    ["enam-0", far],
  ] as const) {
    await fleet.watch.report(reportOf(at, [seenAt("a.example", at, { ms })], { prober }));
  }
  await fleet.pass(60);
}

const told = (fleet: TestFleet, name = "a.example") =>
  fleet.watch.mirror(name, Number.MAX_SAFE_INTEGER)?.roundTrips;

it("has the shortest of all regions, an hour each, also after Fleet began anew", async () => {
  const fleet = await TestFleet.begun({ sqlite: database() });
  await anHour(fleet, 12.34, 80);
  expect(told(fleet)?.ms.at(-1)).toBe(12.3);
  fleet.restart();
  await anHour(fleet, 20, 15);
  const after = told(fleet);
  expect(after?.ms.slice(-2)).toEqual([12.3, 15]);
  expect(Date.parse(after?.until ?? "") % slotMs).toBe(0);
  // Nobody measures any more: what was seen an hour ago is no figure of now, and the hours between are empty.
  await fleet.pass(3 * hour);
  expect(told(fleet)?.ms.slice(-1)).toEqual([15]);
  // An hour in which nothing was kept yet has its figure as soon as somebody measures.
  await anHour(fleet, 30, 31);
  expect(told(fleet)?.ms.slice(-3)).toEqual([null, 30, 30]);
  expect(told(fleet, "b.example")?.ms.every((one) => one === null)).toBe(true);
});
