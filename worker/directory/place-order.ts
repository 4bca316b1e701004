/**
 * All resources in the order of what they cost a place, by their positions and what was measured: states come and go with
 * each list, positions hardly ever do, and of what is measured a few change in an hour. With it a place that a new list
 * has yet to be ranked for costs a few dozen steps, not one at each of a thousand.
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

/** Changes that are kept for orders made before them: as many as a whole list has, now and then. */
const maxChanges = 4096;
/** Below this share of what was held, an order is made anew. */
const leastLeft = 0.75;

interface HeldOrder {
  order: PlaceOrder;
  /** Changes that it has in it. */
  changes: number;
}

/** Of lists that take each other's place, with the same resources in the same places; costs are those of the last. */
export class PlaceOrders {
  readonly #orders = new Map<string, HeldOrder>();
  /** Indices of resources that cost something else since, oldest first. */
  readonly #changes: number[] = [];
  /** Changes before these, whose orders are gone. */
  #dropped = 0;

  /** In a list that follows these cost something else. @returns changes until then, by which that list asks */
  changed(indices: readonly number[]): number {
    if (this.#changes.length + indices.length > maxChanges) {
      this.#orders.clear();
      this.#dropped += this.#changes.length + indices.length;
      this.#changes.length = 0;
    } else {
      this.#changes.push(...indices);
    }
    return this.#dropped + this.#changes.length;
  }

  /** @param changes of the list that asks: a request that began under a list before goes on by its costs */
  of(
    from: PreparedPlace,
    resources: readonly OpenResource[],
    model: LatencyModel,
    changes: number,
  ): PlaceOrder {
    const { key } = from.place;
    const known = this.#orders.get(key);
    if (changes < (known?.changes ?? this.#dropped)) return ordered(from, resources, model);
    if (known !== undefined) {
      if (known.changes < changes) {
        const since = [known.changes, changes].map((one) => one - this.#dropped);
        const moved = new Set(this.#changes.slice(...since));
        known.order =
          reordered(known.order, moved, (at) => costOf(at, from, resources, model)) ??
          ordered(from, resources, model);
        known.changes = changes;
      }
      return known.order;
    }
    if (this.#orders.size >= maxOrders) {
      // A Map iterates oldest first.
      for (const old of [...this.#orders.keys()].slice(0, maxOrders / 2)) this.#orders.delete(old);
    }
    const order = ordered(from, resources, model);
    this.#orders.set(key, { order, changes });
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
  const costs = Array.from(index, (at) => costOf(at, from, resources, model));
  return {
    index,
    rttMs: Float64Array.from(costs, ({ rttMs }) => rttMs),
    addedMs: Float64Array.from(costs, ({ addedMs }) => addedMs),
    whole: held === resources.length,
  };
}

function costOf(
  at: number,
  from: PreparedPlace,
  resources: readonly OpenResource[],
  model: LatencyModel,
): PlaceCost {
  const open = resources[at];
  return open === undefined ? free : placeCost(from, open.positioned, model);
}

/**
 * The order with some resources where they belong now; `undefined` where too few would be left. What is farther than all
 * that were held is left out: others that aren't held may be nearer.
 */
function reordered(
  { index, rttMs, addedMs, whole }: PlaceOrder,
  moved: ReadonlySet<number>,
  costAt: (at: number) => PlaceCost,
): PlaceOrder | undefined {
  const last = index.length - 1;
  const farthest = whole ? Number.POSITIVE_INFINITY : (rttMs[last] ?? 0) + (addedMs[last] ?? 0);
  const all: { at: number; parts: PlaceCost; far: number }[] = [];
  for (const [rank, at] of index.entries()) {
    const parts = { rttMs: rttMs[rank] ?? 0, addedMs: addedMs[rank] ?? 0 };
    if (!moved.has(at)) all.push({ at, parts, far: parts.rttMs + parts.addedMs });
  }
  for (const at of moved) {
    const parts = costAt(at);
    const far = parts.rttMs + parts.addedMs;
    if (far < farthest) all.push({ at, parts, far });
  }
  if (!whole && all.length < heldPerPlace * leastLeft) return undefined;
  all.sort((a, b) => a.far - b.far || a.at - b.at);
  const kept = whole ? all : all.slice(0, heldPerPlace);
  return {
    index: Uint16Array.from(kept, ({ at }) => at),
    rttMs: Float64Array.from(kept, ({ parts }) => parts.rttMs),
    addedMs: Float64Array.from(kept, ({ parts }) => parts.addedMs),
    whole,
  };
}

/** Stands for a resource that isn't there. */
const free: PlaceCost = { rttMs: 0, addedMs: 0 };
