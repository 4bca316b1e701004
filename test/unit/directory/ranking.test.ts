import { describe, expect, it } from "vitest";
import { oneOf, seeded } from "../../../scripts/random.ts";
import { candidatesPerPlace } from "../../../worker/directory/rank.ts";
import { inPrefix, readPrefix } from "../../../worker/geo/address.ts";
import type { Client } from "../../../worker/geo/client.ts";
import { type Demand, leavesOut } from "../../../worker/mirrors/eligible.ts";
import { explain } from "../../../worker/mirrors/explain.ts";
import { OpenRoster } from "../../../worker/mirrors/open-roster.ts";
import type { RosterMirror } from "../../../worker/mirrors/roster.ts";
import { names, open, randomClient, randomDemand, randomMirrors } from "./rosters.ts";

const seed = 4_711;
const rounds = 200;

interface Case {
  /** Seed, round and the client, for a failure's message. */
  where: string;
  random: () => number;
  mirrors: RosterMirror[];
  roster: OpenRoster;
  client: Client;
  demand: Demand;
}

/** Each case has a seed of its own, so that one can be run again without the ones before it. */
function* cases(): Generator<Case> {
  for (let round = 0; round < rounds; round++) {
    const random = seeded(seed + round);
    const mirrors = randomMirrors(random);
    const roster = open(mirrors);
    for (let asked = 0; asked < 4; asked++) {
      const client = randomClient(random);
      const demand = randomDemand(random, client);
      const who = `${client.address} at ${client.place.key}, AS ${client.asn}`;
      const where = `seed ${seed + round}, client ${asked}: ${who}, ${JSON.stringify(demand)}`;
      yield { where, random, mirrors, roster, client, demand };
    }
  }
}

/** The roster's words, read once more and as plainly as can be: may this client be sent there for this? */
function mayServe(mirror: RosterMirror, demand: Demand, client: Client): boolean {
  const carried = mirror.carries[demand.repository];
  if (!carried) return false;
  const words = [mirror.state, carried.state].filter((state) => /^d(?:rain|is)/.test(state ?? ""));
  const state =
    words[0] ?? carried.states?.[demand.scheme] ?? carried.state ?? mirror.state ?? "none";
  if (state === "down" || state === "disabled") return false;
  if (carried.freshness === "stale") return false;
  if (!carried[demand.scheme]) return false;
  if (mirror.families && !mirror.families.includes(demand.family)) return false;
  if (demand.architecture && carried.architectures) {
    if (!carried.architectures.includes(demand.architecture)) return false;
  }
  const within = (cidrs: readonly string[] = []) =>
    cidrs.some((cidr) => {
      const prefix = readPrefix(cidr);
      return prefix && client.parsed && inPrefix(client.parsed, prefix);
    });
  const { countries, asns, prefixes } = mirror.scope ?? {};
  if (countries && !countries.some((country) => country === client.place.country)) return false;
  if (asns && !asns.some((asn) => asn === client.asn)) return false;
  if (prefixes && !within(prefixes)) return false;
  if (mirror.private && !countries && !asns && !prefixes) {
    return within(mirror.prefixes) || (mirror.asn !== undefined && mirror.asn === client.asn);
  }
  return true;
}

