import { describe, expect, it } from "vitest";
import type { State } from "../../../worker/directory/resource.ts";
import type { Scheme } from "../../../worker/geo/scheme.ts";
import { type Demand, stateFor } from "../../../worker/mirrors/eligible.ts";
import { explain } from "../../../worker/mirrors/explain.ts";
import type { Carried, RosterMirror } from "../../../worker/mirrors/roster.ts";
import {
  addresses,
  clientOf,
  names,
  open,
  plainDemand,
  plainMirror,
} from "../directory/rosters.ts";

const frankfurt = { country: "DE", latitude: 50.1, longitude: 8.7 };
const prague = { country: "CZ", latitude: 50.1, longitude: 14.4 };
const client = clientOf("77.0.0.1", frankfurt);
const path = "pool/x.deb";

/** A plain mirror in Frankfurt whose copy of `debian` is as told. */
function carrying(name: string, more: Partial<Carried>, site: Partial<RosterMirror> = {}) {
  const { carries, ...plain } = plainMirror(name, { ...frankfurt, ...site });
  return { ...plain, carries: { debian: { ...carries.debian, ...more } } };
}

function verdicts(mirrors: RosterMirror[], asking = client, demand: Demand = plainDemand) {
  const told = explain(open(mirrors), demand, asking, { decoded: path, path }).mirrors;
  return Object.fromEntries(told.map((verdict) => [verdict.mirror, verdict]));
}

describe("a mirror's state for a scheme", () => {
  // What is said of the site, the repository, its https, its http; then what holds for https and for http.
  it.each<[State, State | undefined, State | undefined, State | undefined, State, State]>([
    ["up", undefined, undefined, undefined, "up", "up"],
    ["down", undefined, undefined, undefined, "down", "down"],
    ["down", "up", undefined, undefined, "up", "up"],
    ["up", "degraded", undefined, undefined, "degraded", "degraded"],
    ["up", "degraded", "down", undefined, "down", "degraded"],
    ["unknown", undefined, "down", "up", "down", "up"],
    ["down", "down", "up", undefined, "up", "down"],
    ["up", "drained", "up", "down", "drained", "drained"],
    ["up", "disabled", "up", "up", "disabled", "disabled"],
    ["drained", "up", "up", "down", "drained", "drained"],
    ["disabled", "drained", "up", undefined, "disabled", "disabled"],
    ["drained", "disabled", undefined, "up", "drained", "drained"],
  ])("site %s, repository %s, https %s, http %s: %s, %s", (site, state, ...rest) => {
    const [https, http, ...expected] = rest;
    const carried: Carried = {
      ...(state && { state }),
      states: { ...(https && { https }), ...(http && { http }) },
    };
    const mirror = plainMirror("m", { state: site });
    expect((["https", "http"] as const).map((scheme) => stateFor(mirror, carried, scheme))).toEqual(
      expected,
    );
  });

  it("takes it out of the ranking for that scheme alone", () => {
    const roster = open([carrying("half", { states: { https: "down", http: "up" } })]);
    const ranked = (scheme: Scheme) => names(roster, client, undefined, { ...plainDemand, scheme });
    expect([ranked("https"), ranked("http")]).toEqual([[], ["half"]]);
  });
});

describe("a drained mirror", () => {
  it("is behind all others, wherever the client is, and in any lane", () => {
    const drained = carrying("drained", {}, { state: "drained", prefixes: ["77.0.0.0/16"] });
    const far = plainMirror("far", { state: "degraded", private: true, asn: 7 });
    const asking = clientOf("77.0.0.1", { ...frankfurt, asn: 7 });
    expect(names(open([drained, far]), asking)).toEqual(["far", "drained"]);
    const told = verdicts([drained, far], asking);
    expect(told.drained).toMatchObject({ rank: 2, state: "drained", duplicateOnly: true });
    expect(told.far).not.toHaveProperty("duplicateOnly");
  });

  it("gives way to everybody in a crowd", () => {
    const crowd = Array.from({ length: 60 }, (_, at) => plainMirror(`m${at}`, prague));
    const roster = open([carrying("drained", { state: "drained" }), ...crowd]);
    expect(names(roster, client)).not.toContain("drained");
  });
});

