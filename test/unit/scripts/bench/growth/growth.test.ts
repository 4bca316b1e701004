import { describe, expect, test } from "vitest";
import { growthPicture, roundUp } from "../../../../../scripts/bench/growth/growth-picture.ts";
import {
  type Growth,
  grownMib,
  growthLines,
} from "../../../../../scripts/bench/growth/growth-report.ts";

const mib = 1024 ** 2 / 1e6;

function point(count: number, cpuUs: number, ratio: number) {
  return { count, rps: [100], cpuUs: [cpuUs], rpsRatios: [1 / ratio], cpuRatios: [ratio] };
}

function memory(first: number, clients: number[], files: number[]) {
  const points = (all: number[], each: number) =>
    all.map((rss, at) => ({ asked: (at + 1) * each, rss }));
  return { first, byClients: points(clients, 1000), byFiles: points(files, 50) };
}

const growth: Growth = {
  byMirrors: [point(20, 50, 1.25), point(1000, 100, 2)],
  byClients: [point(100, 60, 1.5), point(1_000_000, 90, 2)],
  fixed: { mirrors: 1_000, clients: 10_000 },
  memory: {
    ours: memory(100, [110, 120], [130, 120]),
    constant: memory(40, [40, 40], [40, 40]),
  },
};

describe("growth of memory", () => {
  test("is what it was ever above what it had been", () => {
    expect(grownMib(growth.memory.ours) * mib).toBeCloseTo(30, 10);
  });

  test("counts from the least before, not from what starting left", () => {
    expect(grownMib(memory(300, [250, 280], [270])) * mib).toBeCloseTo(30, 10);
  });

  test("is nothing where memory shrinks", () => {
    expect(grownMib(memory(300, [250, 240], [240]))).toBe(0);
  });

  test("is held against 64 MiB", () => {
    expect(growthLines(growth).at(-1)).toMatch(/reached\.$/);
    const much = { ...growth.memory, ours: memory(100, [100 + 65 * mib], []) };
    expect(growthLines({ ...growth, memory: much }).at(-1)).toMatch(/missed\.$/);
  });
});

describe("the picture", () => {
  /** Points of each line, in the order in which they are drawn. */
  const lines = [...growthPicture(growth).matchAll(/<polyline points="([^"]+)"/g)].map(
    ([, points = ""]) => points.split(" ").map((one) => one.split(",").map(Number)),
  );

  test("has a line for us and for the constant in each of three panels", () => {
    expect(lines.map((line) => line.length)).toEqual([2, 2, 2, 2, 5, 5]);
  });

  test("more is higher, and the constant's is the time divided by its ratio", () => {
    const [[first, last] = [], [constantFirst] = []] = lines;
    expect(last?.[1]).toBeLessThan(first?.[1] ?? 0);
    // 50 and 100 us of a scale to 100, whose floor is where 0 would be.
    const [half = 0, top = 0] = [first?.[1], last?.[1]];
    const floor = half + (half - top);
    expect((floor - (constantFirst?.[1] ?? 0)) / (floor - top)).toBeCloseTo(0.4, 2);
  });

  test("stays inside, whatever is measured", () => {
    for (const [x = -1, y = -1] of lines.flat()) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(360);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(260);
    }
    const alone = { ...growth, byMirrors: [point(20, 50, 1)] };
    expect(growthPicture(alone)).not.toContain("NaN");
  });
});

test.each([
  [0, 1],
  [1, 1],
  [1.2, 2],
  [49, 50],
  [51, 100],
  [230, 500],
  [0.03, 0.05],
])("a scale to %d ends at %d", (value, end) => {
  expect(roundUp(value)).toBeCloseTo(end, 10);
});
