import { expect, it } from "vitest";
import { oneOf, seeded } from "../../../scripts/random.ts";
import type { MirrorOffer, MirrorTop } from "../../../worker/mirrors/mirror-offer.ts";
import { OpenRoster } from "../../../worker/mirrors/open-roster.ts";

import type { RosterMirror } from "../../../worker/mirrors/roster.ts";
import {
  clientOf,
  names,
  open,
  plainDemand,
  plainMirror,
  randomClient,
  randomCorrection,
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
      () => ({ ...mirror, latency: randomCorrection(random) }),
      () => ({ ...mirror, loadMs: oneOf(random, [1, 5, 12]) }),
      () => withoutAdditions(mirror),
    ] as const)();
  });
}

function withoutAdditions({ latency: _, loadMs: __, ...plain }: RosterMirror): RosterMirror {
  return plain;
}

it("what a client was told before is told again only where ranking anew gives the same", {
  timeout: 120_000,
}, () => {
  let kept = 0;
  let other = 0;
  for (let round = 0; round < 200; round++) {
    const random = seeded(seed + round);
    const even = round % 2 === 0;
    let mirrors = [...randomMirrors(random), ...randomMirrors(random)].map((mirror, at) => ({
      ...mirror,
      name: `m${at}`,
      // Of one capacity: then whose turn it is, is told another way.
      ...(even && { capacity: 1000 }),
    }));
    let roster = open(mirrors);
    const clients = Array.from({ length: 20 }, () => {
      const client = randomClient(random);
      const known: { top?: MirrorTop } = {};
      return { client, demand: randomDemand(random, client), known };
    });
    for (let version = 1; version < 5; version++) {
      const anew = open(mirrors);
      for (const { client, demand, known } of clients) {
        // Some weren't there for a while: what they were told is of an older roster.
        if (random() < 0.2) continue;
        const before = known.top;
        const top = roster.top(demand, client, most, before);
        const where = `seed ${seed + round}, roster ${version}: ${client.address} at ${client.place.key}`;
        const ranked = anew.ranked(demand, client).slice(0, most);
        // With all that the roster says of each: what a mirror has is no part of its rank.
        expect(top.offers.map(told), where).toEqual(ranked.map(({ offer }) => told(offer)));
        if (before !== undefined) top === before ? kept++ : other++;
        known.top = top;
      }
      mirrors = changed(mirrors, random);
      roster = new OpenRoster({ version: version + 1, mirrors }, roster.model, roster);
    }
  }
  expect(kept).toBeGreaterThan(500);
  expect(other).toBeGreaterThan(500);
});

it("of a thousand mirrors of which three change, nearly all clients are told the same", () => {
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
  // As it is read from what Fleet publishes: other objects throughout.
  const read = structuredClone(next);
  const after = new OpenRoster({ version: 2, mirrors: read }, before.model, before);
  const kept = Array.from({ length: 500 }, () => {
    const placed = { latitude: random() * 120 - 50, longitude: random() * 360 - 180 };
    const client = clientOf("84.128.0.1", placed);
    const known = before.top(plainDemand, client, most);
    return after.top(plainDemand, client, most, known) === known;
  });
  expect(kept.filter(Boolean).length).toBeGreaterThan(400);
  expect(kept.filter((one) => !one).length).toBeGreaterThan(0);
});

it("of a thousand mirrors of which hundreds are measured anew, each place's order is what it would be anew", () => {
  const random = seeded(seed + 2);
  let mirrors: RosterMirror[] = Array.from({ length: 1000 }, (_, at) => {
    const placed = { latitude: 35 + random() * 25, longitude: random() * 30 };
    // So few that the cheapest that are up are all that is held of a place, or not even that.
    const state = at % 5 < 2 ? ("up" as const) : ("down" as const);
    return { ...plainMirror(`m${at}`), country: "DE", ...placed, state };
  });
  let roster = open(mirrors);
  const clients = Array.from({ length: 40 }, () =>
    clientOf("84.128.0.1", {
      country: "DE",
      latitude: 35 + random() * 25,
      longitude: random() * 30,
    }),
  );
  // From the fourth search of a place on its order is held.
  for (const client of clients) {
    for (const architecture of ["a", "b", "c", "d"]) {
      names(roster, client, most, { ...plainDemand, architecture });
    }
  }
  for (let version = 2; version < 12; version++) {
    for (const [at, client] of clients.entries()) {
      // Some places aren't asked from under each roster: several changes come at once there.
      if (at % version === 0) {
        const judged = roster.rankedWhole(plainDemand, client).slice(0, 48);
        expect(names(roster, client), `${version} at ${client.place.key}`).toEqual(
          judged.map(({ open: { resource } }) => resource.name),
        );
      }
    }
    const share = oneOf(random, [0.002, 0.02, 0.3]);
    mirrors = mirrors.map((mirror) =>
      random() < share
        ? { ...withoutAdditions(mirror), latency: randomCorrection(random) }
        : mirror,
    );
    roster = new OpenRoster({ version, mirrors }, roster.model, roster);
  }
});

it("a mirror of the client's own network is told once it is up, however far from its place", () => {
  const near = Array.from({ length: 60 }, (_, at) =>
    plainMirror(`m${at}`, { country: "DE", latitude: 50, longitude: 8 }),
  );
  const own = plainMirror("own", { country: "DE", latitude: 54, longitude: 10, asn: 64_500 });
  const client = clientOf("84.128.0.1", { country: "DE", asn: 64_500 });
  const down = open([...near, { ...own, state: "down" }]);
  const known = down.top(plainDemand, client, most);
  expect(known.offers.map(nameOf)).not.toContain("own");
  const up = new OpenRoster({ version: 2, mirrors: [...near, own] }, down.model, down);
  expect(nameOf(up.top(plainDemand, client, most, known).offers[0])).toBe("own");
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
        judged.map(({ open: { resource } }) => resource.name),
      );
    }
  }
});

it("nothing that was told holds where mirrors come or go", () => {
  const random = seeded(seed);
  const mirrors = Array.from({ length: 20 }, (_, at) => randomMirror(random, `m${at}`));
  const before = open(mirrors);
  const client = randomClient(random);
  const demand = randomDemand(random, client);
  const known = before.top(demand, client, 1);
  for (const next of [mirrors.slice(1), [...mirrors, randomMirror(random, "other")]]) {
    const after = new OpenRoster({ version: 2, mirrors: next }, before.model, before);
    const top = after.top(demand, client, 1, known);
    expect(top).not.toBe(known);
    expect(top.offers.map(told)).toEqual(open(next).top(demand, client, 1).offers.map(told));
  }
});

function nameOf(offer: MirrorOffer | undefined): string | undefined {
  return offer?.open.resource.name;
}

function told({
  open: { resource: mirror },
  carried,
  state,
}: {
  open: { resource: RosterMirror };
  carried: object;
  state: string;
}) {
  return { name: mirror.name, carried, state };
}
