import { describe, expect, it } from "vitest";
import { oneOf, seeded } from "../../../scripts/random.ts";
import { nearEqualFactor, nearEqualMs, sameCountryMs } from "../../../worker/directory/rank.ts";
import { countryPlace } from "../../../worker/geo/countries.ts";
import type { RosterMirror } from "../../../worker/mirrors/roster.ts";
import { addresses, clientOf, names, open, plainMirror, randomMirrors } from "./rosters.ts";

const seed = 815;
const frankfurt = { country: "DE", latitude: 50, longitude: 9 };

/** Mirrors at one spot, so equal in cost; capacities in turn. */
function atOneSpot(count: number, capacities: readonly number[] = [1_000]): RosterMirror[] {
  return Array.from({ length: count }, (_, at) =>
    plainMirror(`mirror${at}`, {
      ...frankfurt,
      capacity: capacities[at % capacities.length] ?? 1_000,
    }),
  );
}

/** The first mirror of each address's client. */
function firsts(mirrors: readonly RosterMirror[], asking: readonly string[]): string[] {
  const roster = open(mirrors);
  return asking.map((address) => names(roster, clientOf(address, frankfurt), 1)[0] ?? "none");
}

function counts(of: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const name of of) found.set(name, (found.get(name) ?? 0) + 1);
  return found;
}

describe("a network stays on its mirror", () => {
  it("with the same ranking for every address of a /24 or /48", () => {
    const random = seeded(seed);
    for (let round = 0; round < 60; round++) {
      const roster = open([...atOneSpot(12), ...randomMirrors(random)]);
      const [a, b] = [Math.floor(random() * 256), Math.floor(random() * 256)];
      const network = oneOf(random, [
        `90.${a}.${b}.`,
        `2a01:${a.toString(16)}:${b.toString(16)}::`,
      ]);
      const demand = {
        repository: "debian",
        scheme: "https",
        family: network.includes(":") ? "ipv6" : "ipv4",
        architecture: "",
      } as const;
      const first = names(roster, clientOf(`${network}1`, frankfurt), undefined, demand);
      for (let host = 2; host < 255; host += 23) {
        const client = clientOf(`${network}${host}`, frankfurt);
        const where = `seed ${seed}, case ${round}: ${network}${host}`;
        expect(names(roster, client, undefined, demand), where).toEqual(first);
      }
    }
  });

  it("when another mirror goes: only the clients of that one move, and they spread", () => {
    const mirrors = atOneSpot(10, [100, 1_000, 10_000]);
    const asking = addresses(4_000);
    const before = firsts(mirrors, asking);
    for (const gone of mirrors) {
      const left = mirrors.filter((mirror) => mirror !== gone);
      const after = firsts(left, asking);
      const moved = asking.filter((_, at) => before[at] !== after[at]);
      const owned = asking.filter((_, at) => before[at] === gone.name);
      expect(moved, gone.name).toEqual(owned);
    }
    const largest = before.flatMap((name, at) => (name === "mirror2" ? [at] : []));
    const after = firsts(
      mirrors.filter(({ name }) => name !== "mirror2"),
      asking,
    );
    expect(counts(largest.map((at) => after[at] ?? "")).size).toBeGreaterThan(5);
  });

  it("when a mirror comes: who moves, moves to it", () => {
    const asking = addresses(3_000);
    const before = firsts(atOneSpot(9), asking);
    const after = firsts(atOneSpot(10), asking);
    const moved = after.filter((name, at) => name !== before[at]);
    expect(new Set(moved)).toEqual(new Set(["mirror9"]));
    expect(moved.length).toBeGreaterThan(200);
    expect(moved.length).toBeLessThan(400);
  });

  it("in random rosters: a mirror that was neither first nor the cheapest takes no first place with it", () => {
    let compared = 0;
    for (let round = 0; round < 100; round++) {
      const random = seeded(seed + round);
      const mirrors = randomMirrors(random);
      const client = clientOf(`81.${round}.3.4`, frankfurt);
      const roster = open(mirrors);
      const ranked = roster.ranked(
        { repository: "debian", scheme: "http", family: "ipv4", architecture: "" },
        client,
      );
      const cheapest = Math.min(...ranked.map(({ costMs }) => costMs));
      const first = ranked[0]?.open.resource.name;
      const gone = ranked.slice(1).find(({ costMs }) => costMs > cheapest)?.open.resource.name;
      if (gone === undefined) continue;
      compared++;
      const left = open(mirrors.filter(({ name }) => name !== gone));
      const demand = {
        repository: "debian",
        scheme: "http",
        family: "ipv4",
        architecture: "",
      } as const;
      const where = `seed ${seed + round}: without ${gone}`;
      expect(names(left, client, 1, demand)[0], where).toBe(first);
    }
    expect(compared).toBeGreaterThan(40);
  });
});

