/** The cheapest of the resources that can meet a demand, for a place, and which of them a client network is sent to. */
import { countryAlone } from "../geo/client.ts";
import type { LatencyModel } from "../geo/latency.ts";
import { mix } from "../runtime/fast-hash.ts";
import { costMs, type Nearness, type PlaceCost, type PreparedPlace, placeCost } from "./cost.ts";
import type { DemandOffers } from "./demand-offers.ts";
import type { Offer } from "./offer.ts";
import type { PlaceOrder } from "./place-order.ts";
import { byCost, type Candidate, candidatesPerPlace, nearEquals, rendezvousScore } from "./rank.ts";
import type { State } from "./resource.ts";

/**
 * The cheapest of a demand's common offers for a place, by cost. Numbers in flat arrays: there are hundreds of
 * thousands of them, and as objects the collector would walk them all each time it runs.
 */
export interface PlaceCandidates<Offered extends Offer = Offer> {
  /** Indices of resources. */
  index: Uint16Array;
  rttMs: Float64Array;
  addedMs: Float64Array;
  /** Of those that count as equally good, indices and hashes of their names, cheapest first. */
  equal: Uint16Array;
  equalHashes: Uint32Array;
  /** All of these have one capacity. */
  even: boolean;
  /** Of the demand's ramping offers, those near enough to be among the cheapest. */
  ramping: readonly Offered[];
  /** What costs more than this, in ms, isn't in it. */
  reachMs: number;
  /** Names this object alone, so that an object which remembers it keeps nothing else in memory. */
  token: object;
}

/** The offer as a candidate, with its cost. */
export function priced<Offered extends Offer>(
  offer: Offered,
  parts: PlaceCost,
  near: Nearness,
  state: State = offer.state,
): Candidate<Offered> {
  return { offer, open: offer.open, parts, nearness: near, costMs: costMs(parts, near, state) };
}

/** The cheapest of a demand's common offers for a place; `undefined` where the order ends before that is known. */
export function findInOrder<Offered extends Offer>(
  offers: DemandOffers<Offered>,
  from: PreparedPlace,
  order: PlaceOrder,
  model: LatencyModel,
): PlaceCandidates<Offered> | undefined {
  const kept: Candidate<Offered>[] = [];
  const { index, rttMs, addedMs, whole } = order;
  for (let at = 0; at < index.length; at++) {
    const parts = { rttMs: rttMs[at] ?? 0, addedMs: addedMs[at] ?? 0 };
    const worst = kept.length < candidatesPerPlace ? undefined : kept[candidatesPerPlace - 1];
    // Whatever comes costs as much at least, were it up.
    if (worst !== undefined && costMs(parts, "none", "up") > worst.costMs) {
      return placeCandidatesOf(kept, offers, from, model);
    }
    const offer = commonOffer(offers, index[at] ?? 0, from);
    if (offer !== undefined) keepCheapest(kept, priced(offer, parts, "none"));
  }
  return whole ? placeCandidatesOf(kept, offers, from, model) : undefined;
}

/** The same by one pass over all, keeping the best seen so far. */
export function findPlaceCandidates<Offered extends Offer>(
  offers: DemandOffers<Offered>,
  from: PreparedPlace,
  model: LatencyModel,
): PlaceCandidates<Offered> {
  const kept: Candidate<Offered>[] = [];
  for (let index = 0; index < offers.offers.length; index++) {
    const offer = commonOffer(offers, index, from);
    if (offer === undefined) continue;
    const parts = placeCost(from, offer.open.positioned, model);
    const worst = kept.length < candidatesPerPlace ? undefined : kept[candidatesPerPlace - 1];
    // No object is made for what is too far whatever its state is: that is nearly all.
    if (worst !== undefined && costMs(parts, "none", "up") > worst.costMs) continue;
    keepCheapest(kept, priced(offer, parts, "none"));
  }
  return placeCandidatesOf(kept, offers, from, model);
}

/** The resource's offer, where it is one of the common ones and made to that place. */
function commonOffer<Offered extends Offer>(
  { common, offers }: DemandOffers<Offered>,
  index: number,
  { place }: PreparedPlace,
): Offered | undefined {
  const offer = common[index] === 0 ? undefined : offers[index];
  const countries = offer?.open.resource.scope?.countries;
  return countries === undefined || countries.includes(place.country ?? "") ? offer : undefined;
}

