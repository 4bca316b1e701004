/** The map of mirrors: what is drawn where, for whom it is readable, and that nothing on it becomes markup. */
import { describe, expect, it } from "vitest";
import type { State } from "../../../../worker/directory/resource.ts";
import { mapHeight, mapWidth, project } from "../../../../worker/geo/projection.ts";
import { viewOf } from "../../../../worker/pages/map/map-view.ts";
import {
  type MapMirror,
  shapes,
  type WorldMap,
  worldMap,
} from "../../../../worker/pages/map/world-map.ts";

const berlin = { latitude: 52.5, longitude: 13.4 };
const cities = {
  hamburg: { latitude: 53.6, longitude: 10 },
  paris: { latitude: 48.9, longitude: 2.3 },
  tokyo: { latitude: 35.7, longitude: 139.7 },
  sydney: { latitude: -33.9, longitude: 151.2 },
};
const texts = { title: "Mirrors", description: "Two of them", you: "You" };
const mirror = (name: keyof typeof cities, more: Partial<MapMirror> = {}): MapMirror => ({
  name: `${name}.example`,
  state: "up",
  ...cities[name],
  ...more,
});
const drawn = (map: Partial<WorldMap>, more: Partial<typeof texts> = {}): string =>
  worldMap({ mirrors: [], chosen: 1, ...map }, { ...texts, ...more }).text;
const viewBox = (svg: string): number[] =>
  (/viewBox="([^"]*)"/.exec(svg)?.[1] ?? "").split(" ").map(Number);

describe("the part of the map that is shown", () => {
  it("is all of the world where mirrors are all over it, or where nobody is", () => {
    expect(viewOf([])).toEqual({ x: 0, y: 0, width: mapWidth, height: mapHeight });
    const all = [berlin, cities.tokyo, cities.sydney, { latitude: 34, longitude: -118 }];
    expect(viewOf(all.map(project)).width).toBe(mapWidth);
  });

  it("has all points within, and stays on the map", () => {
    for (const points of [
      [berlin, cities.hamburg, cities.paris],
      [cities.sydney],
      [{ latitude: 80, longitude: -179 }],
      [{ latitude: -56, longitude: 179 }],
      [berlin, cities.tokyo],
    ]) {
      const { x, y, width, height } = viewOf(points.map(project));
      expect(x).toBeGreaterThanOrEqual(0);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(mapWidth);
      expect(y + height).toBeLessThanOrEqual(mapHeight);
      for (const at of points.map(project)) {
        expect(at.x).toBeGreaterThanOrEqual(x);
        expect(at.x).toBeLessThanOrEqual(x + width);
        expect(at.y).toBeGreaterThanOrEqual(y);
        expect(at.y).toBeLessThanOrEqual(y + height);
      }
    }
  });

  it("is no smaller than 60 degrees, so that a country is known by its outline", () => {
    expect(viewOf([project(berlin), project(cities.hamburg)]).width).toBe(180);
  });
});

describe("the map", () => {
  it("is a picture with a title and a description for those who don't see it", () => {
    const svg = drawn({ client: berlin, mirrors: [mirror("hamburg", { rank: 1 })] });
    expect(svg).toContain('role="img"');
    const [, ids = ""] = /aria-labelledby="([^"]*)"/.exec(svg) ?? [];
    expect(ids.split(" ").map((id) => new RegExp(`id="${id}">([^<]*)<`).exec(svg)?.[1])).toEqual([
      "Mirrors",
      "Two of them",
    ]);
  });

  it("loads nothing, runs nothing, and has no style of its own", () => {
    const svg = drawn({ client: berlin, mirrors: [mirror("hamburg", { rank: 1 })] });
    expect(svg).not.toMatch(/<(?:script|image|use|style|foreignObject)|href|url\(|style=|\bon\w+=/);
  });

  it("writes names as text", () => {
    const name = `</title><script>alert("1")</script>'`;
    const svg = drawn(
      { client: berlin, mirrors: [mirror("hamburg", { rank: 1, name })] },
      { title: name, description: name, you: name },
    );
    expect(svg).not.toContain("<script");
    expect(svg.match(/&lt;script&gt;/g)).toHaveLength(4);
  });

  it("tells a state by its shape, not by its colour alone", () => {
    const states: readonly State[] = ["up", "degraded", "down", "unknown", "drained"];
    expect(new Set(states.map((state) => shapes[state])).size).toBe(states.length);
    for (const state of states) {
      expect(drawn({ mirrors: [mirror("paris", { rank: 1, state })] })).toContain(shapes[state]);
    }
  });

  it("leads a line to each of the chosen, and to no other", () => {
    const mirrors = [
      mirror("hamburg", { rank: 1 }),
      mirror("paris", { rank: 2 }),
      mirror("tokyo", { rank: 3 }),
      mirror("sydney"),
    ];
    const lines = (svg: string) => svg.match(/<path class="way/g)?.length ?? 0;
    expect(lines(drawn({ client: berlin, mirrors, chosen: 2 }))).toBe(2);
    expect(lines(drawn({ client: berlin, mirrors, chosen: 0 }))).toBe(0);
    // Whose place isn't known has no line from anywhere.
    expect(lines(drawn({ mirrors, chosen: 2 }))).toBe(0);
  });

  it("shows the client and the ranked, whatever is excluded at the other end of the world", () => {
    const near = [mirror("hamburg", { rank: 1 }), mirror("paris", { rank: 2 })];
    const svg = drawn({ client: berlin, mirrors: [...near, mirror("sydney", { state: "down" })] });
    const [x = 0, , width = 0] = viewBox(svg);
    expect(width).toBeLessThan(mapWidth / 3);
    expect(project(berlin).x).toBeGreaterThan(x);
    expect(project(berlin).x).toBeLessThan(x + width);
  });

  it("isn't stretched by a mirror that is drained", () => {
    const far = mirror("sydney", { rank: 2, state: "drained" });
    const svg = drawn({ client: berlin, mirrors: [mirror("hamburg", { rank: 1 }), far] });
    expect(viewBox(svg)[2]).toBeLessThan(mapWidth / 3);
    expect(viewBox(drawn({ client: berlin, mirrors: [far] }))[2]).toBeGreaterThan(mapWidth / 3);
  });

  it("draws mirrors of one place as one, with the rank of the best", () => {
    const mirrors = Array.from({ length: 10 }, (_, at) =>
      mirror("paris", { rank: at + 1, name: `m${at + 1}` }),
    );
    const svg = drawn({ mirrors });
    expect(svg.match(/<text/g)).toHaveLength(1);
    expect(svg).toContain(">1 +9</text>");
    expect(svg).toContain("<title>1. m1 +9</title>");
  });

  it("leaves out who is nowhere, and never writes what is no number", () => {
    const nowhere = { latitude: Number.NaN, longitude: 0 };
    const svg = drawn({
      client: nowhere,
      mirrors: [mirror("paris", { rank: 1, ...nowhere }), mirror("tokyo", { rank: 2 })],
    });
    expect(svg).not.toContain("NaN");
    expect(svg.match(/<text/g)).toHaveLength(1);
  });

  it("stays small with a thousand mirrors", () => {
    const mirrors = Array.from({ length: 1000 }, (_, at) => ({
      name: `m${at}`,
      state: "up" as const,
      latitude: ((at * 7) % 120) - 50,
      longitude: ((at * 37) % 360) - 180,
    }));
    expect(drawn({ mirrors }).length).toBeLessThan(60_000);
  });
});
