/** What loads of two at once are told as. */
import { expect, test } from "vitest";
import { atOnceLines, atOnceReport } from "../../../../scripts/bench/at-once-report.ts";
import type { LoadResult } from "../../../../scripts/bench/load.ts";

const run = (cpuUs: number): LoadResult => ({
  ...{ rps: 1000, p50Ms: 1, p99Ms: 2, unexpected: 0 },
  cpuUs,
});

test("ratios are taken within a round, the first against the second", () => {
  // Both are slower in the second round: the machine was.
  const pairs = atOnceReport([
    {
      of: ["a", "b"],
      runs: [
        [run(110), run(220)],
        [run(100), run(200)],
      ],
    },
  ]);
  expect(pairs).toEqual([{ of: ["a", "b"], cpuUs: [165, 150], cpu: [1.1, 1.1] }]);
  const how = { rounds: 2, seconds: 3, clients: 10, connections: 4 };
  expect(atOnceLines(pairs, how)).toEqual([
    "2 rounds of 3 s, both at once, 10 client addresses, 4 connections each",
    "a against b: CPU a request 165 against 150 us, 1.100 (1.100 to 1.100), mean 1.100",
  ]);
});
