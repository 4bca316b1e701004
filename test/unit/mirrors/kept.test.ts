import { expect, it } from "vitest";
import { oneOf, seeded } from "../../../scripts/random.ts";
import { OpenRoster } from "../../../worker/mirrors/candidates.ts";
import type { RosterMirror } from "../../../worker/mirrors/roster.ts";
import {
  clientOf,
  names,
  open,
  plainDemand,
  plainMirror,
  randomClient,
  randomDemand,
  randomMirror,
  randomMirrors,
} from "./rosters.ts";

const seed = 8_231;
/** As many as a redirect names. */
const most = 6;

/** A few mirrors otherwise than they were: in what rank looks at, wholly, or only in what files they have. */
function changed(mirrors: readonly RosterMirror[], random: () => number): RosterMirror[] {
  const share = oneOf(random, [0.01, 0.05, 0.3]);
  return mirrors.map((mirror) => {
    if (random() >= share) return mirror;
    const { debian } = mirror.carries;
    return oneOf(random, [
      () => ({ ...mirror, state: oneOf(random, ["up", "down", "degraded", "drained"] as const) }),
      () => ({ ...mirror, capacity: mirror.capacity * 3 }),
      () => (debian ? { ...mirror, carries: { debian: { ...debian, generation: 8 } } } : mirror),
      () => (debian ? { ...mirror, carries: { debian: { ...debian, ramp: 0.5 } } } : mirror),
      () =>
        debian ? { ...mirror, carries: { debian: { ...debian, corrupt: true as const } } } : mirror,
      () => randomMirror(random, mirror.name),
    ] as const)();
  });
}

it("a client's top is kept under a new roster only where it is what ranking anew gives", () => {
  let kept = 0;
  let other = 0;
  for (let round = 0; round < 200; round++) {
    const random = seeded(seed + round);
    const before = open([...randomMirrors(random), ...randomMirrors(random)].map(numbered));
    const mirrors = changed(
      before.mirrors.map(({ mirror }) => mirror),
      random,
    );
    const after = new OpenRoster({ version: 2, mirrors }, before.model, before);
    const anew = open(mirrors);
    for (let asked = 0; asked < 20; asked++) {
      const client = randomClient(random);
      const demand = randomDemand(random, client);
      const top = after.kept(demand, client, before.top(demand, client, most));
      const right = anew.top(demand, client, most);
      if (top === undefined) {
        other++;
        continue;
      }
      kept++;
      const where = `seed ${seed + round}, client ${asked}: ${client.address} at ${client.place.key}`;
      expect([top.reachMs, top.bestMs, top.entryScore], where).toEqual([
        right.reachMs,
        right.bestMs,
        right.entryScore,
      ]);
      // With all that the new roster says of each: what a mirror has is no part of its rank.
      expect(top.offers.map(told), where).toEqual(right.offers.map(told));
    }
  }
  expect(kept).toBeGreaterThan(500);
  expect(other).toBeGreaterThan(500);
});

it("of a thousand mirrors of which three change, nearly all clients keep theirs", () => {
  const random = seeded(seed);
  const mirrors = Array.from({ length: 1000 }, (_, at) => ({
    name: `m${at}`,
    capacity: 1000,
    state: "up" as const,
    latitude: random() * 120 - 50,
    longitude: random() * 360 - 180,
    carries: { debian: { https: `https://m${at}.example/`, http: `http://m${at}.example/` } },
  }));
  const before = open(mirrors);
  const next = mirrors.map((mirror, at) =>
    at % 400 === 7 ? { ...mirror, state: "down" as const } : mirror,
  );
  const after = new OpenRoster({ version: 2, mirrors: next }, before.model, before);
  const kept = Array.from({ length: 500 }, () => {
    const client = randomClient(random);
    const demand = randomDemand(random, client);
    return after.kept(demand, client, before.top(demand, client, most)) !== undefined;
  });
  expect(kept.filter(Boolean).length).toBeGreaterThan(450);
});

it("of a thousand mirrors the cheapest for a place are found, few or many of them being up", () => {
  const random = seeded(seed + 1);
  const mirrors = Array.from({ length: 1000 }, (_, at) => {
    const placed = { latitude: random() * 120 - 50, longitude: random() * 360 - 180 };
    return { ...plainMirror(`m${at}`), country: oneOf(random, ["DE", "US", "JP"]), ...placed };
  });
  let roster = open(mirrors);
  for (const share of [1, 0.5, 0.1, 0.02]) {
    const state = () =>
      oneOf(random, random() < share ? (["up"] as const) : (["down", "degraded"] as const));
    const next = mirrors.map((mirror) => ({ ...mirror, state: state() }));
    roster = new OpenRoster({ version: 2, mirrors: next }, roster.model, roster);
    for (let asked = 0; asked < 50; asked++) {
      const client = randomClient(random);
      const demand = { ...randomDemand(random, client), architecture: "" };
      const judged = roster.rankedWhole(demand, client).slice(0, most);
      expect(names(roster, client, most, demand), `${share} at ${client.place.key}`).toEqual(
        judged.map(({ open: { mirror } }) => mirror.name),
      );
    }
  }
});

it("nothing is kept where the cheapest falls, though it was too small to be chosen", () => {
  const placed = { country: "DE", latitude: 50, longitude: 8 };
  const others = Array.from({ length: 12 }, (_, at) =>
    plainMirror(`m${at}`, { ...placed, latitude: 51, capacity: 10_000 }),
  );
  const best = plainMirror("best", { ...placed, capacity: 0.001 });
  const far = plainMirror("far", { country: "JP", latitude: 35, longitude: 139 });
  const before = open([...others, best, far]);
  const client = clientOf("84.128.0.1", placed);
  const top = before.top(plainDemand, client, most);
  const chosen = top.offers.map(({ open: { mirror } }) => mirror.name);
  expect(chosen).not.toContain("best");
  const without = (name: string) => {
    const mirrors = before.mirrors.map(({ mirror }) =>
      mirror.name === name ? { ...mirror, state: "down" as const } : mirror,
    );
    return new OpenRoster({ version: 2, mirrors }, before.model, before);
  };
  expect(without("best").kept(plainDemand, client, top)).toBeUndefined();
  expect(without(chosen[0] ?? "").kept(plainDemand, client, top)).toBeUndefined();
  const unchosen = others.find(({ name }) => !chosen.includes(name))?.name ?? "";
  for (const name of ["far", unchosen]) {
    const kept = without(name).kept(plainDemand, client, top);
    expect(kept?.offers.map(({ open: { mirror } }) => mirror.name)).toEqual(chosen);
  }
});

it("nothing is kept where mirrors mirrors come or go", () => {
  const random = seeded(seed);
  const mirrors = Array.from({ length: 20 }, (_, at) => randomMirror(random, `m${at}`));
  const before = open(mirrors);
  const client = randomClient(random);
  const demand = randomDemand(random, client);
  const top = before.top(demand, client, 1);
  for (const next of [mirrors.slice(1), [...mirrors, randomMirror(random, "other")]]) {
    const after = new OpenRoster({ version: 2, mirrors: next }, before.model, before);
    expect(after.kept(demand, client, top)).toBeUndefined();
  }
});

function numbered(mirror: RosterMirror, at: number): RosterMirror {
  return { ...mirror, name: `m${at}` };
}

function told({
  open: { mirror },
  carried,
  state,
}: {
  open: { mirror: RosterMirror };
  carried: object;
  state: string;
}) {
  return { name: mirror.name, carried, state };
}
