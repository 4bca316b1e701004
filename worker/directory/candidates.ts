/**
 * Candidates per place, computed once per roster, so that what a request costs does not grow with the
 * number of mirrors. A place seen for the first time costs one pass over the mirrors, without sorting them.
 */
import { isDeepStrictEqual } from "node:util";
import { mix, type Prefix, readPrefix } from "../geo/address.ts";
import type { Client, Place } from "../geo/client.ts";
import type { LatencyModel } from "../geo/latency.ts";
import {
  type Demand,
  demandExclusion,
  nearness,
  type OpenMirror,
  scopeExclusion,
} from "../mirrors/eligible.ts";
import type { RosterMirror, RosterView } from "../mirrors/roster.ts";
import { fnv } from "../runtime/text-hash.ts";
import { type PreparedPlace, placeCost, position, preparePlace, takesClients } from "./cost.ts";
import { type DemandOffers, openDemandOffers } from "./demand-offers.ts";
import { isSameNetwork, NetworkIndex } from "./networks.ts";
import {
  findInOrder,
  findPlaceCandidates,
  firstOf,
  isUntouched,
  type PlaceCandidates,
  priced,
} from "./place-candidates.ts";
import { isSamePlace, PlaceOrders } from "./place-order.ts";
import {
  byCost,
  type Candidate,
  candidatesPerPlace,
  isLetIn,
  type Offer,
  rank,
  type Top,
} from "./rank.ts";

/** Places kept for a demand; under 2 KB each, so 4 MB with two demands. The oldest half goes when it is full. */
export const maxPlaces = 1024;

/** A roster, opened for decisions. Immutable but for its caches; a new version is a new one. */
export class OpenRoster {
  readonly version: number;
  readonly mirrors: readonly OpenMirror[];
  readonly model: LatencyModel;
  readonly #networks: NetworkIndex;
  readonly #lanes = new Map<string, DemandOffers>();
  /** Of the roster before, where all that is in them still means the same. */
  readonly #lanesBefore: ReadonlyMap<string, DemandOffers>;
  /** Places of all rosters that follow one another: they don't depend on mirrors. */
  readonly #prepared: Map<string, PreparedPlace>;
  readonly #orders: PlaceOrders;
  readonly #token = {};

  /**
   * @param before the roster that this one follows. Nearly all mirrors are what they were: they are the same objects
   *   again, and so is all that was made of them, clients' rankings included
   */
  constructor(view: RosterView, model: LatencyModel, before?: OpenRoster) {
    this.version = view.version;
    this.model = model;
    const follows = before?.model === model ? before : undefined;
    const known = new Map(follows?.mirrors.map((open) => [open.mirror.name, open]));
    this.mirrors = [...view.mirrors]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((mirror, index) => openMirror(mirror, index, model, known.get(mirror.name)));
    this.#prepared = follows === undefined ? new Map() : follows.#prepared;
    const places = follows !== undefined && isAlike(isSamePlace, follows.mirrors, this.mirrors);
    const networks = follows !== undefined && isAlike(isSameNetwork, follows.mirrors, this.mirrors);
    this.#orders = places ? follows.#orders : new PlaceOrders();
    this.#networks = networks ? follows.#networks : new NetworkIndex(this.mirrors);
    this.#lanesBefore = places && networks ? follows.#lanes : new Map();
  }