describe("what is left out, and why", () => {
  it.each<[string, Partial<Carried>, Partial<RosterMirror>, string | undefined]>([
    ["fresh", { freshness: "fresh" }, {}, undefined],
    ["of unknown age", {}, {}, undefined],
    // Which files these have is proven for each, after the ranking.
    ["lagging", { freshness: "lagging" }, {}, undefined],
    ["patchy", { patchy: true }, {}, undefined],
    ["corrupt", { corrupt: true }, {}, "did not give several files rightly"],
    ["stale", { freshness: "stale" }, {}, "is stale"],
    ["stale and drained", { freshness: "stale" }, { state: "drained" }, "is stale"],
    ["down", { states: { https: "down" } }, {}, "is down"],
    ["disabled", { states: { https: "up" } }, { state: "disabled" }, "is disabled"],
    ["without the file", { without: [path] }, {}, "was found not to have this file rightly"],
    ["without another file", { without: [`${path}.xz`, "pool/x"] }, {}, undefined],
    ["excluding the folder", { exclude: ["pool/"] }, {}, "leaves this path out"],
  ])("a mirror that is %s", (_, carried, site, why) => {
    const { mirror } = verdicts([carrying("mirror", carried, site)]);
    expect(mirror?.excluded).toBe(why);
    expect(mirror?.rank).toBe(why === undefined ? 1 : undefined);
  });

  it("by a file that was found wrong is the mirror for that repository only", () => {
    const both = carrying("both", { without: [path] });
    const { debian } = both.carries;
    const mirror = { ...both, carries: { debian, other: { https: "https://both.example/o/" } } };
    const told = verdicts([mirror], client, { ...plainDemand, repository: "other" });
    expect(told.both?.rank).toBe(1);
  });
});

describe("a mirror that came back", () => {
  const asking = addresses(10_000).map((address) => clientOf(address, frankfurt));

  /** Networks that are first sent to `back`, of mirrors that are equal but for the ramp. */
  function sentBack(ramp: number | undefined, others: number): Set<number> {
    const rest = Array.from({ length: others }, (_, at) => plainMirror(`m${at}`, frankfurt));
    const roster = open([carrying("back", ramp === undefined ? {} : { ramp }), ...rest]);
    const sent = asking.flatMap((one, at) => (names(roster, one, 1)[0] === "back" ? [at] : []));
    return new Set(sent);
  }

  it("has its share of all networks let in, and nobody out again as the share grows", () => {
    const roster = (ramp: number) => open([carrying("back", { ramp })]);
    let before = new Set<string>();
    for (const share of [0, 0.1, 0.25, 0.5, 1]) {
      const opened = roster(share);
      const inNow = asking.filter(
        (one) => (opened.ranked(plainDemand, one)[0]?.costMs ?? 1_000) < 80,
      );
      const known = new Set(inNow.map(({ address }) => address));
      expect(Math.abs(known.size / asking.length - share), `share ${share}`).toBeLessThan(0.015);
      expect([...before].filter((address) => !known.has(address))).toEqual([]);
      before = known;
    }
  });

  it("gets that share of what it would have among equals, from those who'd be its clients anyway", () => {
    const all = sentBack(undefined, 4);
    for (const share of [0.1, 0.25, 0.5]) {
      const some = sentBack(share, 4);
      expect([...some].filter((at) => !all.has(at))).toEqual([]);
      // 2,000 of the networks are its own; 3.3 points are three standard deviations of a half of them.
      expect(Math.abs(some.size / all.size - share), `share ${share}`).toBeLessThan(0.034);
    }
    expect(sentBack(1, 4)).toEqual(all);
    expect(sentBack(0, 4).size).toBe(0);
  });

  it("serves those it doesn't let in where it is alone, as a degraded one would", () => {
    expect(names(open([carrying("back", { ramp: 0 })]), client)).toEqual(["back"]);
    const beside = [carrying("back", { ramp: 0 }), plainMirror("next", prague)];
    expect(names(open(beside), client)).toEqual(["next", "back"]);
    expect(verdicts(beside).back).toMatchObject({ state: "up", ramp: 0, letIn: false });
    expect(verdicts([carrying("back", { ramp: 1 })]).back).toMatchObject({ ramp: 1, letIn: true });
    expect(verdicts(beside).next).not.toHaveProperty("ramp");
  });

  it("is no less drained, degraded or out of scope for it", () => {
    const japan = { scope: { countries: ["JP"] } };
    expect(names(open([carrying("back", { ramp: 0.5 }, japan)]), client)).toEqual([]);
    const drained = carrying("back", { ramp: 0 }, { state: "drained" });
    expect(names(open([drained, plainMirror("far")]), client)).toEqual(["far", "back"]);
    const costs = [0, 1].map((ramp) => {
      const roster = open([carrying("back", { ramp, state: "degraded" })]);
      return roster.ranked(plainDemand, client)[0]?.costMs;
    });
    expect(costs[0]).toBe(costs[1]);
  });
});
