import { describe, expect, test } from "vitest";
import { seeded } from "../../../../scripts/random.ts";
import { drawClients } from "../../../../scripts/simulate/clients.ts";
import type { Fields } from "../../../../scripts/simulate/contestants.ts";
import { withCountedLoad } from "../../../../scripts/simulate/counted-load.ts";
import { Field } from "../../../../scripts/simulate/field.ts";
import { type Judgement, judge } from "../../../../scripts/simulate/judge.ts";
import { fieldReport } from "../../../../scripts/simulate/report.ts";
import { createTowns } from "../../../../scripts/simulate/towns.ts";
import { nearEqualByLoadMs, nearEqualMs } from "../../../../worker/directory/rank.ts";
import type { Locate } from "../../../../worker/geo/client.ts";
import { distanceKm } from "../../../../worker/geo/distance.ts";
import { latencyModel } from "../../../../worker/geo/latency.ts";
import { leastRedirects, mostLoadMs } from "../../../../worker/health/nearness/load.ts";
import type { RosterMirror } from "../../../../worker/mirrors/roster.ts";

const berlin = { latitude: 52.52, longitude: 13.41 };
const paris = { latitude: 48.86, longitude: 2.35 };

/** IPv4 below 128.0.0.0 and all of IPv6 is Germany, the rest France. */
const locate: Locate = {
  country: (address) =>
    address.includes(":") || Number(address.split(".")[0]) < 128 ? "DE" : "FR",
  asn: () => 64500,
};
/** Announced everywhere. */
const locateAll: Locate = { country: () => "DE", asn: () => 64500 };

const cities = [
  { country: "DE", lat: "52.52", lng: "13.41" },
  { country: "FR", lat: "48.86", lng: "2.35" },
];
/** With a hub in each, so that nobody is anywhere else. */
const towns = createTowns(cities, [
  { country: "DE", ...berlin },
  { country: "FR", ...paris },
]);

function mirror(name: string, known: Partial<RosterMirror>): RosterMirror {
  return {
    name,
    capacity: 1000,
    state: "up",
    carries: { debian: { http: `http://${name}/debian/` } },
    ...known,
  };
}

const roster = {
  version: 1,
  mirrors: [
    mirror("berlin-1.example", { country: "DE", ...berlin }),
    mirror("berlin-2.example", { country: "DE", ...berlin }),
    mirror("paris.example", { country: "FR", ...paris }),
    mirror("tokyo.example", { country: "JP", latitude: 35.7, longitude: 139.7 }),
    mirror("down.example", { country: "DE", ...berlin, state: "down" }),
    mirror("private.example", { country: "DE", ...berlin, private: true }),
    mirror("nowhere.example", {}),
    mirror("other.example", { country: "DE", ...berlin, carries: {} }),
  ],
};

/** Nothing was counted yet. */
function uncounted(field: Field): Fields {
  return { plain: field, counted: { city: field, country: field } };
}

function simulate(seed: number): Judgement {
  const clients = drawClients(400, locate, towns, seeded(seed));
  const field = new Field(roster, "debian", "http", latencyModel);
  const generator = (number: number) => seeded(seed + number);
  const contest = { fields: uncounted(field), clients, locate, model: latencyModel };
  return judge(contest, generator, () => {});
}

describe("clients", () => {
  test("are of both families, public, and have a neighbour in their own network", () => {
    const clients = drawClients(500, locateAll, towns, seeded(1));
    const ipv6 = clients.filter(({ address }) => address.family === "ipv6");
    expect(ipv6.length).toBeGreaterThan(150);
    expect(ipv6.length).toBeLessThan(250);
    for (const { address, neighbour } of clients) {
      expect(address.reach).toBe("public");
      const network = address.family === "ipv4" ? 3 : 6;
      expect(neighbour.bytes.slice(0, network)).toEqual(address.bytes.slice(0, network));
    }
  });

  test("are only those that both databases know", () => {
    const onlyHigh: Locate = {
      country: (address) => (address.startsWith("20") ? "FR" : undefined),
      asn: (address) => (address.endsWith("1") ? 1 : undefined),
    };
    for (const { address, country } of drawClients(50, onlyHigh, towns, seeded(1))) {
      expect(address.text).toMatch(/^20.*1$/);
      expect(country).toBe("FR");
    }
  });

  test("can't be drawn from empty databases", () => {
    const nothing: Locate = { country: () => undefined, asn: () => undefined };
    expect(() => drawClients(1, nothing, towns, seeded(1))).toThrow("npm run geo-data");
  });
});

