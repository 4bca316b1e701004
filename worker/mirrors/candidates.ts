/**
 * Candidates per place, computed once per roster, so that what a request costs does not grow with the
 * number of mirrors. A place seen for the first time costs one pass over the mirrors, without sorting them.
 */
import { mix, type Prefix, readPrefix } from "../geo/address.ts";
import type { Client, Place } from "../geo/client.ts";
import type { LatencyModel } from "../geo/latency.ts";
import { fnv } from "../text-hash.ts";
import { areSamePlaces, isSamePlace, RosterChanges } from "./changes.ts";
import { type PreparedPlace, placeCost, position, preparePlace, takesClients } from "./cost.ts";
import {
  type Demand,
  demandExclusion,
  forNetworksOnly,
  nearness,
  type OpenMirror,
  scopeExclusion,
  stateFor,
} from "./eligible.ts";
import { findInOrder, findNearby, type Lane, type Nearby, priced } from "./nearby.ts";
import { NetworkIndex } from "./networks.ts";
import { PlaceOrders } from "./place-order.ts";
import {
  byCost,
  type Candidate,
  candidatesPerPlace,
  isLetIn,
  type Offer,
  rank,
  rankTop,
  type Top,
} from "./rank.ts";
import type { Carried, RosterMirror, RosterView } from "./roster.ts";

/** Places kept; under 2 KB each per demand, so 4 MB with two. The oldest half goes when it is full. */
export const maxPlaces = 1024;

type OpenPlace = PreparedPlace & { nearby: Map<Lane, Nearby> };

/** A roster, opened for decisions. Immutable but for its caches; a new version is a new one. */
export class OpenRoster {
  readonly version: number;
  readonly mirrors: readonly OpenMirror[];
  readonly model: LatencyModel;
  readonly #lanes = new Map<string, Lane>();
  readonly #places = new Map<string, OpenPlace>();
  /** Places of all rosters that follow one another: they don't depend on mirrors. */
  readonly #prepared: Map<string, PreparedPlace>;
  readonly #orders: PlaceOrders;
  /** Against the roster of that version. */
  readonly #changes: RosterChanges | undefined;
  readonly #follows: number | undefined;

  /** @param before the roster that this one follows: positions are most of the work, and hardly ever change */
  constructor(view: RosterView, model: LatencyModel, before?: OpenRoster) {
    this.version = view.version;
    this.model = model;
    this.#prepared = before?.model === model ? before.#prepared : new Map();
    const known = new Map(before?.mirrors.map((open) => [open.mirror.name, open]));
    this.mirrors = [...view.mirrors]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((mirror, index) => openMirror(mirror, index, model, known.get(mirror.name)));
    const follows = before?.model === model ? before : undefined;
    this.#changes = follows && new RosterChanges(follows.mirrors, this.mirrors, model);
    this.#follows = follows?.version;
    this.#orders =
      follows !== undefined && areSamePlaces(follows.mirrors, this.mirrors)
        ? follows.#orders
        : new PlaceOrders();
  }

