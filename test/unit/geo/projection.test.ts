/** Places on our map, and the shortest way between two. */
import { describe, expect, it } from "vitest";
import { distanceKm } from "../../../worker/geo/distance.ts";
import { mapHeight, mapWidth, project, shortestWay } from "../../../worker/geo/projection.ts";

const frankfurt = { latitude: 50.1, longitude: 8.7 };
const tokyo = { latitude: 35.7, longitude: 139.7 };
const losAngeles = { latitude: 34.1, longitude: -118.2 };
const singapore = { latitude: 1.35, longitude: 103.8 };

describe("a place on the map", () => {
  it("is right of what is west of it, and below what is north of it", () => {
    expect(project(tokyo).x).toBeGreaterThan(project(frankfurt).x);
    expect(project(tokyo).y).toBeGreaterThan(project(frankfurt).y);
    expect(project({ latitude: 0, longitude: 0 }).x).toBe(mapWidth / 2);
    expect(project({ latitude: 0, longitude: -180 }).x).toBe(0);
    expect(project({ latitude: 0, longitude: 180 }).x).toBe(mapWidth);
  });

  it("is true to shape at 41 degrees: a kilometre north is as long as a kilometre east", () => {
    const here = { latitude: 41.4, longitude: 10 };
    const [north, east] = [
      { latitude: 41.9, longitude: 10 },
      { latitude: 41.4, longitude: 10.5 },
    ];
    const unitsPerKm = (to: typeof here) => {
      const [a, b] = [project(here), project(to)];
      return Math.hypot(a.x - b.x, a.y - b.y) / distanceKm(here, to);
    };
    expect(unitsPerKm(north) / unitsPerKm(east)).toBeCloseTo(1, 2);
  });

  it("comes onto the edge where it is beyond it, as the poles are", () => {
    expect(project({ latitude: 90, longitude: 0 }).y).toBe(0);
    expect(project({ latitude: -90, longitude: 0 }).y).toBe(mapHeight);
  });
});

describe("the shortest way", () => {
  it("begins and ends at the places, and goes north of the straight line in the north", () => {
    const [line, ...others] = shortestWay(frankfurt, tokyo);
    expect(others).toEqual([]);
    expect(line?.[0]).toEqual(project(frankfurt));
    expect(line?.at(-1)).toEqual(project(tokyo));
    // It passes Siberia, at 66 degrees north and more.
    const northernmost = Math.min(...(line ?? []).map(({ y }) => y));
    expect(northernmost).toBeLessThan(project({ latitude: 64, longitude: 0 }).y);
  });

  it("over the Pacific leaves the map at one edge and comes in at the other, at the same height", () => {
    const [first, second, ...others] = shortestWay(tokyo, losAngeles);
    expect(others).toEqual([]);
    expect(first?.at(-1)?.x).toBeGreaterThanOrEqual(mapWidth);
    expect(second?.[0]?.x).toBeLessThanOrEqual(0);
    const widest = [...(first ?? []), ...(second ?? [])].map(({ x }) => x);
    // No line runs across the whole map.
    expect(Math.max(...widest)).toBeLessThan(mapWidth + 30);
    expect(Math.min(...widest)).toBeGreaterThan(-30);
    const back = shortestWay(losAngeles, tokyo);
    expect(back[0]?.at(-1)?.x).toBeLessThanOrEqual(0);
    expect(back[1]?.[0]?.x).toBeGreaterThanOrEqual(mapWidth);
  });

  it.each([
    ["the same place", singapore, singapore],
    ["antipodes", { latitude: 10, longitude: 20 }, { latitude: -10, longitude: -160 }],
    ["the poles", { latitude: 90, longitude: 0 }, { latitude: -90, longitude: 0 }],
  ])("of %s has numbers alone", (_, from, to) => {
    const points = shortestWay(from, to).flat();
    expect(points.length).toBeGreaterThan(1);
    expect(points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  });
});
