/** A packed roster decides as the same roster does, and unpacks what it needs for that. */
import { expect, it } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import { latencyModel } from "../../../worker/geo/latency.ts";
import { OpenRoster } from "../../../worker/mirrors/open-roster.ts";
import { type IndexedRoster, indexedRoster } from "../../../worker/mirrors/packed-mirrors.ts";
import type { RosterMirror } from "../../../worker/mirrors/roster.ts";
import {
  clientOf,
  names,
  open,
  plainDemand,
  plainMirror,
  randomClient,
  randomDemand,
  randomMirrors,
} from "../directory/rosters.ts";

const seed = 5_117;

/** As the bundle has it. */
function packed(mirrors: readonly RosterMirror[], version = 1): IndexedRoster {
  return JSON.parse(JSON.stringify(indexedRoster({ version, mirrors: [...mirrors] })));
}

function shuffled(mirrors: readonly RosterMirror[], random: () => number): RosterMirror[] {
  return mirrors
    .map((mirror) => ({ mirror, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ mirror }) => mirror);
}

it("ranks as the same roster does that isn't packed, also under one that follows it", () => {
  let told = 0;
  for (let round = 0; round < 150; round++) {
    const random = seeded(seed + round);
    const mirrors = shuffled(randomMirrors(random), random);
    const plain = open(mirrors);
    const asked = new OpenRoster(packed(mirrors), latencyModel);
    for (let at = 0; at < 12; at++) {
      const client = randomClient(random);
      const demand = randomDemand(random, client);
      const expected = names(plain, client, undefined, demand);
      told += expected.length;
      expect(names(asked, client, undefined, demand)).toEqual(expected);
      const top = asked.top(demand, client, 4).offers.map(({ open: one }) => one.resource.name);
      expect(top).toEqual(
        plain.top(demand, client, 4).offers.map(({ open: one }) => one.resource.name),
      );
    }
    expect(asked.mirrors.map(({ resource }) => resource.name)).toEqual(
      plain.mirrors.map(({ resource }) => resource.name),
    );
    const next = new OpenRoster({ version: 2, mirrors }, latencyModel, asked);
    const client = randomClient(random);
    const demand = randomDemand(random, client);
    expect(names(next, client, undefined, demand)).toEqual(names(plain, client, undefined, demand));
  }
  expect(told).toBeGreaterThan(2000);
});

it("mirrors that carry something else are left packed until somebody asks for all", () => {
  const mirrors = [
    plainMirror("a.example", { country: "DE" }),
    plainMirror("b.example", { carries: { other: { http: "http://b.example/other/" } } }),
  ];
  const roster = packed(mirrors);
  const [, other] = roster.packed.mirrors;
  if (other === undefined) throw new Error("there is no second mirror");
  // What nobody could unpack.
  other[3] = [[7, 7, "---"]];
  const asked = new OpenRoster(roster, latencyModel);
  const client = clientOf("84.128.0.1", { country: "DE" });
  expect(names(asked, client, undefined, plainDemand)).toEqual(["a.example"]);
  expect(() => asked.mirrors).toThrow("roster.mirrors[1]");
});

it("a mirror that follows a packed one is the same object still where nothing changed", () => {
  const mirrors = ["a", "b", "c"].map((name) => plainMirror(name, { country: "DE" }));
  const first = new OpenRoster(packed(mirrors), latencyModel);
  const changed = mirrors.map((one) => (one.name === "b" ? { ...one, capacity: 7 } : one));
  const second = new OpenRoster({ version: 2, mirrors: changed }, latencyModel, first);
  expect(second.mirrors.map((one, at) => one === first.mirrors[at])).toEqual([true, false, true]);
});
