/** Clients, places and demands, filled past their bounds; and the tables that others are made of. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { boundOf } from "../../../scripts/structure/table-rows.ts";
import { RankedClient } from "../../../worker/clients/clients.ts";
import { maxCandidates } from "../../../worker/directory/demand-table.ts";
import { latencyModel } from "../../../worker/geo/latency.ts";
import type { Demand } from "../../../worker/mirrors/eligible.ts";
import { OpenRoster } from "../../../worker/mirrors/open-roster.ts";
import { packRoster } from "../../../worker/mirrors/roster-codec.ts";
import { LastUsed } from "../../../worker/runtime/last-used.ts";
import { maxShared, SharedWork } from "../../../worker/runtime/shared-work.ts";
import { TextGenerations } from "../../../worker/runtime/text-generations.ts";
import { PastRosters } from "../../../worker/views/past-rosters.ts";
import { openRepositories } from "../../../worker/views/views.ts";
import { clients, debian, from, roster } from "../clients/asking.ts";
import { clientOf, open, plainDemand, plainMirror } from "../directory/rosters.ts";
import { entriesHeld } from "./held-entries.ts";

const worker = join(import.meta.dirname, "../../../worker");
const room = boundOf(worker, "clients/clients.ts generationBytes");
const rankingBytes = boundOf(worker, "clients/clients.ts rankingBytes");
const clientBytes = boundOf(worker, "clients/clients.ts clientBytes");
const maxRankings = boundOf(worker, "clients/clients.ts maxRankings");
const address = (at: number) => `77.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`;

/** Enough repositories that a client could have a ranking of each. */
const repositories = openRepositories(
  Array.from({ length: 60 }, (_, at) => ({ ...debian, name: `debian${at}` })),
).byName;
const repository = (at: number) => {
  const found = repositories.get(`debian${at}`);
  if (found === undefined) throw new Error("it isn't there");
  return found;
};

describe("clients", () => {
  it("are held, and their rankings with them, as many as have room together", () => {
    const known = clients({});
    const asked: RankedClient[] = [];
    const withNine = clientBytes + 9 * rankingBytes;
    const many = Math.ceil((2.5 * room) / withNine);
    for (let at = 0; at < many; at++) {
      const client = known.of(from(address(at)));
      for (let one = 0; one < 9; one++) client.top(roster, repository(one), "http", "");
      asked.push(client);
    }
    // Of each client its nine rankings are counted here; those of the last client may go over.
    const rankings = [entriesHeld(known, "#young"), entriesHeld(known, "#old")];
    expect(Math.max(...rankings)).toBeLessThanOrEqual((9 * room) / withNine + 9);
    expect(rankings[1]).toBeGreaterThan((8 * room) / withNine);
    // Who comes back brings its rankings with it.
    const last = asked.at(-1);
    expect(known.of(from(address(many - 1)))).toBe(last);
  });

  it("one that asks every repository has so many rankings at most, and right ones", () => {
    const client = clients({}).of(from("8.8.8.8"));
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < 60; at++) {
        const top = client.top(roster, repository(at), "https", "amd64");
        const fresh = new RankedClient(client.client).top(roster, repository(at), "https", "amd64");
        expect(top).toEqual(fresh);
      }
    }
    expect(client.rankings).toBe(maxRankings);
    expect(entriesHeld(client, "#ranked")).toBe(maxRankings);
  });
});