describe("towns", () => {
  const hub = { country: "DE", ...berlin };
  const list = [
    { country: "DE", lat: "52.4", lng: "13.1" },
    ...Array.from({ length: 99 }, () => ({ country: "DE", lat: "48.1", lng: "11.6" })),
  ];

  test("half of the clients are around a hub, the others anywhere", () => {
    const drawn = createTowns(list, [hub]);
    const random = seeded(2);
    let around = 0;
    for (let draw = 0; draw < 2000; draw++) {
      const town = drawn.draw("DE", random);
      if (town !== undefined && distanceKm(town, berlin) < 50) around++;
    }
    // 1/2 + 1/2 * 1/100.
    expect(Math.abs(around - 1010)).toBeLessThan(90);
  });

  test("a country without a hub has its main place, one without towns none", () => {
    const drawn = createTowns([{ country: "FR", lat: "43.3", lng: "5.4" }], []);
    const places = Array.from({ length: 50 }, () => drawn.draw("FR", seeded(3)));
    for (const place of places) expect(place).toBeDefined();
    const random = seeded(3);
    const near = Array.from({ length: 100 }, () => drawn.draw("FR", random)).filter(
      (place) => place !== undefined && distanceKm(place, paris) < 20,
    );
    expect(near.length).toBeGreaterThan(30);
    expect(drawn.draw("DE", seeded(1))).toBeUndefined();
  });
});

describe("a simulation", () => {
  test("is the same with the same seed, and another with another", () => {
    expect(simulate(7)).toEqual(simulate(7));
    expect(simulate(8)).not.toEqual(simulate(7));
  });

  test("counts what may serve and leaves out what has no place", () => {
    const { mirrors, clients, countries, atHome, nearestKm } = simulate(7);
    expect({ mirrors, clients, countries, atHome }).toEqual({
      mirrors: 4,
      clients: 400,
      countries: 2,
      atHome: 1,
    });
    expect(nearestKm.p95).toBeLessThan(1);
    expect(new Field(roster, "debian", "http", latencyModel).unplaced).toBe(1);
  });

  test("ours keeps a network on one of two equal mirrors; a draw doesn't", () => {
    const { verdicts } = simulate(7);
    const of = (name: string) =>
      verdicts.find((verdict) => verdict.name === name && verdict.knows === "city");
    const ours = of("Nearmirror");
    expect(ours?.excessKm.p95).toBe(0);
    expect(ours?.sticky).toBe(1);
    expect(ours?.abroad).toBe(0);
    expect(ours?.load.idle).toBe(1);
    // 0.4 of the clients have IPv6 and 0.6 * 127/223 IPv4 below 128: 0.74 are German, and half of their draws differ.
    const drawn = of("AlmaLinux");
    expect(drawn?.excessKm.p95).toBe(0);
    expect(Math.abs((drawn?.sticky ?? 0) - 0.63)).toBeLessThan(0.08);
  });

  test("excess is against the best that may serve: a private mirror is nobody's", () => {
    const far = {
      version: 1,
      mirrors: [
        mirror("private.example", { country: "DE", ...berlin, private: true }),
        mirror("paris.example", { country: "FR", ...paris }),
      ],
    };
    const clients = drawClients(20, locateAll, towns, seeded(1));
    const field = new Field(far, "debian", "http", latencyModel);
    const judgement = judge(
      { fields: uncounted(field), clients, locate: locateAll, model: latencyModel },
      seeded,
      () => {},
    );
    expect(judgement.mirrors).toBe(1);
    expect(judgement.atHome).toBe(0);
    expect(judgement.nearestKm.p50).toBeCloseTo(distanceKm(berlin, paris), 6);
    for (const { excessKm, excessMs } of judgement.verdicts) {
      expect([excessKm.p95, excessMs.p95]).toEqual([0, 0]);
    }
  });

  test("the report has a row per rule in both tables, all of a width", () => {
    const heading = { repository: "debian", scheme: "http", unplaced: 1 };
    const lines = fieldReport(heading, simulate(7)).split("\n");
    expect(lines[0]).toContain("4 mirrors, 1 without a place left out; 400 clients in 2 countries");
    const rows = lines.filter((line) => line.startsWith("mirrorbits"));
    expect(rows).toHaveLength(4);
    expect(rows[0]?.length).toBe(rows[1]?.length);
    expect(lines.join("")).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe("days of counting", () => {
  test("make a mirror that is alone far and wide count as farther, to a bound, and no other", () => {
    const tokyo = { country: "JP", latitude: 35.7, longitude: 139.7 };
    const far = Array.from({ length: 9 }, (_, at) => mirror(`tokyo-${at}.example`, tokyo));
    const mirrors = [mirror("berlin-1.example", { country: "DE", ...berlin }), ...far];
    const plain = new Field({ version: 1, mirrors }, "debian", "http", latencyModel);
    const clients = drawClients(leastRedirects, locate, towns, seeded(1));
    const counted = withCountedLoad(plain, locate, () => clients).city;
    const added = counted.roster.mirrors.flatMap(({ resource: { name, loadMs } }) =>
      loadMs === undefined ? [] : [[name, loadMs]],
    );
    expect(added).toEqual([["berlin-1.example", mostLoadMs]]);
    expect([plain.roster.equalMs, counted.roster.equalMs]).toEqual([
      nearEqualMs,
      nearEqualByLoadMs,
    ]);
  });
});
