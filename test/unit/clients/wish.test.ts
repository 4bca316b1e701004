import { describe, expect, it } from "vitest";
import {
  bothWishes,
  defaultLabels,
  isWishError,
  noWish,
  readHostWish,
  readWish,
  type Wish,
} from "../../../worker/clients/wish.ts";
import { prefer } from "../../../worker/delivery/lists/prefer.ts";
import type { State } from "../../../worker/directory/resource.ts";
import { recognise, unknownPlace } from "../../../worker/geo/client.ts";
import { latencyModel } from "../../../worker/geo/latency.ts";
import { OpenRoster } from "../../../worker/mirrors/open-roster.ts";
import type { RosterMirror } from "../../../worker/mirrors/roster.ts";

const known = new Set(["umu", "fra", "tyo", "six", "old"]);
const isMirror = (name: string) => known.has(name);
const read = (query: string) => readWish(query, isMirror);

describe("a wish in the query", () => {
  it.each([
    ["country=DE", { avoid: [], countries: ["DE"] }],
    ["country=de,se&country=DE", { avoid: [], countries: ["DE", "SE"] }],
    ["avoid=umu", { avoid: ["umu"] }],
    ["avoid=umu,fra&avoid=tyo&avoid=umu", { avoid: ["umu", "fra", "tyo"] }],
    ["mirror=umu", { avoid: [], mirror: "umu" }],
    ["ipv4", { avoid: [], family: "ipv4" }],
    ["x=1&ipv6=1", { avoid: [], family: "ipv6" }],
    ["family=ipv6", { avoid: [], family: "ipv6" }],
    ["family=4&ipv4", { avoid: [], family: "ipv4" }],
    ["country=&avoid=,", { avoid: [] }],
    ["ipv4=0", { avoid: [] }],
  ])("%s", (query, wish) => expect(read(query)).toEqual(wish));

  it.each(["", "mirrorlist", "trace&ip=192.0.2.1", "countryside=DE"])("'%s' has none", (query) => {
    expect(read(query)).toBe(noWish);
  });

  it.each([
    ["country=XX", "country=XX is no country"],
    ["country=Germany", "country=GERMANY is no country"],
    ["avoid=nobody", "avoid=nobody is not listed"],
    ["mirror=nobody%0Ahttps://evil", "mirror=nobody?https://evil is not listed"],
    ["mirror=umu&mirror=fra", "one mirror"],
    ["mirror=umu&avoid=umu", "both name umu"],
    ["ipv4&ipv6", "Only one"],
    ["family=7", "family=7 is neither"],
    ["family=constructor", "family=constructor is neither"],
    ["family=__proto__", "family=__proto__ is neither"],
    [`avoid=${Array(33).fill("umu").join(",")}`, "more than 32"],
  ])("%s is told to be wrong", (query, words) => {
    const wish = read(query);
    expect(isWishError(wish) && wish.error).toContain(words);
  });
});

describe("a wish in the host name", () => {
  const host = "mirror.example.org";
  const labels = { ...defaultLabels, nordic: "country=SE,FI", intern: "avoid=umu&ipv4" };
  const at = (name: string) => readHostWish(name, { host, labels }, isMirror);

  it.each([
    ["de.mirror.example.org", { avoid: [], countries: ["DE"] }],
    ["DE.Mirror.example.org:8080", { avoid: [], countries: ["DE"] }],
    ["ipv6.de.mirror.example.org.", { avoid: [], countries: ["DE"], family: "ipv6" }],
    ["nordic.mirror.example.org", { avoid: [], countries: ["SE", "FI"] }],
    ["intern.mirror.example.org", { avoid: ["umu"], family: "ipv4" }],
  ])("%s", (name, wish) => expect(at(name)).toEqual(wish));

  it.each(["mirror.example.org", "mirror.example.org:443", "127.0.0.1:8080", "de.other.example"])(
    "%s has none",
    (name) => expect(at(name)).toBe(noWish),
  );

  it.each(["xx.mirror.example.org", "constructor.mirror.example.org", "a.de.mirror.example.org"])(
    "%s is told to be wrong",
    (name) => expect(isWishError(at(name))).toBe(true),
  );

  it("gives way to the query, but what either avoids is avoided", () => {
    const fromHost: Wish = { avoid: ["umu"], countries: ["SE"], family: "ipv4" };
    expect(bothWishes(fromHost, noWish)).toBe(fromHost);
    expect(bothWishes(fromHost, { avoid: ["fra"], countries: ["DE"] })).toEqual({
      ...{ avoid: ["umu", "fra"], countries: ["DE"], family: "ipv4" },
    });
  });
});

