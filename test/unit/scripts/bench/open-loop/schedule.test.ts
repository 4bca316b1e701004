import { describe, expect, test } from "vitest";
import { dueMs, percentile, ratesOf } from "../../../../../scripts/bench/open-loop/schedule.ts";

describe("rates", () => {
  test("each server is asked 70 % of its own peak", () => {
    const rates = ratesOf(
      new Map([
        ["a", 20_000],
        ["b", 10_000],
      ]),
      100_000,
    );
    expect(rates.share).toBe(0.7);
    expect([...rates.perSecond]).toEqual([
      ["a", 14_000],
      ["b", 7_000],
    ]);
  });

  test("where the loader can't send that much, all are asked less alike", () => {
    // 80 % of 10,000 is 8,000: two fifths of the fastest one's peak.
    const rates = ratesOf(
      new Map([
        ["a", 20_000],
        ["b", 10_000],
      ]),
      10_000,
    );
    expect(rates.share).toBeCloseTo(0.4, 10);
    expect([...rates.perSecond.values()]).toEqual([8_000, 4_000]);
  });
});

test("requests are due at even distances, whatever is answered", () => {
  expect([0, 1, 2, 1000].map((at) => dueMs(at, 500))).toEqual([0, 2, 4, 2000]);
});

test("a percentile is the value that so many don't exceed", () => {
  const hundred = Float64Array.from({ length: 100 }, (_, at) => at + 1);
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile(hundred, 1)).toBe(100);
  expect(percentile([7], 0.99)).toBe(7);
  expect(percentile([], 0.5)).toBeNaN();
});
