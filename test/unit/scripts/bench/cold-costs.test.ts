import { expect, test } from "vitest";
import { coldCosts, coldLines } from "../../../../scripts/bench/cold-costs.ts";

const edge = [
  { startMs: 70, redirectMs: [20, 3] },
  { startMs: 90, redirectMs: [12, 2] },
  { startMs: 80, redirectMs: [10, 1] },
];
const empty = [
  { startMs: 30, redirectMs: [1, 0.5] },
  { startMs: 40, redirectMs: [2, 0.5] },
  { startMs: 32, redirectMs: [1, 0.5] },
];

test("costs are on top of the empty Worker's in the same round, each redirect by itself", () => {
  expect(coldCosts(edge, empty)).toEqual({
    startMs: [40, 50, 48],
    redirectMs: [
      [19, 10, 9],
      [2.5, 1.5, 0.5],
    ],
    empty: { startMs: 32, firstMs: 1 },
  });
});

test("lines say which goal is reached, by the median", () => {
  const [start, first, second] = coldLines(coldCosts(edge, empty));
  expect(start).toMatch(/48\.00 .*the goal is 50: reached$/);
  expect(first).toMatch(/10\.00 .*the goal is 10: reached$/);
  expect(second).toMatch(/^redirect 2 .*ms$/);
  const slow = [{ startMs: 100, redirectMs: [30] }];
  const lines = coldLines(coldCosts(slow, [{ startMs: 10, redirectMs: [1] }]));
  expect(lines.slice(0, 2).every((line) => line.endsWith("missed"))).toBe(true);
});