/** Puts a candidate where it belongs among the cheapest seen so far, if it does. */
function keepCheapest<Offered extends Offer>(
  kept: Candidate<Offered>[],
  candidate: Candidate<Offered>,
): void {
  if (kept.length === candidatesPerPlace) {
    const worst = kept[kept.length - 1];
    if (worst === undefined || byCost(candidate, worst) >= 0) return;
    kept.pop();
  }
  let to = kept.length;
  for (; to > 0; to--) {
    const before = kept[to - 1];
    if (before === undefined || byCost(before, candidate) <= 0) break;
  }
  kept.splice(to, 0, candidate);
}

function placeCandidatesOf<Offered extends Offer>(
  kept: readonly Candidate<Offered>[],
  offers: DemandOffers<Offered>,
  from: PreparedPlace,
  model: LatencyModel,
): PlaceCandidates<Offered> {
  const equal = nearEquals(kept, countryAlone(from.place), offers.equalMs);
  const worst = kept.length < candidatesPerPlace ? undefined : kept[candidatesPerPlace - 1];
  const reachMs = worst?.costMs ?? Number.POSITIVE_INFINITY;
  return {
    index: Uint16Array.from(kept, ({ open }) => open.index),
    rttMs: Float64Array.from(kept, ({ parts }) => parts.rttMs),
    addedMs: Float64Array.from(kept, ({ parts }) => parts.addedMs),
    equal: Uint16Array.from(equal, ({ open }) => open.index),
    equalHashes: Uint32Array.from(equal, ({ open }) => open.nameHash),
    even: equal.every(({ open }) => open.resource.capacity === equal[0]?.open.resource.capacity),
    ramping: offers.ramping.filter((offer) => leastMs(offer, from, model) <= reachMs),
    reachMs,
    token: {},
  };
}

/**
 * Whether what was found for a place is what would be found now, every resource being where it was: no offer that changed
 * is in it, or could come in.
 */
export function isUntouched<Offered extends Offer>(
  { index, ramping, reachMs }: PlaceCandidates<Offered>,
  { offers, changed }: DemandOffers<Offered>,
  from: PreparedPlace,
  model: LatencyModel,
): boolean {
  return changed.every((at) => {
    if (index.includes(at) || ramping.some(({ open }) => open.index === at)) return false;
    const offer = offers[at];
    return offer === undefined || leastMs(offer, from, model) > reachMs;
  });
}

/** What it costs any client there at least: its cost if it were up. */
function leastMs({ open }: Offer, from: PreparedPlace, model: LatencyModel): number {
  return costMs(placeCost(from, open.positioned, model), "none", "up");
}

/**
 * What `rank` puts first for a client network about which no resource says anything, without making candidates of all
 * that are near: near-equals by rendezvous, the rest by cost.
 *
 * @param most how many are wanted, few
 */
export function firstOf<Offered extends Offer>(
  offers: DemandOffers<Offered>,
  nearby: PlaceCandidates<Offered>,
  networkHash: number,
  most: number,
): Offered[] {
  const chosen = firstOfEquals(offers, nearby, networkHash, most);
  for (let at = 0; chosen.length < most && at < nearby.index.length; at++) {
    const index = nearby.index[at] ?? 0;
    const offer = offers.offers[index];
    if (offer !== undefined && !nearby.equal.includes(index)) chosen.push(offer);
  }
  return chosen;
}

function firstOfEquals<Offered extends Offer>(
  { offers }: DemandOffers<Offered>,
  { equal, equalHashes, even }: PlaceCandidates<Offered>,
  networkHash: number,
  most: number,
): Offered[] {
  const chosen: Offered[] = [];
  const scores: number[] = [];
  for (let at = 0; at < equal.length; at++) {
    const offer = offers[equal[at] ?? 0];
    if (offer === undefined) continue;
    // Of one capacity, the score rises with the hash it is made of: most lists tell no capacities, and logarithms cost.
    const score = even
      ? mix(networkHash ^ (equalHashes[at] ?? 0))
      : rendezvousScore(networkHash, offer.open);
    let to = chosen.length;
    if (to === most) {
      if (score <= (scores[most - 1] ?? 0)) continue;
      to--;
    }
    for (; to > 0 && (scores[to - 1] ?? 0) < score; to--) {
      const before = chosen[to - 1];
      if (before !== undefined) chosen[to] = before;
      scores[to] = scores[to - 1] ?? 0;
    }
    chosen[to] = offer;
    scores[to] = score;
  }
  return chosen;
}
