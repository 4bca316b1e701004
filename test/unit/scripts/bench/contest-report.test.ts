import { expect, test } from "vitest";
import {
  belowGoal,
  contestLines,
  contestReport,
  unexpectedIn,
} from "../../../../scripts/bench/contest-report.ts";

function run(rps: number, cpuUs: number) {
  return { rps, cpuUs, p50Ms: 1, p99Ms: 9, unexpected: 1 };
}

const results = new Map([
  ["bytes", [run(100, 10), run(200, 10), run(100, 10)]],
  ["service", [run(50, 30), run(150, 20), run(70, 20)]],
]);
const contest = {
  servers: new Map([
    ["bytes", { script: "" }],
    ["service", { script: "" }],
  ]),
  pairs: [["service", "bytes"]] as const,
};

test("ratios are taken within a round, and medians of all", () => {
  const report = contestReport(contest, results);
  expect(report.ratios).toEqual([
    { of: "service against bytes", rps: [0.5, 0.75, 0.7], cpu: [3, 2, 2] },
  ]);
  expect(report.servers.service).toMatchObject({ rps: 70, cpuUs: 20, ratio: 0.7 });
  expect(contestLines(report).at(-1)).toBe(
    "service against bytes: requests/s 0.700 (0.500 to 0.750), CPU a request 2.000 (2.000 to 3.000)",
  );
});

test("what is below the goal is its median", () => {
  const report = contestReport(contest, results);
  expect(belowGoal(report, 0.7)).toEqual([]);
  expect(belowGoal(report, 0.71)).toEqual([0.7]);
});

test("answers that weren't expected are added up over rounds and servers", () => {
  expect(unexpectedIn(results)).toBe(6);
});
