import { describe, expect, test } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import { distanceKm } from "../../../worker/geo/distance.ts";
import { createLatencyModel, latencyModel, type Point } from "../../../worker/geo/latency.ts";

const PLACES = {
  almaty: [43.2, 76.9],
  auckland: [-36.9, 174.8],
  bogota: [4.7, -74.1],
  brussels: [50.85, 4.35],
  buenosAires: [-34.6, -58.4],
  cairo: [30.0, 31.2],
  copenhagen: [55.7, 12.6],
  delhi: [28.6, 77.2],
  durban: [-29.9, 31.0],
  essen: [51.45, 7.0],
  frankfurt: [50.1, 8.7],
  geneva: [46.2, 6.14],
  honolulu: [21.3, -157.9],
  johannesburg: [-26.2, 28.0],
  lagos: [6.5, 3.4],
  lahore: [31.5, 74.3],
  lima: [-12.0, -77.0],
  london: [51.5, -0.1],
  lyon: [45.76, 4.83],
  mexicoCity: [19.4, -99.1],
  miami: [25.8, -80.2],
  moscow: [55.75, 37.6],
  mumbai: [19.1, 72.9],
  nairobi: [-1.3, 36.8],
  newYork: [40.7, -74.0],
  noumea: [-22.3, 166.5],
  paris: [48.9, 2.35],
  papeete: [-17.5, -149.6],
  reykjavik: [64.1, -21.9],
  saoPaulo: [-23.5, -46.6],
  singapore: [1.35, 103.8],
  sydney: [-33.9, 151.2],
  tokyo: [35.7, 139.7],
  tunis: [36.8, 10.2],
  yekaterinburg: [56.8, 60.6],
} as const satisfies Record<string, readonly [number, number]>;
type Place = keyof typeof PLACES;

function at(place: Place): Point {
  const [latitude, longitude] = PLACES[place];
  return { latitude, longitude };
}

function ms(from: Point, to: Point): number {
  return latencyModel.rttMs(latencyModel.prepare(from), latencyModel.prepare(to));
}

describe("cables, not the map, decide which is nearer", () => {
  // Each row: client, the server it must prefer, the one it must not. The map says otherwise in many of them.
  test.each<[Place, Place, Place]>([
    ["johannesburg", "london", "saoPaulo"],
    ["durban", "london", "saoPaulo"],
    ["johannesburg", "frankfurt", "singapore"],
    ["lagos", "london", "nairobi"],
    ["nairobi", "mumbai", "lagos"],
    ["tunis", "paris", "cairo"],
    ["auckland", "sydney", "singapore"],
    ["auckland", "sydney", "honolulu"],
    ["noumea", "sydney", "tokyo"],
    ["papeete", "honolulu", "auckland"],
    ["saoPaulo", "miami", "johannesburg"],
    ["bogota", "miami", "saoPaulo"],
    ["lima", "miami", "saoPaulo"],
    ["mexicoCity", "miami", "bogota"],
    ["buenosAires", "saoPaulo", "lima"],
    ["reykjavik", "copenhagen", "newYork"],
    ["almaty", "moscow", "delhi"],
    ["yekaterinburg", "frankfurt", "tokyo"],
    ["delhi", "mumbai", "lahore"],
    ["lyon", "geneva", "paris"],
    ["essen", "brussels", "frankfurt"],
  ])("%s is nearer to %s than to %s", (client, near, far) => {
    expect(ms(at(client), at(near))).toBeLessThan(ms(at(client), at(far)));
  });

  test("hub figures are round trips: London to New York 60 to 90 ms, Frankfurt to Singapore 140 to 220", () => {
    expect(ms(at("london"), at("newYork"))).toSatisfy((rtt: number) => rtt > 60 && rtt < 90);
    expect(ms(at("frankfurt"), at("singapore"))).toSatisfy((rtt: number) => rtt > 140 && rtt < 220);
  });
});

