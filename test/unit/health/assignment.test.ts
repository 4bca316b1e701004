/** Who probes what. */
import { describe, expect, it } from "vitest";
import { oneOf, seeded } from "../../../scripts/random.ts";
import { assign, regionOf, regionsNear, targetsOf } from "../../../worker/health/assignment.ts";
import type { Region } from "../../../worker/health/settings.ts";
import type { RosterMirror } from "../../../worker/mirrors/roster.ts";
import { listedMirror, listOf } from "./fleet-parts.ts";

const { catalogue } = listOf(1, []);
const eight: Region[] = ["wnam", "enam", "weur", "eeur", "apac", "oc", "sam", "afr"];

function worldWide(count: number): RosterMirror[] {
  const random = seeded(3);
  const countries = ["DE", "US", "JP", "BR", "AU", "ZA", "PL", "IN", "GB", "CA"];
  return Array.from({ length: count }, (_, at) => ({
    ...listedMirror(`mirror-${at}.example`),
    country: oneOf(random, countries),
  }));
}

/** Prober of each mirror's every watch. */
function watchers(mirrors: readonly RosterMirror[], shard: number, regions = eight) {
  const found = new Map<string, { prober: string; own: boolean }[]>();
  for (const [prober, { mirrors: watched }] of assign(mirrors, catalogue, regions, shard)) {
    for (const { name, own } of watched) {
      found.set(name, [...(found.get(name) ?? []), { prober, own }]);
    }
  }
  return found;
}

describe("an assignment", () => {
  it("has every mirror watched by its own region and by one other", () => {
    const mirrors = worldWide(400);
    const found = watchers(mirrors, 50);
    expect(found.size).toBe(400);
    for (const mirror of mirrors) {
      const by = found.get(mirror.name) ?? [];
      const [own, other] = regionsNear(mirror, eight);
      expect(by.filter((one) => one.own).map(({ prober }) => regionOf(prober))).toEqual([own]);
      expect(by.filter((one) => !one.own).map(({ prober }) => regionOf(prober))).toEqual([other]);
    }
  });

  it.each([
    ["DE", "weur", "eeur"],
    ["JP", "apac", "wnam"],
    ["AU", "oc", "apac"],
    ["BR", "sam", "afr"],
    ["ZA", "afr", "sam"],
    ["US", "enam", "wnam"],
  ])("of a mirror in %s begins with %s", (country, own) => {
    expect(regionsNear({ ...listedMirror("m"), country }, eight)[0]).toBe(own);
  });

  it("goes by coordinates before the country, and by western Europe without either", () => {
    const { country: _, ...nowhere } = listedMirror("m");
    expect(regionsNear(nowhere, eight)[0]).toBe("weur");
    const honolulu = { ...listedMirror("m"), country: "FR", latitude: 21.3, longitude: -157.9 };
    expect(regionsNear(honolulu, eight)[0]).toBe("wnam");
  });

  it("with one region has each mirror watched once, as its own", () => {
    for (const by of watchers(worldWide(60), 50, ["here"]).values()) {
      expect(by).toHaveLength(1);
      expect(by[0]?.own).toBe(true);
    }
  });

  it("has shards of about the size asked, and no empty ones", () => {
    for (const [count, shard] of [
      [1000, 50],
      [1000, 20],
      [120, 50],
      [3, 50],
    ] as const) {
      const assignments = assign(worldWide(count), catalogue, ["here"], shard);
      const sizes = [...assignments.values()].map(({ mirrors }) => mirrors.length);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(count);
      expect(Math.min(...sizes)).toBeGreaterThan(0);
      // Drawn by hash: three standard deviations beyond the mean, and the rounding of the number of shards.
      expect(Math.max(...sizes)).toBeLessThanOrEqual(shard + 3 * Math.sqrt(shard));
    }
  });

  it("moves only what the new shard takes when one is added", () => {
    const mirrors = worldWide(1000);
    const before = watchers(mirrors, 50, ["here"]);
    // One more than 20 times 50 makes a 21st shard.
    const after = watchers([...mirrors, listedMirror("new.example")], 50, ["here"]);
    const to = mirrors.flatMap(({ name }) => {
      const [was, is] = [before.get(name)?.[0]?.prober, after.get(name)?.[0]?.prober];
      return was === is ? [] : [is];
    });
    expect(new Set(to)).toEqual(new Set(["here-20"]));
    expect(to.length).toBeLessThan((1000 / 21) * 1.6);
  });

  it("leaves out what is disabled or private, keeps what is drained", () => {
    const word = { is: "drained", by: "ops", why: "" } as const;
    const mirrors = [
      { ...listedMirror("disabled.example"), state: "disabled" } as const,
      { ...listedMirror("private.example"), private: true },
      listedMirror("drained.example", word),
      { ...listedMirror("empty.example"), carries: {} },
    ];
    expect([...watchers(mirrors, 50).keys()]).toEqual(["drained.example"]);
  });

  it("has a version that changes with anything in it, and names only the repositories it needs", () => {
    const versionOf = (mirror: RosterMirror, repositories = catalogue.repositories) =>
      assign([mirror], { version: 1, repositories }, ["here"], 50).get("here-0")?.version;
    const mirror = listedMirror("m.example");
    expect(versionOf(mirror)).toBe(versionOf(structuredClone(mirror)));
    const { debian } = mirror.carries;
    if (debian === undefined) throw new Error("it carries debian");
    const one = { ...mirror, carries: { debian } };
    const moved = { ...mirror, carries: { debian: { http: "http://n.example/" } } };
    const changed = catalogue.repositories.map((each) => ({ ...each, roots: ["else"] }));
    const versions = [versionOf(mirror), versionOf(one), versionOf(moved)];
    expect(new Set([...versions, versionOf(mirror, changed)]).size).toBe(4);
    const given = assign([one], catalogue, ["here"], 50).get("here-0");
    expect(given?.repositories.map(({ name }) => name)).toEqual(["debian"]);
  });

  it("tells of which list it is, and stays the same under a newer one that changes nothing in it", () => {
    const of = (version: number) =>
      assign([listedMirror("m")], { ...catalogue, version }, ["here"], 50).get("here-0");
    expect(of(8)?.listVersion).toBe(8);
    expect(of(9)?.version).toBe(of(8)?.version);
  });
});

it("a mirror's targets are its repositories by scheme, with the family where the address says it", () => {
  const carries = {
    debian: { https: "https://m.example/debian/", http: "http://192.0.2.1:81/debian/" },
    extra: { http: "http://[2001:db8::1]/extra/" },
  };
  const targets = targetsOf({ ...listedMirror("m.example"), carries });
  expect(targets.map(({ repository, scheme, family }) => [repository, scheme, family])).toEqual([
    ["debian", "https", "any"],
    ["debian", "http", "ipv4"],
    ["extra", "http", "ipv6"],
  ]);
});
