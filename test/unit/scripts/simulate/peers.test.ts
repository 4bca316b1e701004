import { describe, expect, test } from "vitest";
import { seeded } from "../../../../scripts/random.ts";
import { almalinux } from "../../../../scripts/simulate/peers/almalinux.ts";
import { mirrorbits, scoreMirrors } from "../../../../scripts/simulate/peers/mirrorbits.ts";
import { mirrorlistServer } from "../../../../scripts/simulate/peers/mirrorlist-server.ts";
import type { Choice, PeerClient, PeerRule } from "../../../../scripts/simulate/peers/peer.ts";
import { readAddress, readPrefix } from "../../../../worker/geo/address.ts";

interface Known {
  country?: string;
  continent?: string;
  asn?: number;
  prefixes?: string[];
  capacity?: number;
}

function choice(name: string, km: number, known: Known = {}): Choice {
  const prefixes = (known.prefixes ?? []).map((text) => {
    const prefix = readPrefix(text);
    if (prefix === undefined) throw new Error(`not a prefix: ${text}`);
    return prefix;
  });
  const { country, continent, asn, capacity = 1000 } = known;
  return { mirror: { name, country, continent, asn, prefixes, capacity }, km };
}

function client(known: Omit<PeerClient, "address">): PeerClient {
  const address = readAddress("192.0.2.77");
  if (address === undefined) throw new Error("not an address");
  return { address, ...known };
}

const german = client({ country: "DE", continent: "EU", asn: 64500 });