describe("a roster", () => {
  const mirrors = Array.from({ length: 40 }, (_, at) => plainMirror(`m${at}`));
  const place = (at: number) =>
    clientOf("8.8.8.8", {
      country: "DE",
      latitude: (at % 120) - 60,
      longitude: Math.floor(at / 120) - 90,
    });
  const demands: Demand[] = [
    plainDemand,
    { ...plainDemand, scheme: "https" },
    { ...plainDemand, architecture: "amd64" },
    { ...plainDemand, architecture: "arm64" },
  ];
  /** Of all demands together. */
  const placesHeld = (of: OpenRoster) => entriesHeld(of, "#offers", ["made", "places"]);

  it("has candidates of so many places, those of all demands together, and tells the same", () => {
    const opened = open(mirrors);
    const first = opened.top(plainDemand, place(1), 6).offers;
    for (let at = 0; at < maxCandidates; at++) {
      for (const demand of demands) opened.top(demand, place(at), 6);
      if (at % 100 === 0) expect(placesHeld(opened)).toBeLessThanOrEqual(maxCandidates);
    }
    expect(placesHeld(opened)).toBeLessThanOrEqual(maxCandidates);
    expect(placesHeld(opened)).toBeGreaterThan(maxCandidates / 4);
    expect(opened.top(plainDemand, place(1), 6).offers).toEqual(first);
  });

  it("goes on within them under the next roster, also with what it takes over", () => {
    let opened = open(mirrors);
    let next = mirrors;
    for (let version = 2; version < 6; version++) {
      // In one of two nothing is another: its offers are the ones before, with their places.
      const changed = version % 2 === 0 ? version : -1;
      next = next.map((one, at) => (at === changed ? { ...one, capacity: 5 } : one));
      opened = new OpenRoster({ version, mirrors: next }, latencyModel, opened);
      for (let at = 0; at < maxCandidates; at++) {
        for (const demand of demands) opened.top(demand, place(at + version * maxCandidates), 6);
        if (at % 100 === 99) expect(placesHeld(opened)).toBeLessThanOrEqual(maxCandidates);
      }
    }
  });

  it("of the past holds nothing that was made for clients under the roster of now", async () => {
    const current = open(mirrors);
    for (let at = 0; at < 100; at++) current.top(plainDemand, place(at), 6);
    const then = { version: 1, from: 1, until: 2, oldest: 0, coarse: null };
    const roster = JSON.stringify(packRoster({ version: 1, mirrors }));
    const past = new PastRosters(async () => ({ ...then, roster }));
    const background = { waitUntil: (one: Promise<unknown>) => void one.catch(() => undefined) };
    const found = await past.at(1, 5, { current, background });
    if (found === "busy" || !("roster" in found)) throw new Error("there is no such roster");
    found.roster.top(plainDemand, place(1), 6);
    expect(entriesHeld(found.roster, "#offersBefore", ["made", "places"])).toBe(0);
    expect(placesHeld(found.roster)).toBe(1);
  });

  it("has places and orders, so many", () => {
    const opened = open(mirrors);
    for (let at = 0; at < 2500; at++) opened.top(plainDemand, place(at), 6);
    const mostPlaces = boundOf(worker, "directory/directory.ts maxPlaces");
    expect(entriesHeld(opened, "#prepared")).toBeLessThanOrEqual(mostPlaces);
    const mostOrders = boundOf(worker, "directory/place-order.ts maxOrders");
    expect(entriesHeld(opened, "#orders")).toBeLessThanOrEqual(mostOrders);
  });

  it("has offers for so many demands, by what they take, and makes them again", () => {
    const opened = open(mirrors);
    const room = boundOf(worker, "directory/demand-table.ts heldOfferBytes");
    const each = 40 * (boundOf(worker, "directory/demand-table.ts offerBytes") + 9);
    const named = (at: number) => ({ ...plainDemand, architecture: `a${at}` });
    const client = place(0);
    const first = opened.top(named(0), client, 6).offers;
    for (let at = 0; at < room / each + 100; at++) opened.top(named(at), client, 6);
    // Each has the candidates of one place.
    expect(placesHeld(opened)).toBeLessThanOrEqual(room / each);
    expect(opened.top(named(0), client, 6).offers).toEqual(first);
  });

  it("that stands alone holds nothing of the one before", () => {
    const before = open(mirrors);
    for (let at = 0; at < 100; at++) before.top(plainDemand, place(at), 6);
    const past = new OpenRoster({ version: 2, mirrors }, latencyModel, before);
    expect(past.standAlone()).toBe(past);
    const told = past.top(plainDemand, place(1), 6).offers.map(({ base }) => base);
    expect(placesHeld(past)).toBe(1);
    expect(told).toEqual(before.top(plainDemand, place(1), 6).offers.map(({ base }) => base));
  });
});

describe("what tables are made of", () => {
  it("holds what is under way, and names what was broken off only until others come", async () => {
    const work = new SharedWork<number>(10);
    const background = { waitUntil: (one: Promise<unknown>) => void one.catch(() => undefined) };
    // As a platform does that ends a request: nobody waits for its end any more.
    const never = () => new Promise<number>(() => undefined);
    for (let at = 0; at < 3 * maxShared; at++) {
      work.run(`broken ${at}`, never, background).catch(() => undefined);
    }
    expect(entriesHeld(work, "#running")).toBeLessThanOrEqual(maxShared);
    expect(work.isRunning("broken 0")).toBe(false);
    expect(work.isRunning(`broken ${3 * maxShared - 1}`)).toBe(true);
    expect(await work.run("broken 0", async () => 7, background)).toBe(7);
  });

  it("the last used by number and by size", () => {
    const byNumber = new LastUsed<number>(50);
    for (let at = 0; at < 500; at++) byNumber.set(`${at}`, at);
    expect(entriesHeld(byNumber, "#held")).toBe(50);
    expect([byNumber.get("449"), byNumber.get("450")]).toEqual([undefined, 450]);
    const bySize = new LastUsed<number>(1000);
    for (let at = 0; at < 500; at++) bySize.set(`${at}`, at, 90);
    expect(entriesHeld(bySize, "#held")).toBe(11);
  });

  it("two generations of texts, whatever their groups", () => {
    const said = new TextGenerations<number>(100);
    for (let at = 0; at < 5000; at++) said.use(`group${at % 9}`, `text${at}`, () => at);
    expect(entriesHeld(said, "#young") + entriesHeld(said, "#old")).toBeLessThanOrEqual(200);
  });
});
