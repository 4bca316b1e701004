/** What a generation proves, and how much of the mirrors has one. */
import { describe, expect, it } from "vitest";
import { capacityWith } from "../../../worker/mirrors/capacity.ts";
import { explain } from "../../../worker/mirrors/explain.ts";
import { provenByGeneration } from "../../../worker/mirrors/proof.ts";
import type { Carried, RosterMirror } from "../../../worker/mirrors/roster.ts";
import { clientOf, names, open, plainDemand, plainMirror } from "../directory/rosters.ts";

describe("a file is proven by a mirror's generation", () => {
  it.each<[string, Carried, { first: number; last?: number }, boolean]>([
    ["listed before it", { generation: 7 }, { first: 3 }, true],
    ["listed first in it", { generation: 7 }, { first: 7 }, true],
    ["listed after it", { generation: 7 }, { first: 8 }, false],
    ["listed last in it", { generation: 7 }, { first: 3, last: 7 }, false],
    ["listed last after it", { generation: 7 }, { first: 3, last: 9 }, false],
    ["no longer listed in it", { generation: 7 }, { first: 3, last: 6 }, false],
    ["at a mirror that is ahead of what is served", { generation: 10 }, { first: 3 }, false],
    ["at a mirror of unknown generation", {}, { first: 1 }, false],
    ["at a patchy mirror", { generation: 7, patchy: true }, { first: 3 }, false],
    ["at a mirror that is lagging", { generation: 7, freshness: "lagging" }, { first: 3 }, true],
  ])("%s: %j, %j", (_, carried, file, expected) => {
    expect(provenByGeneration(carried, file, 9)).toBe(expected);
  });
});

/** A mirror whose copy of `debian` is as told. */
function carrying(name: string, more: Partial<Carried>, site: Partial<RosterMirror> = {}) {
  const { carries, ...plain } = plainMirror(name, site);
  return { ...plain, carries: { debian: { ...carries.debian, ...more } } };
}

describe("the share of the capacity that has a snapshot", () => {
  const has = (name: string, generation?: number, site: Partial<RosterMirror> = {}) =>
    carrying(name, generation === undefined ? {} : { generation }, { capacity: 100, ...site });

  it.each<[string, RosterMirror[], number]>([
    ["no mirrors", [], 0],
    ["one of four that are equal", [has("a", 7), has("b", 6), has("c", 6), has("d")], 0.25],
    ["those that are ahead as well", [has("a", 8), has("b", 6)], 0.5],
    ["by capacity", [has("a", 7, { capacity: 900 }), has("b", 6)], 0.9],
    ["one that is down isn't asked", [has("a", 7), has("b", 6, { state: "down" })], 1],
    ["nor is one that is drained", [has("a", 7, { state: "drained" }), has("b", 6)], 0],
    ["nor is a private one", [has("a", 7), has("b", 6, { private: true })], 1],
    ["a degraded one is", [has("a", 7), has("b", 6, { state: "degraded" })], 0.5],
    ["one that lacks several has it not", [carrying("a", { generation: 7, patchy: true })], 0],
    [
      "one that is up over one scheme is asked",
      [has("a", 7), carrying("b", { states: { https: "down", http: "up" } }, { capacity: 300 })],
      0.25,
    ],
    [
      "one that is down over its only schemes isn't",
      [has("a", 7), carrying("b", { states: { https: "down", http: "down" } })],
      1,
    ],
  ])("%s", (_, mirrors, share) => {
    expect(capacityWith(mirrors, "debian", 7)).toBeCloseTo(share, 10);
  });

  it("is of the mirrors of that repository", () => {
    expect(capacityWith([has("a", 7)], "ubuntu", 7)).toBe(0);
  });
});

describe("a mirror that is behind", () => {
  const frankfurt = { country: "DE", latitude: 50.1, longitude: 8.7 };
  const client = clientOf("77.0.0.1", frankfurt);
  const prague = { country: "CZ", latitude: 50.1, longitude: 14.4 };

  it("costs what it costs when it isn't, and keeps its place", () => {
    const rosters = (["fresh", "lagging"] as const).map((freshness) =>
      open([carrying("near", { freshness }, frankfurt), carrying("far", {}, prague)]),
    );
    const ranked = rosters.map((roster) => names(roster, client));
    expect(ranked).toEqual([
      ["near", "far"],
      ["near", "far"],
    ]);
    const costs = rosters.map((roster) => roster.ranked(plainDemand, client)[0]?.costMs);
    expect(costs[0]).toBe(costs[1]);
  });

  it("is explained with what is known of its copy", () => {
    const mirrors = [
      carrying("behind", { freshness: "lagging", generation: 6 }),
      carrying("current", { freshness: "fresh", generation: 7 }),
      carrying("patchy", { patchy: true }),
      carrying("stale", { freshness: "stale", generation: 2 }),
      carrying("unseen", {}),
    ];
    const told = explain(open(mirrors), plainDemand, client, {
      decoded: "pool/x",
      path: "pool/x",
    }).mirrors;
    const copies = told.map(({ mirror, generation, freshness, patchy, excluded }) =>
      JSON.stringify({ mirror, generation, freshness, patchy, excluded }),
    );
    expect(copies.sort()).toEqual([
      '{"mirror":"behind","generation":6,"freshness":"lagging"}',
      '{"mirror":"current","generation":7}',
      '{"mirror":"patchy","patchy":true}',
      '{"mirror":"stale","generation":2,"freshness":"stale","excluded":"is stale"}',
      '{"mirror":"unseen"}',
    ]);
  });
});