  /** The candidates worth keeping for a client, in rank order; the first `most` of them where that is enough. */
  ranked(demand: Demand, client: Client, most?: number): Candidate[] {
    return rank(this.#sorted(demand, client), client, most);
  }

  /** The first `most` of a client's ranking, and what can change it. */
  top(demand: Demand, client: Client, most: number): Top {
    return rankTop(this.#sorted(demand, client), client, most);
  }

  /** Whether that is the roster before, whose tops can be kept. Two may have come since anybody asked. */
  isNextAfter({ version }: OpenRoster): boolean {
    return this.#follows === version;
  }

  /**
   * A client's top of the roster before as it is under this one; `undefined` where it may be another. It stays where no
   * mirror that changed is in it, or could have come in, or has set what counts as equally good.
   */
  kept(demand: Demand, client: Client, top: Top): Top | undefined {
    const place = this.#place(client.place);
    if (this.#changes?.leaves(demand.repository, client, place, top) !== true) return undefined;
    const lane = this.#lane(demand);
    const offers: Offer[] = [];
    for (const { open } of top.offers) {
      const offer = lane.offers[open.index];
      if (offer === undefined) return undefined;
      offers.push(offer);
    }
    return { ...top, offers };
  }

  /** The cheapest candidates for a client, by cost. */
  #sorted(demand: Demand, client: Client): readonly Candidate[] {
    const lane = this.#lane(demand);
    const common = this.#commonCandidates(lane, client.place);
    const near = lane.networks.find(client);
    return near.length === 0 && lane.ramping.length === 0
      ? common
      : this.#withJudged(lane, common, near, client);
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

  #lane(demand: Demand): Lane {
    const key = `${demand.scheme} ${demand.family} ${demand.repository} ${demand.architecture}`;
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const able = this.mirrors.filter((open) => demandExclusion(open, demand) === undefined);
    const offers = new Array<Offer | undefined>(this.mirrors.length).fill(undefined);
    const common = new Uint8Array(this.mirrors.length);
    const ramping: Offer[] = [];
    for (const open of able) {
      const offer = makeOffer(open, demand);
      offers[open.index] = offer;
      if (offer === undefined || forNetworksOnly(open)) continue;
      if (isRamping(offer.carried)) ramping.push(offer);
      else common[open.index] = 1;
    }
    const lane: Lane = { offers, common, ramping, networks: new NetworkIndex(able) };
    this.#lanes.set(key, lane);
    return lane;
  }

  #place(place: Place): OpenPlace {
    const known = this.#places.get(place.key);
    if (known !== undefined) return known;
    if (this.#places.size >= maxPlaces) {
      // A Map iterates oldest first.
      for (const key of [...this.#places.keys()].slice(0, maxPlaces / 2)) this.#places.delete(key);
    }
    const opened = { ...this.#preparedPlace(place), nearby: new Map() };
    this.#places.set(place.key, opened);
    return opened;
  }

  #preparedPlace(place: Place): PreparedPlace {
    const known = this.#prepared.get(place.key);
    if (known !== undefined) return known;
    if (this.#prepared.size >= maxPlaces) this.#prepared.clear();
    const prepared = preparePlace(place, this.model);
    this.#prepared.set(place.key, prepared);
    return prepared;
  }

  #commonCandidates(lane: Lane, place: Place): Candidate[] {
    const prepared = this.#place(place);
    let nearby = prepared.nearby.get(lane);
    if (nearby === undefined) {
      const order = this.#orders.of(prepared, this.mirrors, this.model);
      nearby =
        findInOrder(lane, prepared, order) ?? findNearby(lane, prepared, this.mirrors, this.model);
      prepared.nearby.set(lane, nearby);
    }
    const candidates: Candidate[] = [];
    const { index, rttMs, addedMs } = nearby;
    for (let rank = 0; rank < index.length; rank++) {
      const offer = lane.offers[index[rank] ?? 0];
      if (offer === undefined) continue;
      const parts = { rttMs: rttMs[rank] ?? 0, addedMs: addedMs[rank] ?? 0 };
      candidates.push(priced(offer, parts, "none"));
    }
    return candidates;
  }

  /**
   * The place's candidates, with those judged anew that depend on the client's network: near it, so cheaper or
   * in scope only now, or ramping. Costs about half a microsecond for each of them.
   */
  #withJudged(
    lane: Lane,
    common: readonly Candidate[],
    near: readonly OpenMirror[],
    client: Client,
  ): Candidate[] {
    const merged = common.filter(({ open }) => !near.includes(open));
    for (const open of near) {
      const offer = lane.offers[open.index];
      if (offer === undefined || scopeExclusion(open, client) !== undefined) continue;
      merged.push(this.#candidate(offer, client));
    }
    for (const offer of lane.ramping) {
      const { open } = offer;
      if (near.includes(open) || scopeExclusion(open, client) !== undefined) continue;
      merged.push(this.#candidate(offer, client));
    }
    return merged.sort(byCost).slice(0, candidatesPerPlace);
  }

  #candidate(offer: Offer, client: Client): Candidate {
    const parts = placeCost(this.#place(client.place), offer.open.positioned, this.model);
    const share = offer.carried.ramp;
    const waits =
      share !== undefined &&
      takesClients(offer.state) &&
      !isLetIn(client.networkHash, offer.open, share);
    return priced(offer, parts, nearness(offer.open, client), waits ? "degraded" : offer.state);
  }
}

function openMirror(
  mirror: RosterMirror,
  index: number,
  model: LatencyModel,
  before: OpenMirror | undefined,
): OpenMirror {
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

function isRamping({ ramp }: Carried): boolean {
  return ramp !== undefined && ramp < 1;
}

function readPrefixes(texts: readonly string[] | undefined): Prefix[] | undefined {
  return texts?.map(readPrefix).filter((prefix) => prefix !== undefined);
}

function makeOffer(open: OpenMirror, demand: Demand): Offer | undefined {
  const carried = open.mirror.carries[demand.repository];
  const base = carried?.[demand.scheme];
  if (carried === undefined || base === undefined) return undefined;
  const country = open.mirror.country?.toLowerCase();
  const state = stateFor(open.mirror, carried, demand.scheme);
  const without = open.without.get(demand.repository);
  return {
    open,
    carried,
    state,
    drained: state === "drained",
    without,
    selective: carried.exclude !== undefined || without !== undefined,
    base,
    linkHead: `<${base}`,
    linkTail: `>; rel=duplicate${country === undefined ? "" : `; geo=${country}`}; pri=`,
  };
}