describe("for any two places on the globe", () => {
  const random = seeded(2);
  const points: Point[] = [
    ...Array.from({ length: 150 }, () => ({
      latitude: random() * 180 - 90,
      longitude: random() * 360 - 180,
    })),
    { latitude: 90, longitude: 0 },
    { latitude: -90, longitude: 0 },
    { latitude: 0, longitude: 180 },
    { latitude: 0, longitude: -180 },
  ];
  const prepared = points.map((point) => latencyModel.prepare(point));
  const pairs = prepared.flatMap((a) => prepared.map((b) => [a, b] as const));

  test("the estimate is a number between the last mile and half a second", () => {
    const wrong = pairs.filter(([a, b]) => {
      const rtt = latencyModel.rttMs(a, b);
      return !(rtt >= 1 && rtt < 600);
    });
    expect(wrong).toEqual([]);
  });

  test("it is the same in both directions, to the last bit", () => {
    expect(pairs.filter(([a, b]) => latencyModel.rttMs(a, b) !== latencyModel.rttMs(b, a))).toEqual(
      [],
    );
  });

  test("it is never faster than light in glass", () => {
    const tooFast = pairs.filter(([a, b]) => {
      const straight = Math.hypot(a.x - b.x, a.y - b.y, a.z - b.z) * 6371;
      return latencyModel.rttMs(a, b) < straight * 0.0098;
    });
    expect(tooFast).toEqual([]);
  });

  test("both sides of the antimeridian are one place", () => {
    const a = { latitude: -18, longitude: 179.99 };
    const b = { latitude: -18, longitude: -179.99 };
    expect(ms(a, b)).toBeLessThan(ms(a, a) + 1);
  });
});

test("close to a place, farther costs more", () => {
  for (const place of ["frankfurt", "saoPaulo", "lagos", "delhi", "sydney"] as const) {
    const home = at(place);
    const east = [0, 10, 25, 50, 100, 150].map((km) =>
      ms(home, {
        ...home,
        longitude: home.longitude + km / (111.2 * Math.cos((home.latitude * Math.PI) / 180)),
      }),
    );
    expect(east).toEqual([...east].sort((a, b) => a - b));
    expect(east[0]).toBeLessThan(5);
  }
});

describe("a model over a table of one’s own", () => {
  const table = {
    source: "made up",
    floorMs: 2,
    accessMsPerKm: 0.02,
    hubs: ["west", "east", "north"],
    latitudes: [0, 0, 60],
    longitudes: [0, 10, 5],
    hubMs: [[], [300], [140, 150]],
  };

  test("goes by the table, not by the map, and by the cheaper chain", () => {
    const model = createLatencyModel(table);
    const west = model.prepare({ latitude: 0, longitude: 0 });
    const east = model.prepare({ latitude: 0, longitude: 10 });
    const north = model.prepare({ latitude: 60, longitude: 5 });
    expect(model.rttMs(west, east)).toBeCloseTo(2 + 140 + 150, 3);
    expect(model.rttMs(west, north)).toBeCloseTo(2 + 140, 3);
    expect(model.rttMs(west, west)).toBeCloseTo(2, 6);
  });

  test("is read when somebody asks for a place", () => {
    let reads = 0;
    const model = createLatencyModel({
      ...table,
      get hubMs() {
        reads++;
        return table.hubMs;
      },
    });
    expect(reads).toBe(0);
    model.prepare({ latitude: 0, longitude: 0 });
    model.prepare({ latitude: 0, longitude: 5 });
    expect(reads).toBe(1);
  });

  test("of many hubs takes the three that are nearest, wherever a place is (seed 3)", () => {
    const random = seeded(3);
    const hubs = Array.from({ length: 200 }, () => ({
      latitude: Math.asin(random() * 2 - 1) * (180 / Math.PI),
      longitude: random() * 360 - 180,
    }));
    const model = createLatencyModel({
      floorMs: 2,
      accessMsPerKm: 0.02,
      latitudes: hubs.map(({ latitude }) => latitude),
      longitudes: hubs.map(({ longitude }) => longitude),
      hubMs: hubs.map((_, row) => Array.from({ length: row }, () => 100)),
    });
    const poles = [90, -90].map((latitude) => ({ latitude, longitude: 0 }));
    const drawn = Array.from({ length: 500 }, () => ({
      latitude: random() * 180 - 90,
      longitude: random() * 360 - 180,
    }));
    for (const place of [...poles, ...drawn, ...hubs]) {
      const nearest = hubs
        .map((hub, at) => ({ at, km: distanceKm(place, hub) }))
        .sort((a, b) => a.km - b.km);
      const { hub0, hub1, hub2 } = model.prepare(place);
      expect([hub0, hub1, hub2]).toEqual(nearest.slice(0, 3).map(({ at }) => at));
    }
  });

  test("refuses a table of too few hubs, and a point that is none", () => {
    expect(() => createLatencyModel({ ...table, latitudes: [0, 0] })).toThrow(RangeError);
    expect(() => latencyModel.prepare({ latitude: Number.NaN, longitude: 0 })).toThrow(RangeError);
  });
});
