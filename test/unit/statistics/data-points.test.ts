/** Data points of Analytics Engine, with a stand-in for the binding. */
import { expect, test } from "vitest";
import { maxPoints } from "../../../worker/statistics/data-points.ts";
import { RedirectCounts } from "../../../worker/statistics/redirect-counts.ts";
import { StatisticsWorld } from "./statistics-world.ts";

const start = Date.parse("2026-03-01T12:30:00Z");

test("each batch becomes data points once: the largest rows, and the rest as one", async () => {
  const points: unknown[] = [];
  const world = new StatisticsWorld(start, {
    points: { writeDataPoint: (one) => points.push(one) },
  });
  const counts = new RedirectCounts();
  const redirect = { repository: "debian", country: "DE", fileClass: "package" } as const;
  for (let mirror = 0; mirror < 300; mirror++) {
    for (let at = 0; at <= mirror; at++) {
      const size = at === 0 ? undefined : 10;
      counts.count({ ...redirect, mirror: `mirror${mirror}`, size }, start);
    }
  }
  const batch = { isolate: "a", number: 1, takenAt: start, counted: counts.take() };
  expect(await world.statistics.take(batch)).toBe("counted");
  expect(await world.statistics.take(batch)).toBe("known");
  expect(points).toHaveLength(maxPoints);
  expect(points[0]).toEqual({
    indexes: ["mirror299"],
    blobs: ["mirror299", "debian", "DE", "package", "2026-03-01T12:00:00.000Z"],
    doubles: [300, 2990, 1],
  });
  // mirror0 to mirror50 have 1 to 51 redirects.
  expect(points.at(-1)).toMatchObject({ indexes: ["(other)"], doubles: [1326, 12_750, 51] });
});