describe("the ranking of random rosters", () => {
  it("has whom it may have, and nobody else; explain knows a reason for each of the rest", () => {
    let served = 0;
    let refused = 0;
    for (const { where, mirrors, roster, client, demand } of cases()) {
      const able = mirrors.filter((mirror) => mayServe(mirror, demand, client));
      const ableNames = able.map((mirror) => mirror.name);
      const ranked = names(roster, client, undefined, demand);
      expect(ableNames, where).toEqual(expect.arrayContaining(ranked));
      expect(new Set(ranked).size, where).toBe(ranked.length);
      expect(ranked.length, where).toBe(Math.min(able.length, candidatesPerPlace));
      const { mirrors: verdicts } = explain(roster, demand, client, { decoded: "", path: "" });
      const excluded = verdicts.filter((verdict) => verdict.rank === undefined);
      expect(excluded.map((verdict) => verdict.mirror).sort(), where).toEqual(
        mirrors
          .map((mirror) => mirror.name)
          .filter((name) => !ableNames.includes(name))
          .sort(),
      );
      expect(
        excluded.every((verdict) => verdict.excluded),
        where,
      ).toBe(true);
      served += able.length;
      refused += excluded.length;
    }
    expect(served).toBeGreaterThan(5_000);
    expect(refused).toBeGreaterThan(5_000);
  });

  it("is what explain tells, as far as it reaches", () => {
    let compared = 0;
    for (const { where, roster, client, demand, random } of cases()) {
      const path = oneOf(random, ["pool/non-free/x.deb", "pool/main/x.deb", "dists/x"]);
      const ranked = roster.ranked(demand, client);
      const redirected = ranked.filter(({ offer }) => !leavesOut(offer, path));
      const told = explain(roster, demand, client, { decoded: path, path }).mirrors.filter(
        (verdict) => verdict.rank !== undefined,
      );
      expect(
        told.slice(0, redirected.length).map((verdict) => verdict.url),
        `${where}, ${path}`,
      ).toEqual(redirected.map(({ offer }) => offer.base + path));
      expect(told.map((verdict) => verdict.rank)).toEqual(told.map((_, at) => at + 1));
      expect(
        told.slice(0, redirected.length).map(({ duplicateOnly }) => duplicateOnly ?? false),
        where,
      ).toEqual(redirected.map(({ offer }) => offer.drained));
      // No mirror is told that the redirect forgot, unless it had enough.
      if (ranked.length < candidatesPerPlace) expect(told.length, where).toBe(redirected.length);
      compared += redirected.length;
    }
    expect(compared).toBeGreaterThan(5_000);
  });

  it("does not depend on the roster's order, nor on what was asked before", () => {
    for (const { where, mirrors, roster: warm, client, demand, random } of cases()) {
      for (let before = 0; before < 3; before++) {
        const other = randomClient(random);
        warm.ranked(randomDemand(random, other), other);
      }
      const shuffled = mirrors
        .map((mirror) => ({ mirror, at: random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ mirror }) => mirror);
      const expected = names(warm, client, undefined, demand);
      expect(names(warm, client, undefined, demand), where).toEqual(expected);
      expect(names(open(shuffled), client, undefined, demand), where).toEqual(expected);
    }
  });

  it("begins alike, however many are asked for", () => {
    for (const { where, roster, client, demand } of cases()) {
      const all = names(roster, client, undefined, demand);
      for (const most of [1, 4, 6, 31, 500]) {
        expect(names(roster, client, most, demand), `${where}, first ${most}`).toEqual(
          all.slice(0, most),
        );
      }
    }
  });

  it("gives every candidate a finite cost that is its parts' sum, and rising behind the near-equals", () => {
    for (const { where, roster, client, demand } of cases()) {
      const { mirrors: verdicts } = explain(roster, demand, client, { decoded: "", path: "" });
      const ranked = verdicts.filter((verdict) => verdict.rank !== undefined);
      for (const verdict of ranked) {
        expect(Number.isFinite(verdict.costMs) && (verdict.costMs ?? -1) >= 0, where).toBe(true);
      }
      // As each candidate's cost is rounded for people, so are those compared.
      const behind = ranked.filter((verdict) => verdict.nearEqual === false);
      const costs = behind.map((verdict) => verdict.costMs ?? Number.NaN);
      expect(costs, where).toEqual([...costs].sort((a, b) => a - b));
      const firstBehind = ranked.findIndex((verdict) => verdict.nearEqual === false);
      const equals = ranked.filter((verdict) => verdict.nearEqual).length;
      if (firstBehind >= 0) expect(firstBehind, where).toBe(equals);
    }
  });
});

describe("a ranking made with the caches full", () => {
  it("is the one of an empty cache, after more places than are kept", () => {
    const random = seeded(seed);
    const mirrors = randomMirrors(seeded(seed + 7));
    const roster = open(mirrors);
    const clients = Array.from({ length: 3_000 }, () => randomClient(random));
    const demand: Demand = {
      repository: "debian",
      scheme: "https",
      family: "ipv4",
      architecture: "amd64",
    };
    const first = clients.map((client) => names(roster, client, 6, demand).join());
    const again = clients.map((client) => names(roster, client, 6, demand).join());
    expect(again, `seed ${seed}`).toEqual(first);
  });
});

describe("a roster opened after another", () => {
  it("ranks as if it were the first, also where mirrors moved, came and went", () => {
    const random = seeded(seed + 11);
    let before = open(randomMirrors(seeded(seed + 12)));
    for (let round = 0; round < 20; round++) {
      const mirrors = before.mirrors
        .filter(() => random() < 0.95)
        .map(({ resource }): RosterMirror => {
          if (random() < 0.5) return resource;
          // One thing at a time: each of them alone moves a mirror.
          const { latitude = 40, longitude = 20, approximate: _, ...rest } = resource;
          return oneOf<RosterMirror>(random, [
            { ...rest, latitude: random() * 100 - 50, longitude },
            { ...rest, latitude, longitude: random() * 300 - 150 },
            { ...rest, latitude, longitude, country: oneOf(random, ["FR", "JP", "US"]) },
            { ...rest, latitude, longitude, approximate: true },
          ]);
        });
      const view = { version: round, mirrors };
      const next = new OpenRoster(view, before.model, before);
      const fresh = new OpenRoster(view, before.model);
      for (let asked = 0; asked < 60; asked++) {
        const client = randomClient(random);
        const demand = randomDemand(random, client);
        expect(names(next, client, undefined, demand), `round ${round}`).toEqual(
          names(fresh, client, undefined, demand),
        );
      }
      before = next;
    }
  });
});
