/**
 * Candidates per place, computed once per list, so that what a request costs does not grow with the number of
 * resources. A place seen for the first time costs one pass over the resources, without sorting them.
 */
import type { Client, Place } from "../geo/client.ts";
import type { LatencyModel } from "../geo/latency.ts";
import { correctionOf, type PreparedPlace, placeCost, preparePlace, takesClients } from "./cost.ts";
import { type DemandOffers, openDemandOffers } from "./demand-offers.ts";
import { DemandTable } from "./demand-table.ts";
import { NetworkIndex } from "./networks.ts";
import type { Offer, Offering } from "./offer.ts";
import { OpenResources } from "./open-resources.ts";
import type { PackedList } from "./packed-list.ts";
import {
  findInOrder,
  findPlaceCandidates,
  firstOf,
  isUntouched,
  type PlaceCandidates,
  priced,
} from "./place-candidates.ts";
import { PlaceOrders } from "./place-order.ts";
import {
  byCost,
  type Candidate,
  candidatesPerPlace,
  isLetIn,
  nearEqualMsOf,
  rank,
  type Top,
} from "./rank.ts";
import {
  isAlike,
  isSameNetwork,
  isSamePlace,
  type OpenResource,
  pricedAnew,
  type Resource,
} from "./resource.ts";
import { nearness, scopeExclusion } from "./scope.ts";

/** Places held, 1 KB each, whatever is demanded there. All go when there are as many: to prepare one costs microseconds. */
const maxPlaces = 1024;

/**
 * Searches from a place that go through the demand's offers; from then on all resources are put in the place's order. A
 * new isolate's first requests need neither the position nor the entry of what doesn't carry what they ask for.
 */
const searchesWithoutOrder = 3;

/** Resources of one kind, opened for decisions. Immutable but for its caches; a new list is a new one. */
export class Directory<
  Listed extends Resource,
  Open extends OpenResource<Listed>,
  Demand,
  Offered extends Offer & { open: Open },
