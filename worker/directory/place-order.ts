/**
 * All resources in the order of what they cost a place, by their positions alone: states come and go with each list,
 * positions hardly ever do. With it a place that a new list has yet to be ranked for costs a few dozen steps, not one
 * at each of a thousand.
 */
import type { LatencyModel } from "../geo/latency.ts";
import { type PlaceCost, type PreparedPlace, placeCost } from "./cost.ts";
import type { OpenResource } from "./resource.ts";

/** The parts of the cheapest resources' costs, cheapest first; equal ones in the list's order. Flat: there are many. */
export interface PlaceOrder {
  /** Indices of resources. */
  index: Uint16Array;
  rttMs: Float64Array;
  addedMs: Float64Array;
  /** No resource is left out. */
  whole: boolean;
}

/** Resources held for a place: enough for the 48 that are kept of it, where most carry the demanded repository. */
const heldPerPlace = 128;
/** Orders held, 2.4 KB each. The oldest half goes when there are as many. */
const maxOrders = 320;

/** Of lists that follow one another with the same resources in the same places. */
export class PlaceOrders {
  readonly #orders = new Map<string, PlaceOrder>();

  of(from: PreparedPlace, resources: readonly OpenResource[], model: LatencyModel): PlaceOrder {
    const { key } = from.place;
    const known = this.#orders.get(key);
    if (known !== undefined) return known;
    if (this.#orders.size >= maxOrders) {
      // A Map iterates oldest first.
      for (const old of [...this.#orders.keys()].slice(0, maxOrders / 2)) this.#orders.delete(old);
    }
    const order = ordered(from, resources, model);
    this.#orders.set(key, order);
    return order;
  }
}

function ordered(
  from: PreparedPlace,
  resources: readonly OpenResource[],
  model: LatencyModel,
): PlaceOrder {
  const held = Math.min(heldPerPlace, resources.length);
  const index = new Uint16Array(held);
  const farMs = new Float64Array(held).fill(Number.POSITIVE_INFINITY);
  for (const { index: at, positioned } of resources) {
    const { rttMs, addedMs } = placeCost(from, positioned, model);
    const far = rttMs + addedMs;
    if (at >= held && far >= (farMs[held - 1] ?? 0)) continue;
    let to = Math.min(at, held - 1);
    for (; to > 0 && (farMs[to - 1] ?? 0) > far; to--) {
      farMs[to] = farMs[to - 1] ?? 0;
      index[to] = index[to - 1] ?? 0;
    }
    farMs[to] = far;
    index[to] = at;
  }
  const costs = Array.from(index, (at) => {
    const open = resources[at];
    return open === undefined ? free : placeCost(from, open.positioned, model);
  });
  return {
    index,
    rttMs: Float64Array.from(costs, ({ rttMs }) => rttMs),
    addedMs: Float64Array.from(costs, ({ addedMs }) => addedMs),
    whole: held === resources.length,
  };
}

/** Stands for a resource that isn't there. */
const free: PlaceCost = { rttMs: 0, addedMs: 0 };
