import { expect, test } from "vitest";
import type { OpenLoopResult } from "../../../../../scripts/bench/open-loop/run-load.ts";
import { openLoopLines, waitsOf } from "../../../../../scripts/bench/open-loop/waits.ts";

function run(p50Ms: number, p99Ms: number): OpenLoopResult {
  return { rps: 100, p50Ms, p99Ms, mostMs: 50, ownLateP99Ms: 0.1, unexpected: 0, cpuSeconds: 1 };
}

const peak = { rps: 200, cpuUs: 10, p50Ms: 3, p99Ms: 90, unexpected: 0 };

const runs = new Map([
  ["constant", { perSecond: 140, peaks: [peak], loads: [run(1, 2), run(1, 4), run(1, 3)] }],
  ["ours", { perSecond: 130, peaks: [peak], loads: [run(2, 4), run(1, 4), run(3, 6)] }],
]);

test("medians of a server, and ratios round by round", () => {
  const { ours } = waitsOf(runs, "constant");
  expect(ours).toMatchObject({ p50Ms: 2, p99Ms: 4, peakP99Ms: 90, perSecond: 130 });
  expect(ours?.p99Ratios).toEqual([2, 1, 2]);
});

test("lines say which share of the peak was asked, and that the loader was the limit", () => {
  const own = { perSecond: 1000, tried: { perSecond: 15_000, rps: 14_999, ownLateP99Ms: 0.2 } };
  const waits = waitsOf(runs, "constant");
  const [, full] = openLoopLines(waits, { share: 0.7, own });
  expect(full).toBe("Each asked 70 % of its own peak, at fixed moments.");
  const [, less] = openLoopLines(waits, { share: 0.4, own });
  expect(less).toBe("Each asked 40 % of its own peak, at fixed moments: what the loader can send.");
  expect(openLoopLines(waits, { share: 0.7, own }).join("\n")).toContain("p99 2.00 (1.00 to 2.00)");
});