  /** The candidates worth keeping for a client, in rank order; the first `most` of them where that is enough. */
  ranked(demand: Demand, client: Client, most?: number): Candidate[] {
    return rank(this.#sorted(demand, client), client, most);
  }

  /**
   * The first `most` of a client's ranking, which are few: what a redirect names.
   *
   * @param known what this gave before for the same demand and client, under this roster or another: the same again if
   *   it still holds
   */
  top(demand: Demand, client: Client, most: number, known?: Top): Top {
    if (known?.token === this.#token) return known;
    const lane = this.#lane(demand);
    const nearby = this.#nearby(lane, client.place, demand);
    if (known !== undefined && known.token === nearby.token) return known;
    const network = this.#networks.find(client);
    const near = ableOf(lane, network);
    // What becomes able among the client's own network's mirrors changes its ranking, however far from its place.
    const token = network.length === 0 ? nearby.token : this.#token;
    if (near.length === 0 && nearby.ramping.length === 0) {
      return { offers: firstOf(lane, nearby, client.networkHash, most), token };
    }
    const ranked = rank(this.#withJudged(lane, nearby, near, client), client, most);
    return { offers: ranked.map(({ offer }) => offer), token };
  }

  /** The cheapest candidates for a client, by cost. */
  #sorted(demand: Demand, client: Client): readonly Candidate[] {
    const lane = this.#lane(demand);
    const nearby = this.#nearby(lane, client.place, demand);
    const near = ableOf(lane, this.#networks.find(client));
    return near.length === 0 && nearby.ramping.length === 0
      ? commonCandidates(lane, nearby)
      : this.#withJudged(lane, nearby, near, client);
  }

  /** All candidates for a client in rank order, every mirror judged anew: for paths that the cheapest leave out. */
  rankedWhole(demand: Demand, client: Client): Candidate[] {
    const candidates: Candidate[] = [];
    for (const open of this.mirrors) {
      const judged = this.judge(open, demand, client);
      if (typeof judged !== "string") candidates.push(judged);
    }
    return rank(candidates.sort(byCost), client);
  }

  /** The mirror of that name hash; `undefined` where the roster has none. Looks at every mirror. */
  named(nameHash: number): RosterMirror | undefined {
    return this.mirrors.find((open) => open.nameHash === nameHash)?.mirror;
  }

  /** The candidate a mirror makes for a client, or why it makes none. The path's exclusions are the caller's to judge. */
  judge(open: OpenMirror, demand: Demand, client: Client): Candidate | string {
    const excluded = demandExclusion(open, demand) ?? scopeExclusion(open, client);
    if (excluded !== undefined) return excluded;
    const offer = this.#lane(demand).offers[open.index];
    if (offer === undefined) return "is not listed";
    return this.#candidate(offer, client);
  }

  #lane(demand: Demand): DemandOffers {
    const key = laneKey(demand);
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const lane = openDemandOffers(this.mirrors, demand, this.#lanesBefore.get(key));
    this.#lanes.set(key, lane);
    return lane;
  }

  #preparedPlace(place: Place): PreparedPlace {
    const known = this.#prepared.get(place.key);
    if (known !== undefined) return known;
    if (this.#prepared.size >= maxPlaces) this.#prepared.clear();
    const prepared = preparePlace(place, this.model);
    this.#prepared.set(place.key, prepared);
    return prepared;
  }

  #nearby(lane: DemandOffers, place: Place, demand: Demand): PlaceCandidates {
    const { places } = lane;
    const known = places.get(place.key);
    if (known !== undefined) return known;
    if (places.size >= maxPlaces) {
      // A Map iterates oldest first.
      for (const key of [...places.keys()].slice(0, maxPlaces / 2)) places.delete(key);
    }
    const from = this.#preparedPlace(place);
    const before = this.#lanesBefore.get(laneKey(demand))?.places.get(place.key);
    const nearby =
      before !== undefined && isUntouched(before, lane, from, this.model)
        ? before
        : this.#find(lane, from);
    places.set(place.key, nearby);
    return nearby;
  }

  #find(lane: DemandOffers, from: PreparedPlace): PlaceCandidates {
    const order = this.#orders.of(from, this.mirrors, this.model);
    return (
      findInOrder(lane, from, order, this.model) ??
      findPlaceCandidates(lane, from, this.mirrors, this.model)
    );
  }

  /**
   * The place's candidates, with those judged anew that depend on the client's network: near it, so cheaper or
   * in scope only now, or ramping. Costs about half a microsecond for each of them.
   */
  #withJudged(
    lane: DemandOffers,
    nearby: PlaceCandidates,
    near: readonly Offer[],
    client: Client,
  ): Candidate[] {
    const merged = commonCandidates(lane, nearby).filter(({ offer }) => !near.includes(offer));
    for (const offer of near) {
      if (scopeExclusion(offer.open, client) === undefined) {
        merged.push(this.#candidate(offer, client));
      }
    }
    // Where some of the cheapest aren't for this client after all, farther ones come in.
    const ramping = near.length === 0 ? nearby.ramping : lane.ramping;
    for (const offer of ramping) {
      if (near.includes(offer) || scopeExclusion(offer.open, client) !== undefined) continue;
      merged.push(this.#candidate(offer, client));
    }
    return merged.sort(byCost).slice(0, candidatesPerPlace);
  }

  #candidate(offer: Offer, client: Client): Candidate {
    const parts = placeCost(this.#preparedPlace(client.place), offer.open.positioned, this.model);
    const share = offer.carried.ramp;
    const waits =
      share !== undefined &&
      takesClients(offer.state) &&
      !isLetIn(client.networkHash, offer.open, share);
    return priced(offer, parts, nearness(offer.open, client), waits ? "degraded" : offer.state);
  }
}

function laneKey({ scheme, family, repository, architecture }: Demand): string {
  return `${scheme} ${family} ${repository} ${architecture}`;
}

/** Offers of those mirrors that can meet the demand. */
function ableOf({ offers }: DemandOffers, indices: readonly number[]): readonly Offer[] {
  if (indices.length === 0) return none;
  return indices.map((index) => offers[index]).filter((offer) => offer !== undefined);
}

const none: readonly Offer[] = [];

function commonCandidates(
  lane: DemandOffers,
  { index, rttMs, addedMs }: PlaceCandidates,
): Candidate[] {
  const candidates: Candidate[] = [];
  for (let rank = 0; rank < index.length; rank++) {
    const offer = lane.offers[index[rank] ?? 0];
    if (offer === undefined) continue;
    const parts = { rttMs: rttMs[rank] ?? 0, addedMs: addedMs[rank] ?? 0 };
    candidates.push(priced(offer, parts, "none"));
  }
  return candidates;
}

/** Whether both have the same mirrors in the same order, each pair alike. */
function isAlike(
  alike: (a: RosterMirror, b: RosterMirror) => boolean,
  before: readonly OpenMirror[],
  after: readonly OpenMirror[],
): boolean {
  return (
    before.length === after.length &&
    after.every((open, at) => {
      const was = before[at];
      if (was === open) return true;
      return was?.mirror.name === open.mirror.name && alike(was.mirror, open.mirror);
    })
  );
}

function openMirror(
  mirror: RosterMirror,
  index: number,
  model: LatencyModel,
  before: OpenMirror | undefined,
): OpenMirror {
  if (before?.index === index && isDeepStrictEqual(before.mirror, mirror)) return before;
  const moved = before === undefined || !isSamePlace(mirror, before.mirror);
  return {
    index,
    mirror,
    positioned: moved ? position(mirror, model) : before.positioned,
    nameHash: mix(fnv(mirror.name)),
    prefixes: readPrefixes(mirror.prefixes) ?? [],
    scopePrefixes: readPrefixes(mirror.scope?.prefixes),
    without: filesWithout(mirror),
  };
}

/** One for all mirrors that lack nothing, which are nearly all. */
const nothingLacking: ReadonlyMap<string, ReadonlySet<string>> = new Map();

function filesWithout({ carries }: RosterMirror): ReadonlyMap<string, ReadonlySet<string>> {
  const lacking = Object.entries(carries).flatMap(([repository, { without = [] }]) =>
    without.length === 0 ? [] : [[repository, new Set(without)] as const],
  );
  return lacking.length === 0 ? nothingLacking : new Map(lacking);
}

function readPrefixes(texts: readonly string[] | undefined): Prefix[] | undefined {
  return texts?.map(readPrefix).filter((prefix) => prefix !== undefined);
}
