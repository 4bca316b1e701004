import { describe, expect, it } from "vitest";
import { sortByScore } from "../../../../worker/solve/apt/sort.ts";
import heap from "./gcc-heap.json" with { type: "json" };

/** The same numbers as in the program below, which made `orders`. */
function scoresOf(count: number): Int32Array {
  let state = 12345 + count;
  return Int32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 16) % 3;
  });
}

/**
 * Where the elements with these scores stand after `std::sort` of GCC 12.2 by
 * `[&](int a, int b) { return score[a] > score[b]; }`, the scores being
 * `unsigned s = 12345 + n; for (auto &x : score) { s = s * 1103515245u + 12345u; x = (s >> 16) % 3; }`.
 */
const orders: Readonly<Record<number, readonly number[]>> = {
  5: [0, 2, 4, 3, 1],
  17: [16, 2, 3, 14, 1, 13, 12, 10, 9, 8, 7, 11, 6, 5, 4, 15, 0],
  40: [
    10, 20, 22, 26, 28, 31, 32, 34, 9, 8, 7, 5, 36, 3, 38, 0, 39, 33, 35, 30, 23, 15, 1, 2, 4, 6,
    12, 16, 18, 19, 27, 29, 21, 14, 13, 17, 11, 25, 24, 37,
  ],
};

describe("sorting as GCC does", () => {
  it.each([5, 17, 40])("leaves equal ones of %i where GCC leaves them", (count) => {
    const list = Int32Array.from({ length: count }, (_, element) => element);
    sortByScore(list, scoresOf(count));
    expect([...list]).toEqual(orders[count]);
  });

  it("goes over to a heap where parts don't get smaller, as GCC does", () => {
    // The scores are those of McIlroy's adversary (1999) against the same std::sort, each two made equal.
    const list = Int32Array.from(heap.scores.keys());
    sortByScore(list, Int32Array.from(heap.scores));
    expect([...list]).toEqual(heap.order);
  });
});
