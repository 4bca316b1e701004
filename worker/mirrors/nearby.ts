/** The cheapest of the mirrors that can meet a demand, for a place. */
import type { LatencyModel } from "../geo/latency.ts";
import { costMs, type Nearness, type PlaceCost, type PreparedPlace, placeCost } from "./cost.ts";
import type { OpenMirror } from "./eligible.ts";
import type { NetworkIndex } from "./networks.ts";
import type { PlaceOrder } from "./place-order.ts";
import { byCost, type Candidate, candidatesPerPlace, type Offer } from "./rank.ts";
import type { State } from "./roster.ts";

/** The mirrors that can meet one demand. */
export interface Lane {
  /** By the mirror's index; those that can't meet the demand are absent. */
  offers: readonly (Offer | undefined)[];
  /** By the mirror's index: 1 for candidates by place alone. */
  common: Uint8Array;
  /** Came back lately and get a share of the networks only: judged for each client. Nearly always empty. */
  ramping: readonly Offer[];
  /** Those for whom a client's AS or address changes something, found without asking each. */
  networks: NetworkIndex;
}

/**
 * The cheapest of a lane's common offers for a place, by cost. Numbers in flat arrays: there are hundreds of
 * thousands of them, and as objects the collector would walk them all each time it runs.
 */
export interface Nearby {
  /** Indices of mirrors. */
  index: Uint16Array;
  rttMs: Float64Array;
  addedMs: Float64Array;
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
  lane: Lane,
  from: PreparedPlace,
  order: PlaceOrder,
): Nearby | undefined {
  const kept: Candidate[] = [];
  const { index, rttMs, addedMs, whole } = order;
  for (let at = 0; at < index.length; at++) {
    const parts = { rttMs: rttMs[at] ?? 0, addedMs: addedMs[at] ?? 0 };
    const worst = kept.length < candidatesPerPlace ? undefined : kept[candidatesPerPlace - 1];
    // Whatever comes costs as much at least, were it up.
    if (worst !== undefined && costMs(parts, "none", "up") > worst.costMs) return nearbyOf(kept);
    keepCheapest(kept, lane, index[at] ?? 0, from, parts);
  }
  return whole ? nearbyOf(kept) : undefined;
}

/** The same by one pass over all, keeping the best seen so far. */
export function findNearby(
  lane: Lane,
  from: PreparedPlace,
  mirrors: readonly OpenMirror[],
  model: LatencyModel,
): Nearby {
  const kept: Candidate[] = [];
  for (const { index, positioned } of mirrors) {
    if (lane.common[index] === 0) continue;
    keepCheapest(kept, lane, index, from, placeCost(from, positioned, model));
  }
  return nearbyOf(kept);
}

/** Puts the mirror's offer where it belongs among the cheapest seen so far, if it does. */
function keepCheapest(
  kept: Candidate[],
  lane: Lane,
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

function nearbyOf(kept: readonly Candidate[]): Nearby {
  return {
    index: Uint16Array.from(kept, ({ open }) => open.index),
    rttMs: Float64Array.from(kept, ({ parts }) => parts.rttMs),
    addedMs: Float64Array.from(kept, ({ parts }) => parts.addedMs),
  };
}
