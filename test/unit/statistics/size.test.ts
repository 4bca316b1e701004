/** How much all statistics take at most, with 1,576 mirrors. */
import { expect, test } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import { maxCounts, maxOpenCounts } from "../../../worker/statistics/redirect-statistics.ts";
import { daysKept, hoursKept } from "../../../worker/statistics/retention.ts";
import { maxReporters } from "../../../worker/statistics/statistics-store.ts";
import {
  keyOf,
  pack,
  type Tally,
  tallyOf,
  type View,
  views,
} from "../../../worker/statistics/tally.ts";

const maxBytes = 64_000_000;
/** SQLite's own, for pages that aren't full. */
const overhead = 1.1;

/**
 * A full period: redirects from 1 to 10,000 times the least, as the largest mirrors have against the smallest, of files
 * of 1 MB in the mean.
 */
function full(view: View, least: number): Tally {
  const random = seeded(view.length);
  const tally: Tally = new Map();
  while (tally.size < maxCounts[view]) {
    const first = Math.floor(random() * (view === "mirror" ? 1576 : 250));
    const key = keyOf(first, Math.floor(random() * 29), Math.floor(random() * 2));
    const redirects = Math.ceil(least * 10 ** (4 * random()));
    const bytes = Math.floor(redirects * 2e6 * random());
    tally.set(key, { redirects, bytes, unsized: Math.floor(redirects * 0.01) });
  }
  return tally;
}

test("what is packed comes back", () => {
  for (const view of views) {
    const tally = full(view, 1);
    expect(tallyOf(pack(tally))).toEqual(new Map([...tally].sort(([a], [b]) => a - b)));
  }
  const large = new Map([
    [keyOf(16_383, 1023, 3), { redirects: 2 ** 40, bytes: 2 ** 53 - 1, unsized: 2 ** 32 }],
  ]);
  expect(tallyOf(pack(large))).toEqual(large);
});

test("hours of eight days, days of two years and all that is beside them are below 64 MB", () => {
  const of = (least: number) =>
    views.reduce((sum, view) => sum + pack(full(view, least)).byteLength, 0);
  const hours = hoursKept * of(1);
  const days = daysKept * of(24);
  // Three open periods of each view, names, isolates, batches that wait.
  const beside = 6 * maxOpenCounts * 12 + 17_406 * 60 + maxReporters * 80 + 64 * 40_000;
  expect(hours).toBeGreaterThan(5e6);
  expect((hours + days + beside) * overhead).toBeLessThan(maxBytes);
});