function mirror(name: string, country: string, state: State = "up"): RosterMirror {
  const carries = { lab: { http: `http://${name}.example/lab/` } };
  return { name, country, capacity: 1000, state, carries };
}

describe("what a wish does", () => {
  const roster = new OpenRoster(
    {
      version: 1,
      mirrors: [
        mirror("umu", "SE"),
        mirror("fra", "DE"),
        mirror("tyo", "JP"),
        { ...mirror("six", "SE"), families: ["ipv6"] },
        mirror("old", "DE", "drained"),
        mirror("dead", "DE", "down"),
      ],
    },
    latencyModel,
  );
  // Who is nowhere in particular: the order is the mirrors' own business here.
  const client = recognise("", undefined, {
    platform: false,
    locate: { country: () => undefined, asn: () => undefined },
    ownPlace: unknownPlace,
  });
  const demand = { repository: "lab", scheme: "http", architecture: "" } as const;
  const ranked = (family: "ipv4" | "ipv6") =>
    roster.rankedWhole({ ...demand, family }, { ...client, family, asn: undefined });
  const names = (wish: Wish, family: "ipv4" | "ipv6" = "ipv6") => {
    const preferred = prefer(ranked(family), wish, (name) => `is no candidate (${name})`);
    if ("error" in preferred) return preferred.error;
    return preferred.candidates.map(({ open }) => open.resource.name);
  };
  const order = ranked("ipv6").map(({ open }) => open.resource.name);

  it("begins with all that are able, the drained last", () => {
    expect(names(noWish)).toEqual(order);
    expect([...order].sort()).toEqual(["fra", "old", "six", "tyo", "umu"]);
    expect(order.at(-1)).toBe("old");
  });

  it("for a country puts it first, keeps the order otherwise, and leaves nobody without a file", () => {
    const wished = names({ avoid: [], countries: ["JP", "DE"] });
    expect(wished.slice(0, 2)).toEqual(order.filter((name) => name === "tyo" || name === "fra"));
    expect(wished).toHaveLength(order.length);
    expect(wished.at(-1)).toBe("old");
    expect(names({ avoid: [], countries: ["BR"] })).toEqual(order);
  });

  it("to avoid takes away, up to all", () => {
    expect(names({ avoid: ["umu", "six"] })).not.toContain("umu");
    expect(names({ avoid: [...known] })).toEqual([]);
  });

  it("for a family takes away who is known to lack it", () => {
    expect(names({ avoid: [], family: "ipv4" })).not.toContain("six");
    expect(names({ avoid: [], family: "ipv6" })).toContain("six");
  });

  it("for a mirror leaves that one, or says why not", () => {
    expect(names({ avoid: [], mirror: "tyo" })).toEqual(["tyo"]);
    expect(names({ avoid: [], mirror: "old" })).toContain("old can't serve this: it is drained.");
    expect(names({ avoid: [], mirror: "dead" })).toContain("it is no candidate (dead).");
    expect(names({ avoid: [], mirror: "six", family: "ipv4" })).toContain("reachable over ipv4");
    expect(names({ avoid: ["tyo"], mirror: "tyo" })).toContain("among those to avoid");
    expect(names({ avoid: [], mirror: "tyo", countries: ["SE"] })).toEqual(["tyo"]);
  });
});
