import { describe, expect, it } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import type { RosterMirror } from "../../../worker/mirrors/roster.ts";
import { addresses, clientOf, names, open, plainMirror, randomMirrors } from "./rosters.ts";

const seed = 31_337;
const tokyo = { country: "JP", latitude: 35.7, longitude: 139.7 };
const frankfurt = { country: "DE", latitude: 50.1, longitude: 8.7 };
const london = { country: "GB", latitude: 51.5, longitude: -0.1 };
const saoPaulo = { country: "BR", latitude: -23.5, longitude: -46.6 };
const johannesburg = { country: "ZA", latitude: -26.2, longitude: 28 };

describe("the client's own network", () => {
  it("comes first however far away its mirror is, in any roster", () => {
    for (let round = 0; round < 60; round++) {
      const random = seeded(seed + round);
      // Networks of random mirrors are elsewhere.
      const own = plainMirror("own", { ...tokyo, prefixes: ["77.7.0.0/16"], capacity: 1 });
      const roster = open([...randomMirrors(random), own]);
      const inside = clientOf("77.7.200.1", frankfurt);
      expect(names(roster, inside)[0], `seed ${seed + round}`).toBe("own");
      expect(names(roster, inside, 1), `seed ${seed + round}`).toEqual(["own"]);
    }
  });

  it("is who is in the prefix, not who is beside it", () => {
    const roster = open([
      plainMirror("own", { ...tokyo, prefixes: ["77.7.0.0/16", "2a00:5::/32"] }),
      plainMirror("near", frankfurt),
    ]);
    const first = (address: string) =>
      names(roster, clientOf(address, frankfurt), 1, {
        repository: "debian",
        scheme: "https",
        family: address.includes(":") ? "ipv6" : "ipv4",
        architecture: "",
      })[0];
    expect(["77.7.0.0", "77.7.255.255", "2a00:5:ffff::1"].map(first)).toEqual([
      "own",
      "own",
      "own",
    ]);
    expect(["77.6.255.255", "77.8.0.0", "2a00:6::1"].map(first)).toEqual(["near", "near", "near"]);
  });

  it("shares its clients among the network's own mirrors alone", () => {
    const own = ["own0", "own1"].map((name) =>
      plainMirror(name, { ...tokyo, prefixes: ["77.0.0.0/8"] }),
    );
    const roster = open([
      ...own,
      plainMirror("near", frankfurt),
      plainMirror("as", { ...frankfurt, asn: 7 }),
    ]);
    const found = new Set(
      addresses(200).map(
        (address) => names(roster, clientOf(address, { ...frankfurt, asn: 7 }), 1)[0],
      ),
    );
    expect([...found].sort()).toEqual(["own0", "own1"]);
  });

  it("by AS wins among mirrors as far away, and only there", () => {
    const same = plainMirror("same", { ...frankfurt, asn: 64500 });
    const others = [0, 1, 2].map((at) =>
      plainMirror(`other${at}`, { ...frankfurt, capacity: 1e5 }),
    );
    const beside = open([same, ...others]);
    for (const address of addresses(100)) {
      expect(names(beside, clientOf(address, { ...frankfurt, asn: 64500 }), 1)).toEqual(["same"]);
    }
    const overseas = open([plainMirror("same", { ...tokyo, asn: 64500 }), ...others]);
    for (const address of addresses(50)) {
      const client = clientOf(address, { ...frankfurt, asn: 64500 });
      expect(names(overseas, client, 1)[0]).toMatch(/^other/);
      expect(names(overseas, client).at(-1)).toBe("same");
    }
  });

  it("finds a mirror that is not among the place's cheapest", () => {
    const crowd = Array.from({ length: 100 }, (_, at) => plainMirror(`crowd${at}`, frankfurt));
    const own = plainMirror("own", { ...tokyo, prefixes: ["77.7.7.0/24"] });
    const private_ = plainMirror("private", { ...tokyo, private: true, asn: 64501 });
    const roster = open([...crowd, own, private_]);
    expect(names(roster, clientOf("77.7.7.7", frankfurt), 1)).toEqual(["own"]);
    expect(names(roster, clientOf("77.7.8.7", frankfurt))).not.toContain("own");
    expect(names(roster, clientOf("77.7.8.7", { ...tokyo, asn: 64501 }), 1)).toEqual(["private"]);
    expect(names(roster, clientOf("77.7.8.7", tokyo))).not.toContain("private");
  });
});

describe("private", () => {
  it("stays private where the scope restricts nothing", () => {
    const scoped: RosterMirror = plainMirror("private", {
      ...frankfurt,
      private: true,
      prefixes: ["77.7.0.0/16"],
      scope: {},
    });
    const roster = open([scoped]);
    expect(names(roster, clientOf("77.7.0.1", frankfurt))).toEqual(["private"]);
    expect(names(roster, clientOf("77.8.0.1", frankfurt))).toEqual([]);
  });
});

describe("distance is not latency", () => {
  const clients = addresses(50);

  it("so South Africa goes to Europe, not to Brazil, which is nearer on the map", () => {
    const roster = open([
      plainMirror("brazil", { ...saoPaulo, capacity: 1e5 }),
      plainMirror("britain", london),
      plainMirror("germany", frankfurt),
    ]);
    for (const place of [johannesburg, { country: "ZA" }]) {
      for (const address of clients) {
        const ranked = names(roster, clientOf(address, place));
        expect(["britain", "germany"], address).toContain(ranked[0]);
        expect(ranked.at(-1)).toBe("brazil");
      }
    }
  });

  it("and to its own mirror, where it has one", () => {
    const roster = open([
      plainMirror("brazil", saoPaulo),
      plainMirror("britain", { ...london, capacity: 1e5 }),
      plainMirror("home", { country: "ZA", latitude: -33.9, longitude: 18.4, capacity: 10 }),
    ]);
    for (const place of [johannesburg, { country: "ZA" }]) {
      for (const address of clients) {
        expect(names(roster, clientOf(address, place), 1), address).toEqual(["home"]);
      }
    }
  });
});

describe("at the same distance", () => {
  const here = { latitude: 50.1, longitude: 8.7 };
  const client = clientOf("77.0.0.1", frankfurt);

  it("a client's country comes before its continent, and that before another", () => {
    const roster = open([
      plainMirror("continent", { ...here, country: "US" }),
      plainMirror("country", { ...here, country: "DE" }),
      plainMirror("neighbour", { ...here, country: "FR" }),
    ]);
    expect(names(roster, client)).toEqual(["country", "neighbour", "continent"]);
  });

  it("a degraded mirror stands back, and still serves where it is alone", () => {
    const degraded = plainMirror("degraded", { ...here, country: "DE", state: "degraded" });
    const fine = plainMirror("fine", london);
    expect(names(open([degraded, fine]), client)).toEqual(["fine", "degraded"]);
    expect(names(open([degraded]), client)).toEqual(["degraded"]);
    const far = plainMirror("far", tokyo);
    expect(names(open([degraded, far]), client, 1)).toEqual(["degraded"]);
  });

  it("a mirror that nobody probed yet is as good as one that is up", () => {
    const roster = open([
      plainMirror("new", { ...frankfurt, state: "unknown" }),
      plainMirror("up", frankfurt),
    ]);
    const found = new Set(
      addresses(100).map((address) => names(roster, clientOf(address, frankfurt), 1)[0]),
    );
    expect([...found].sort()).toEqual(["new", "up"]);
  });
});
