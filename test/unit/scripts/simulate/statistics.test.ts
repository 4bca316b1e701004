import { describe, expect, test } from "vitest";
import { seeded } from "../../../../scripts/random.ts";
import { shuffled, weightedShuffle } from "../../../../scripts/simulate/shuffle.ts";
import { meanPerGroup, spread, summarise } from "../../../../scripts/simulate/statistics.ts";

describe("summarise", () => {
  test("quantiles are values that occur, at their nearest rank", () => {
    // 20 values: the 95th percentile is the 19th, the median the 10th.
    const values = Array.from({ length: 20 }, (_, at) => 20 - at);
    expect(summarise(values)).toEqual({ mean: 10.5, p50: 10, p95: 19 });
  });

  test("sorts numbers as numbers", () => {
    expect(summarise([10, 9, 100])).toEqual({ mean: 119 / 3, p50: 10, p95: 100 });
  });

  test("of nothing is not a number", () => {
    expect(summarise([])).toEqual({ mean: Number.NaN, p50: Number.NaN, p95: Number.NaN });
  });
});

test("a mean per group counts each group once", () => {
  // DE: (1 + 3 + 5) / 3 = 3; FR: 11.
  expect(meanPerGroup([1, 3, 11, 5], ["DE", "DE", "FR", "DE"])).toBe(7);
});

describe("spread", () => {
  const even = { clients: 5, capacity: 100 };

  test("everyone with a fair share", () => {
    expect(spread([even, even, even, even])).toEqual({
      top1: 0.25,
      top10: 1,
      worstRatio: 1,
      gini: 0,
      idle: 0,
    });
  });

  test("fair is by capacity", () => {
    const { worstRatio, gini } = spread([
      { clients: 9, capacity: 900 },
      { clients: 1, capacity: 100 },
    ]);
    expect(worstRatio).toBeCloseTo(1);
    expect(gini).toBeCloseTo(0);
  });

  test("one mirror has all", () => {
    // The Lorenz curve stays at 0 for three quarters, then rises to 1: 1 - 1/4.
    const none = { clients: 0, capacity: 1 };
    expect(spread([none, { clients: 8, capacity: 1 }, none, none])).toEqual({
      top1: 1,
      top10: 1,
      worstRatio: 4,
      gini: 0.75,
      idle: 3,
    });
  });

  test("unequal, by hand", () => {
    // Shares 1/4 and 3/4 of equal capacity: under the curve 1/2 * 1/4 + 1/2 * (1/4 + 1), so 1 - 3/4.
    const { gini, worstRatio } = spread([
      { clients: 3, capacity: 50 },
      { clients: 1, capacity: 50 },
    ]);
    expect(gini).toBeCloseTo(0.25);
    expect(worstRatio).toBeCloseTo(1.5);
  });

  test("no clients", () => {
    expect(spread([{ clients: 0, capacity: 1 }])).toEqual({
      top1: 0,
      top10: 0,
      worstRatio: 0,
      gini: 0,
      idle: 1,
    });
  });
});

describe("random orders", () => {
  test("a shuffle keeps the values and has no favourite", () => {
    const random = seeded(3);
    const orders = new Map<string, number>();
    for (let draw = 0; draw < 6000; draw++) {
      const order = shuffled(["a", "b", "c"], random).join("");
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect([...orders.keys()].sort()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
    for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });

  test("weights decide the first, and among those left the second", () => {
    const random = seeded(4);
    let first = 0;
    let second = 0;
    for (let draw = 0; draw < 10_000; draw++) {
      const [head, next] = weightedShuffle([6, 3, 1], (weight) => weight, random);
      if (head === 6) first++;
      if (head === 6 && next === 3) second++;
    }
    expect(Math.abs(first - 6000)).toBeLessThan(200);
    expect(Math.abs(second - 4500)).toBeLessThan(200);
  });

  test("what has no weight comes last", () => {
    const random = seeded(5);
    for (let draw = 0; draw < 100; draw++) {
      expect(weightedShuffle([0, 1], (weight) => weight, random)).toEqual([1, 0]);
    }
    expect(
      weightedShuffle(
        [0, 1],
        (weight) => weight,
        () => 0,
      ),
    ).toEqual([1, 0]);
  });
});