/** The first names of many draws, counted. */
function firsts(rule: PeerRule, choices: Choice[], draws: number): Record<string, number> {
  const random = seeded(5);
  const counts: Record<string, number> = {};
  for (let draw = 0; draw < draws; draw++) {
    const name = rule(german, choices, random)[0]?.name ?? "none";
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe("mirrorbits", () => {
  // B = 3000, c = 100, close is up to 150 km.
  const choices = [
    // 2901 + 2900: close and of the client's country.
    choice("near-home", 100, { country: "DE", asn: 1 }),
    // 2861 + 2860/2: close, but abroad.
    choice("near-abroad", 140, { country: "FR", asn: 2 }),
    // 2801 + (3000 - 1000).
    choice("home", 200, { country: "DE", asn: 3 }),
    // 2001 + (3000 - 5000): the country's far mirrors are punished.
    choice("far-home", 1000, { country: "DE", asn: 4 }),
    // 1501 + 3000/2.
    choice("same-as", 1500, { country: "IT", asn: 64500 }),
    // 1.
    choice("farthest", 3000, { country: "US", asn: 6 }),
  ];

  test("scores as computed by hand", () => {
    expect(scoreMirrors(german, choices).map(({ score }) => score)).toEqual([
      5801, 4291, 4801, 1, 3001, 1,
    ]);
  });

  test("draws those above the base, by what they are above it", () => {
    // Weights 2801, 1291, 1801, 1 of 5894.
    const counts = firsts(mirrorbits, choices, 10_000);
    expect(counts["near-home"]).toBeGreaterThan(4600);
    expect(counts["near-home"]).toBeLessThan(4900);
    expect(counts["near-abroad"]).toBeGreaterThan(2050);
    expect(counts["near-abroad"]).toBeLessThan(2330);
    expect(counts["far-home"]).toBeUndefined();
    expect(counts.farthest).toBeUndefined();
    expect(mirrorbits(german, choices, seeded(1)).map(({ name }) => name)).toHaveLength(4);
  });

  test("an unknown AS is everybody's unknown AS", () => {
    // B = 900. 501 + 450 = 951 with the bonus, 501 without.
    const [bonus, none] = scoreMirrors(client({ country: "SE", continent: "EU", asn: undefined }), [
      choice("unknown", 400, { country: "IT" }),
      choice("known", 400, { country: "IT", asn: 7 }),
      choice("closest", 100, { country: "IT", asn: 8 }),
      choice("farthest", 900, { country: "IT", asn: 9 }),
    ]);
    expect([bonus?.score, none?.score]).toEqual([951, 501]);
  });

  test("takes the highest scores where nobody is above the base", () => {
    // B = 1000, c = 600: 401 + 400/2 = 601 is the most anybody has.
    const names = mirrorbits(
      german,
      [choice("b", 1000, { asn: 1 }), choice("a", 600, { asn: 2 }), choice("c", 950, { asn: 3 })],
      seeded(1),
    ).map(({ name }) => name);
    // b is at B - 1000 + 1 = 1; c is beyond 900 km, so 51.
    expect(names).toEqual(["a", "c", "b"]);
  });

  test("keeps five", () => {
    const many = Array.from({ length: 9 }, (_, at) => choice(`m${at}`, 10, { country: "DE" }));
    expect(mirrorbits(german, [...many, choice("far", 2000)], seeded(1))).toHaveLength(5);
  });
});

describe("mirrorlist-server", () => {
  test("network, longest first, then AS, country, continent; the world only for want of five", () => {
    const choices = [
      choice("world", 1, { country: "US", continent: "NA", asn: 1 }),
      choice("continent", 1, { country: "FR", continent: "EU", asn: 2 }),
      choice("country", 9, { country: "DE", continent: "EU", asn: 3 }),
      choice("as", 9, { country: "US", continent: "NA", asn: 64500 }),
      choice("wide", 9, { country: "US", continent: "NA", prefixes: ["192.0.0.0/16"] }),
      choice("narrow", 9, {
        country: "US",
        continent: "NA",
        prefixes: ["192.0.0.0/8", "192.0.2.0/24"],
      }),
    ];
    const names = mirrorlistServer(german, choices, seeded(1)).map(({ name }) => name);
    expect(names).toEqual(["narrow", "wide", "as", "country", "continent"]);
    const fewer = choices.filter(({ mirror }) => mirror.name !== "wide");
    expect(mirrorlistServer(german, fewer, seeded(1)).map(({ name }) => name)).toEqual([
      "narrow",
      "as",
      "country",
      "continent",
      "world",
    ]);
  });

  test("draws within a group by bandwidth, not by distance", () => {
    const choices = [
      choice("large", 5000, { country: "DE", capacity: 3000 }),
      choice("small", 1, { country: "DE", capacity: 1000 }),
    ];
    const counts = firsts(mirrorlistServer, choices, 10_000);
    expect(counts.large).toBeGreaterThan(7350);
    expect(counts.large).toBeLessThan(7650);
  });

  test("unknown countries and continents match nobody's", () => {
    const stranger = client({ country: undefined, continent: undefined, asn: undefined });
    const choices = [
      ...Array.from({ length: 5 }, (_, at) =>
        choice(`listed${at}`, 1, { prefixes: ["192.0.2.0/24"] }),
      ),
      choice("unplaced", 1),
    ];
    expect(mirrorlistServer(stranger, choices, seeded(1)).map(({ name }) => name)).not.toContain(
      "unplaced",
    );
  });
});

describe("AlmaLinux's service", () => {
  const choices = [
    choice("rest-2", 900, { country: "US" }),
    choice("rest-1", 501, { country: "FR" }),
    choice("abroad", 3, { country: "AT" }),
    choice("home-far-2", 800, { country: "DE" }),
    choice("home-far-1", 501, { country: "DE" }),
    choice("home-near", 500, { country: "DE" }),
    choice("as", 8000, { country: "US", asn: 64500 }),
  ];

  test("network, near home, far home by distance, near abroad, the rest by distance", () => {
    expect(almalinux(german, choices, seeded(1)).map(({ name }) => name)).toEqual([
      "as",
      "home-near",
      "home-far-1",
      "home-far-2",
      "abroad",
      "rest-1",
      "rest-2",
    ]);
  });

  test("a listed network counts as the AS does", () => {
    const listed = choice("listed", 9000, { country: "US", prefixes: ["192.0.2.0/24"] });
    expect(almalinux(german, [...choices.slice(0, 6), listed], seeded(1))[0]?.name).toBe("listed");
  });

  test("distance makes no difference within 500 km at home", () => {
    const counts = firsts(
      almalinux,
      [choice("next-door", 1, { country: "DE" }), choice("at-the-limit", 500, { country: "DE" })],
      10_000,
    );
    expect(counts["next-door"]).toBeGreaterThan(4800);
    expect(counts["next-door"]).toBeLessThan(5200);
  });

  test("keeps ten", () => {
    const many = Array.from({ length: 12 }, (_, at) => choice(`m${at}`, at));
    expect(almalinux(german, many, seeded(1))).toHaveLength(10);
  });
});