describe("load follows capacity", () => {
  it.each([[[1, 1, 1, 1]], [[1, 2, 3, 4]], [[100, 1_000, 10_000]], [[50, 50, 900]]])(
    "%j among near-equals, within four standard deviations",
    (capacities) => {
      const asking = addresses(12_000);
      const found = counts(firsts(atOneSpot(capacities.length, capacities), asking));
      const total = capacities.reduce((sum, capacity) => sum + capacity, 0);
      capacities.forEach((capacity, at) => {
        const share = capacity / total;
        const expected = asking.length * share;
        const deviation = Math.sqrt(expected * (1 - share));
        const off = Math.abs((found.get(`mirror${at}`) ?? 0) - expected);
        expect(off, `capacity ${capacity} of ${total}`).toBeLessThan(4 * deviation + 1);
      });
    },
  );

  it("never beyond the near-equals: a huge mirror farther away gets nobody", () => {
    const near = atOneSpot(2, [10]);
    const far = plainMirror("huge", {
      country: "JP",
      latitude: 35.7,
      longitude: 139.7,
      capacity: 1e6,
    });
    const found = counts(firsts([...near, far], addresses(500)));
    expect([...found.keys()].sort()).toEqual(["mirror0", "mirror1"]);
  });

  it("draws the line of near-equals where it is said to be", () => {
    // One mirror at the client, one a little farther each time: it gets clients up to the limit and none beyond.
    for (let longitude = 9; longitude < 18; longitude += 0.25) {
      const roster = open([
        plainMirror("here", frankfurt),
        plainMirror("there", { country: "DE", latitude: 50, longitude }),
      ]);
      const [a, b] = roster
        .ranked(
          { repository: "debian", scheme: "https", family: "ipv4", architecture: "" },
          clientOf("", frankfurt),
        )
        .map(({ costMs, open: { resource } }) => ({ costMs, name: resource.name }))
        .sort((x, y) => x.costMs - y.costMs);
      const equal = (b?.costMs ?? 0) <= (a?.costMs ?? 0) * nearEqualFactor + nearEqualMs;
      const found = new Set(
        addresses(60).map((address) => names(roster, clientOf(address, frankfurt), 1)[0]),
      );
      expect(found.has("there"), `longitude ${longitude}: ${b?.costMs}`).toBe(equal);
    }
  });
});

describe("a client of whom little is known", () => {
  const world = ["DE", "US", "BR", "JP", "ZA"].map((country) =>
    plainMirror(`in-${country}`, { country, ...pointOf(country) }),
  );

  it("gets a ranking of everything where nothing is known", () => {
    const roster = open([...world, plainMirror("nowhere")]);
    for (const address of ["", "8.8.8.8", "2600::1"]) {
      const ranked = names(roster, clientOf(address, {}));
      expect(ranked.length).toBe(6);
      expect(ranked.at(-1)).toBe("nowhere");
    }
  });

  it("spreads over its country's mirrors and no others where only that is known", () => {
    const { latitude, longitude } = pointOf("DE");
    // Up to sameCountryMs behind the nearest one; those abroad are as near on the map.
    const home = [0, 1, 2, 3].map((at) =>
      plainMirror(`home${at}`, { country: "DE", latitude: latitude + at * 0.9, longitude }),
    );
    const abroad = [0.5, 1.5].map((at) =>
      plainMirror(`abroad${at}`, { country: "CZ", latitude: latitude + at, longitude }),
    );
    const roster = open([...home, ...abroad]);
    const found = counts(
      addresses(2_000).map((address) => {
        return names(roster, clientOf(address, { country: "DE" }), 1)[0] ?? "none";
      }),
    );
    expect([...found.keys()].sort()).toEqual(["home0", "home1", "home2", "home3"]);
    for (const count of found.values()) expect(count).toBeGreaterThan(400);
  });

  it("is not sent far across its country for it", () => {
    const roster = open([
      plainMirror("near", { country: "US", ...pointOf("US") }),
      plainMirror("far", { country: "US", latitude: 21.3, longitude: -157.9 }),
    ]);
    const client = (address: string) => clientOf(address, { country: "US" });
    const [near, far] = roster.ranked(
      { repository: "debian", scheme: "https", family: "ipv4", architecture: "" },
      client("77.0.0.1"),
    );
    expect((far?.costMs ?? 0) - (near?.costMs ?? 0)).toBeGreaterThan(sameCountryMs);
    for (const address of addresses(100)) {
      expect(names(roster, client(address), 1)).toEqual(["near"]);
    }
  });

  it("with coordinates: mirrors of no known country aren't its country's", () => {
    // Neither knows its country; that is no reason to call the second, farther one as good.
    const at = { latitude: 50, longitude: 9 };
    const roster = open([
      plainMirror("near", at),
      plainMirror("farther", { latitude: 50, longitude: 16 }),
    ]);
    for (const address of addresses(100)) {
      expect(names(roster, clientOf(address, { country: "DE", ...at }), 1), address).toEqual([
        "near",
      ]);
    }
  });
});

function pointOf(country: string): { latitude: number; longitude: number } {
  const { latitude, longitude } = countryPlace(country) ?? { latitude: 0, longitude: 0 };
  return { latitude, longitude };
}
