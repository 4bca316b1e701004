/** The outline of the land: land is inside, sea is outside, and the committed file is what its source makes. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { buildLand, type LandTopology } from "../../../../scripts/geo-data/land.ts";
import { type MapPoint, project } from "../../../../worker/geo/projection.ts";

const committed: { path: string } = JSON.parse(
  readFileSync(new URL("../../../../geo-data/land.json", import.meta.url), "utf8"),
);
const naturalEarth: LandTopology = createRequire(import.meta.url)("world-atlas/land-110m.json");

/** The rings of a path of `M`, relative `l` and `z`. */
function ringsOf(path: string): MapPoint[][] {
  return path
    .split("z")
    .filter((ring) => ring !== "")
    .map((ring) => {
      const [start = "", ways = ""] = ring.slice(1).split("l");
      const numbers = [...start.matchAll(/-?\d+/g), ...ways.matchAll(/-?\d+/g)].map(Number);
      let [x, y] = [0, 0];
      return numbers.flatMap((value, at) => {
        if (at % 2 === 0) {
          x += value;
          return [];
        }
        y += value;
        return [{ x, y }];
      });
    });
}

const rings = ringsOf(committed.path);

/** By the even-odd rule, as a browser fills it but for overlaps, of which land has none. */
function isLand(latitude: number, longitude: number): boolean {
  const { x, y } = project({ latitude, longitude });
  let inside = false;
  for (const ring of rings) {
    let before = ring.at(-1) ?? { x: 0, y: 0 };
    for (const point of ring) {
      const crosses = point.y > y !== before.y > y;
      if (crosses && x < before.x + ((y - before.y) / (point.y - before.y)) * (point.x - before.x))
        inside = !inside;
      before = point;
    }
  }
  return inside;
}

describe("the outline of the land", () => {
  it.each([
    ["Madrid", 40.4, -3.7],
    ["Moscow", 55.75, 37.6],
    ["Chicago's west", 41.9, -89],
    ["Nairobi", -1.3, 36.8],
    ["Alice Springs", -23.7, 133.9],
    ["Xi'an", 34.3, 108.9],
    ["Brasilia", -15.8, -47.9],
    ["Madagascar", -19, 46.5],
    ["Honshu", 36.2, 138],
    ["Chukotka, west of 180 degrees", 67.5, 175],
    ["Chukotka, east of it", 66.8, -177],
  ])("has %s", (_, latitude, longitude) => {
    expect(isLand(latitude, longitude)).toBe(true);
  });

  it.each([
    ["the Atlantic", 30, -40],
    ["the Pacific", 0, -140],
    ["the Indian Ocean", -20, 80],
    ["the Mediterranean", 35, 18],
    ["the Caspian Sea", 42, 50.5],
    ["Hudson Bay", 60, -86],
    ["the Tasman Sea", -38, 160],
    ["the Bering Sea", 58, 178],
  ])("lacks %s", (_, latitude, longitude) => {
    expect(isLand(latitude, longitude)).toBe(false);
  });

  it("is what its source makes, and small enough to be in a page", () => {
    expect(committed).toEqual(buildLand(naturalEarth));
    // A page of ours has 60 KB.
    expect(gzipSync(committed.path).length).toBeLessThan(5 * 1024);
    expect(committed.path).toMatch(/^[Mlz\d -]+$/);
  });

  it("isn't made of something else", () => {
    const { geometries } = naturalEarth.objects.land;
    const lines = {
      land: { geometries: geometries.map((one) => ({ ...one, type: "LineString" })) },
    };
    expect(() => buildLand({ ...naturalEarth, objects: lines })).toThrow("land is a LineString");
    expect(() => buildLand({ ...naturalEarth, objects: { land: { geometries: [] } } })).toThrow(
      "no land",
    );
    expect(() => buildLand({ ...naturalEarth, arcs: [] })).toThrow("no arc");
  });
});