> {
  readonly #resources: OpenResources<Listed, Open, Demand>;
  readonly model: LatencyModel;
  /** As `nearEqualMsOf` has it. */
  readonly equalMs: number;
  readonly #offering: Offering<Listed, Open, Demand, Offered>;
  readonly #networks: NetworkIndex;
  readonly #offers = new DemandTable<Offered>();
  /** Of the list before, where all that is in them still means the same. */
  #offersBefore: DemandTable<Offered> | undefined;
  /** Places of all lists that follow one another: they don't depend on resources. */
  readonly #prepared: Map<string, PreparedPlace>;
  #orders: PlaceOrders;
  /** As `PlaceOrders.changed` has it. */
  #changes: number;
  /** Names this list alone, and keeps nothing of it in memory. */
  readonly token = {};

  /**
   * @param before of the list that this one follows. Nearly all resources are what they were: they are the same objects
   *   again, and so is all that was made of them, clients' rankings included
   */
  constructor(
    offering: Offering<Listed, Open, Demand, Offered>,
    listed: readonly Listed[] | PackedList<Listed, Demand>,
    model: LatencyModel,
    before?: Directory<Listed, Open, Demand, Offered>,
  ) {
    this.model = model;
    this.#offering = offering;
    const follows = before?.model === model ? before : undefined;
    this.#resources = new OpenResources(listed, offering, model, follows?.resources);
    this.equalMs = nearEqualMsOf(this.#resources.hasLoad);
    this.#prepared = follows === undefined ? new Map() : follows.#prepared;
    const places = follows !== undefined && isAlike(isSamePlace, follows.resources, this.resources);
    const networks =
      follows !== undefined && isAlike(isSameNetwork, follows.resources, this.resources);
    this.#orders = places ? follows.#orders : new PlaceOrders();
    this.#changes = this.#orders.changed(
      places ? pricedAnew(follows.resources, this.resources) : [],
    );
    this.#networks = networks ? follows.#networks : new NetworkIndex(this.#resources.onNetworks);
    const isKept = places && networks && follows.equalMs === this.equalMs;
    this.#offersBefore = isKept ? follows.#offers : undefined;
  }

  /** In name order. Those of a packed list are all opened by this. */
  get resources(): readonly Open[] {
    return this.#resources.all;
  }

  /** For a list that is held beside the other: it shares neither offers nor orders, whose costs are the last asker's. */
  standAlone(): this {
    this.#offersBefore = undefined;
    this.#orders = new PlaceOrders();
    this.#changes = 0;
    return this;
  }

  /** The candidates worth keeping for a client, in rank order; the first `most` of them where that is enough. */
  ranked(demand: Demand, client: Client, most?: number): Candidate<Offered>[] {
    return rank(this.#sorted(demand, client), client, most, this.equalMs);
  }

  /**
   * The first `most` of a client's ranking, which are few: what a redirect names.
   *
   * @param known what this gave before for the same demand and client, under this list or another: the same again if
   *   it still holds
   */
  top(demand: Demand, client: Client, most: number, known?: Top<Offered>): Top<Offered> {
    if (known?.token === this.token) return known;
    const offers = this.#demandOffers(demand);
    const nearby = this.#placeCandidates(offers, client.place, demand);
    if (known !== undefined && known.token === nearby.token) return known;
    const network = this.#networks.find(client);
    const near = ableOf(offers, network);
    // What becomes able among the resources of the client's own network changes its ranking, however far from its place.
    const token = network.length === 0 ? nearby.token : this.token;
    if (near.length === 0 && nearby.ramping.length === 0) {
      // As it grew it has room for seventeen, and each client holds some.
      return { offers: firstOf(offers, nearby, client.networkHash, most).slice(), token };
    }
    const judged = this.#withJudged(offers, nearby, near, client);
    const ranked = rank(judged, client, most, this.equalMs);
    return { offers: ranked.map(({ offer }) => offer), token };
  }

  /** The cheapest candidates for a client, by cost. */
  #sorted(demand: Demand, client: Client): readonly Candidate<Offered>[] {
    const offers = this.#demandOffers(demand);
    const nearby = this.#placeCandidates(offers, client.place, demand);
    const near = ableOf(offers, this.#networks.find(client));
    return near.length === 0 && nearby.ramping.length === 0
      ? commonCandidates(offers, nearby)
      : this.#withJudged(offers, nearby, near, client);
  }

  /** All candidates for a client in rank order, every resource judged anew: for paths that the cheapest leave out. */
  rankedWhole(demand: Demand, client: Client): Candidate<Offered>[] {
    const candidates: Candidate<Offered>[] = [];
    for (const open of this.resources) {
      const judged = this.judge(open, demand, client);
      if (typeof judged !== "string") candidates.push(judged);
    }
    return rank(candidates.sort(byCost), client, undefined, this.equalMs);
  }

  /** The resource of that name hash; `undefined` where there is none. Goes through all of them. */
  named(nameHash: number): Listed | undefined {
    return this.resources.find((open) => open.nameHash === nameHash)?.resource;
  }

  /** The candidate a resource makes for a client, or why it makes none. What depends on a file is the caller's to judge. */
  judge(open: Open, demand: Demand, client: Client): Candidate<Offered> | string {
    const excluded = this.#offering.exclusion(open, demand) ?? scopeExclusion(open, client);
    if (excluded !== undefined) return excluded;
    const offer = this.#demandOffers(demand).offers[open.index];
    if (offer === undefined) return "is not listed";
    return this.#candidate(offer, client);
  }

  /** As `correctionOf` has it for a client. */
  correctionOf(open: Open, { place }: Client) {
    return correctionOf(this.#preparedPlace(place), open.positioned, this.model);
  }

  #demandOffers(demand: Demand): DemandOffers<Offered> {
    const key = this.#offering.keyOf(demand);
    const known = this.#offers.get(key);
    if (known !== undefined) return known;
    const offers = openDemandOffers(
      { able: this.#resources.able(demand), count: this.#resources.length, equalMs: this.equalMs },
      (open) => this.#offering.offer(open, demand),
      this.#offersBefore?.get(key),
    );
    this.#offers.add(key, offers);
    return offers;
  }

  #preparedPlace(place: Place): PreparedPlace {
    const known = this.#prepared.get(place.key);
    if (known !== undefined) return known;
    if (this.#prepared.size >= maxPlaces) this.#prepared.clear();
    const prepared = preparePlace(place, this.model);
    this.#prepared.set(place.key, prepared);
    return prepared;
  }

  #placeCandidates(
    offers: DemandOffers<Offered>,
    place: Place,
    demand: Demand,
  ): PlaceCandidates<Offered> {
    const known = offers.places.get(place.key);
    if (known !== undefined) return known;
    const from = this.#preparedPlace(place);
    const before = this.#offersBefore?.get(this.#offering.keyOf(demand))?.places.get(place.key);
    const nearby =
      before !== undefined && isUntouched(before, offers, from, this.model)
        ? before
        : this.#find(offers, from);
    this.#offers.addCandidates(offers, place.key, nearby);
    return nearby;
  }

  #find(offers: DemandOffers<Offered>, from: PreparedPlace): PlaceCandidates<Offered> {
    if (from.searches++ < searchesWithoutOrder) {
      return findPlaceCandidates(offers, from, this.model);
    }
    const order = this.#orders.of(from, this.resources, this.model, this.#changes);
    return (
      findInOrder(offers, from, order, this.model) ?? findPlaceCandidates(offers, from, this.model)
    );
  }

  /**
   * The place's candidates, with those judged anew that depend on the client's network: near it, so cheaper or
   * in scope only now, or ramping. Costs about half a microsecond for each of them.
   */
  #withJudged(
    offers: DemandOffers<Offered>,
    nearby: PlaceCandidates<Offered>,
    near: readonly Offered[],
    client: Client,
  ): Candidate<Offered>[] {
    const merged = commonCandidates(offers, nearby).filter(({ offer }) => !near.includes(offer));
    for (const offer of near) {
      if (scopeExclusion(offer.open, client) === undefined) {
        merged.push(this.#candidate(offer, client));
      }
    }
    // Where some of the cheapest aren't for this client after all, farther ones come in.
    const ramping = near.length === 0 ? nearby.ramping : offers.ramping;
    for (const offer of ramping) {
      if (near.includes(offer) || scopeExclusion(offer.open, client) !== undefined) continue;
      merged.push(this.#candidate(offer, client));
    }
    return merged.sort(byCost).slice(0, candidatesPerPlace);
  }

  #candidate(offer: Offered, client: Client): Candidate<Offered> {
    const parts = placeCost(this.#preparedPlace(client.place), offer.open.positioned, this.model);
    const share = offer.ramp;
    const waits =
      share !== undefined &&
      takesClients(offer.state) &&
      !isLetIn(client.networkHash, offer.open, share);
    return priced(offer, parts, nearness(offer.open, client), waits ? "degraded" : offer.state);
  }
}

/** Offers of those resources that can meet the demand. */
function ableOf<Offered extends Offer>(
  { offers }: DemandOffers<Offered>,
  indices: readonly number[],
): readonly Offered[] {
  if (indices.length === 0) return none;
  return indices.map((index) => offers[index]).filter((offer) => offer !== undefined);
}

const none: readonly never[] = [];

function commonCandidates<Offered extends Offer>(
  { offers }: DemandOffers<Offered>,
  { index, rttMs, addedMs }: PlaceCandidates<Offered>,
): Candidate<Offered>[] {
  const candidates: Candidate<Offered>[] = [];
  for (let rank = 0; rank < index.length; rank++) {
    const offer = offers[index[rank] ?? 0];
    if (offer === undefined) continue;
    const parts = { rttMs: rttMs[rank] ?? 0, addedMs: addedMs[rank] ?? 0 };
    candidates.push(priced(offer, parts, "none"));
  }
  return candidates;
}
