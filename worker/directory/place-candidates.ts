/** The cheapest of the mirrors that can meet a demand, for a place, and whom of them a client network is sent to. */
import { mix } from "../geo/address.ts";
import { countryAlone } from "../geo/client.ts";
import type { LatencyModel } from "../geo/latency.ts";
import type { OpenMirror } from "../mirrors/eligible.ts";
import type { State } from "../mirrors/roster.ts";
import { costMs, type Nearness, type PlaceCost, type PreparedPlace, placeCost } from "./cost.ts";
import type { DemandOffers } from "./demand-offers.ts";
import type { PlaceOrder } from "./place-order.ts";
import {
  byCost,
  type Candidate,
  candidatesPerPlace,
  nearEquals,
  type Offer,
  rendezvousScore,
} from "./rank.ts";

/**
 * The cheapest of a lane's common offers for a place, by cost. Numbers in flat arrays: there are hundreds of
 * thousands of them, and as objects the collector would walk them all each time it runs.
 */
export interface PlaceCandidates {
  /** Indices of mirrors. */
  index: Uint16Array;
  rttMs: Float64Array;
  addedMs: Float64Array;
  /** Of those that count as equally good, indices and hashes of their names, cheapest first. */
  equal: Uint16Array;
  equalHashes: Uint32Array;
  /** All of these have one capacity. */
  even: boolean;
  /** Of the lane's ramping offers, those near enough to be among the cheapest. */
  ramping: readonly Offer[];
  /** What costs more than this, in ms, isn't in it. */
  reachMs: number;
  /** Of this object alone, and none of those who remember it keeps the rest. */
  token: object;
}

/** The offer as a candidate, with its cost. */
export function priced(
  offer: Offer,
  parts: PlaceCost,
  near: Nearness,
  state: State = offer.state,
): Candidate {
  return { offer, open: offer.open, parts, nearness: near, costMs: costMs(parts, near, state) };
}

/** The cheapest of a lane's common offers for a place; `undefined` where the order ends before that is known. */
export function findInOrder(
  lane: DemandOffers,
  from: PreparedPlace,
  order: PlaceOrder,
  model: LatencyModel,
): PlaceCandidates | undefined {
  const kept: Candidate[] = [];
  const { index, rttMs, addedMs, whole } = order;
  for (let at = 0; at < index.length; at++) {
    const parts = { rttMs: rttMs[at] ?? 0, addedMs: addedMs[at] ?? 0 };
    const worst = kept.length < candidatesPerPlace ? undefined : kept[candidatesPerPlace - 1];
    // Whatever comes costs as much at least, were it up.
    if (worst !== undefined && costMs(parts, "none", "up") > worst.costMs) {
      return nearbyOf(kept, lane, from, model);
    }
    keepCheapest(kept, lane, index[at] ?? 0, from, parts);
  }
  return whole ? nearbyOf(kept, lane, from, model) : undefined;
}

/** The same by one pass over all, keeping the best seen so far. */
export function findPlaceCandidates(
  lane: DemandOffers,
  from: PreparedPlace,
  mirrors: readonly OpenMirror[],
  model: LatencyModel,
): PlaceCandidates {
  const kept: Candidate[] = [];
  for (const { index, positioned } of mirrors) {
    if (lane.common[index] === 0) continue;
    keepCheapest(kept, lane, index, from, placeCost(from, positioned, model));
  }
  return nearbyOf(kept, lane, from, model);
}

/** Puts the mirror's offer where it belongs among the cheapest seen so far, if it does. */
function keepCheapest(
  kept: Candidate[],
  lane: DemandOffers,
  index: number,
  from: PreparedPlace,
  parts: PlaceCost,
): void {
  const offer = lane.common[index] === 0 ? undefined : lane.offers[index];
  const countries = offer?.open.mirror.scope?.countries;
  if (offer === undefined) return;
  if (countries !== undefined && !countries.includes(from.place.country ?? "")) return;
  const candidate = priced(offer, parts, "none");
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

function nearbyOf(
  kept: readonly Candidate[],
  lane: DemandOffers,
  from: PreparedPlace,
  model: LatencyModel,
): PlaceCandidates {
  const equal = nearEquals(kept, countryAlone(from.place));
  const worst = kept.length < candidatesPerPlace ? undefined : kept[candidatesPerPlace - 1];
  const reachMs = worst?.costMs ?? Number.POSITIVE_INFINITY;
  return {
    index: Uint16Array.from(kept, ({ open }) => open.index),
    rttMs: Float64Array.from(kept, ({ parts }) => parts.rttMs),
    addedMs: Float64Array.from(kept, ({ parts }) => parts.addedMs),
    equal: Uint16Array.from(equal, ({ open }) => open.index),
    equalHashes: Uint32Array.from(equal, ({ open }) => open.nameHash),
    even: equal.every(({ open }) => open.mirror.capacity === equal[0]?.open.mirror.capacity),
    ramping: lane.ramping.filter((offer) => leastMs(offer, from, model) <= reachMs),
    reachMs,
    token: {},
  };
}

/**
 * Whether what was found for a place is what would be found now, every mirror being where it was: no offer that changed
 * is in it, or could come in.
 */
export function isUntouched(
  { index, ramping, reachMs }: PlaceCandidates,
  { offers, changed }: DemandOffers,
  from: PreparedPlace,
  model: LatencyModel,
): boolean {
  return changed.every((at) => {
    if (index.includes(at) || ramping.some(({ open }) => open.index === at)) return false;
    const offer = offers[at];
    return offer === undefined || leastMs(offer, from, model) > reachMs;
  });
}

/** What it costs at least, whoever asks from there: were it up. */
function leastMs({ open }: Offer, from: PreparedPlace, model: LatencyModel): number {
  return costMs(placeCost(from, open.positioned, model), "none", "up");
}

/**
 * What `rank` puts first for a client network about which no mirror says anything, without making candidates of all
 * that are near: near-equals by rendezvous, the rest by cost.
 *
 * @param most how many are wanted, few
 */
export function firstOf(
  lane: DemandOffers,
  nearby: PlaceCandidates,
  networkHash: number,
  most: number,
): Offer[] {
  const chosen = firstOfEquals(lane, nearby, networkHash, most);
  for (let at = 0; chosen.length < most && at < nearby.index.length; at++) {
    const index = nearby.index[at] ?? 0;
    const offer = lane.offers[index];
    if (offer !== undefined && !nearby.equal.includes(index)) chosen.push(offer);
  }
  return chosen;
}

function firstOfEquals(
  { offers }: DemandOffers,
  { equal, equalHashes, even }: PlaceCandidates,
  networkHash: number,
  most: number,
): Offer[] {
  const chosen: Offer[] = [];
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
