/**
 * Estimated round-trip times between any two places, in milliseconds.
 *
 * Distance alone is not latency: cables decide. The table knows a few hundred hubs (exchange points, cable
 * landings) and the round trip between each two of them, measured where there are measurements and otherwise
 * along the shortest chain of known lines. A place is described by its nearest hubs. Between two places the
 * estimate is the cheaper of
 *   - over hubs: to one near the first place, along the table, and from one near the second;
 *   - straight: the distance, at the price that distance has between their two nearest hubs (the *detour*). So
 *     Lyon and Geneva are close, while Delhi and Lahore, as near on the map, are as far as their networks are.
 *
 * How the table is made, and from what: geo-data/README.md. How good it is: `npm run judge:latency`.
 */
import packed from "../../geo-data/latency-packed.json" with { type: "json" };
import { type Point, type UnitVector, unitVector, vectorKm } from "./distance.ts";
import { unpackedMatrix } from "./packed-matrix.ts";

export type { Point } from "./distance.ts";

/** What a model is made of: columns of equal length, one entry per hub. */
export interface LatencyFigures {
  /** Round trip at no distance: the last mile at both ends, ms. */
  floorMs: number;
  /** Round trip per km from a place to the hubs around it; regional lines wind more than long ones. */
  accessMsPerKm: number;
  latitudes: number[];
  longitudes: number[];
  /** Row i holds the round trip from hub i to each of the hubs 0..i-1, ms, without the floor. */
  hubMs: number[][];
}

/** The committed table, geo-data/latency.json. */
export interface LatencyTable extends LatencyFigures {
  /** Where the figures come from. */
  source: string;
  hubs: string[];
}

/** A point with what depends on it alone. Made by `LatencyModel.prepare`; of use only to the model that made it. */
export interface PreparedPoint extends UnitVector {
  /** Indices of the nearest hubs, nearest first. */
  hub0: number;
  hub1: number;
  hub2: number;
  /** Round trip to each of them, ms. */
  access0: number;
  access1: number;
  access2: number;
}

export interface LatencyModel {
  /** What depends on one point alone. Throws a RangeError for a point that is not on the globe. */
  prepare(point: Point): PreparedPoint;
  /** Estimated round trip between two prepared points, ms. Symmetric, never below the floor. */
  rttMs(a: PreparedPoint, b: PreparedPoint): number;
}

interface Hub extends UnitVector {
  index: number;
}

/**
 * A model over a table. Reads the table once and keeps two dense matrices of float32. Throws a RangeError for a
 * table of fewer than three hubs.
 */
export function createLatencyModel(table: LatencyFigures): LatencyModel {
  const { floorMs, accessMsPerKm } = table;
  const hubs: Hub[] = table.latitudes.map((latitude, index) => ({
    ...unitVector({ latitude, longitude: table.longitudes[index] ?? Number.NaN }),
    index,
  }));
  if (hubs.length < 3) throw new RangeError("a latency table needs at least three hubs");
  const count = hubs.length;
  const hubMs = new Float32Array(count * count);
  const detour = new Float32Array(count * count).fill(1);
  for (const from of hubs) {
    for (const to of hubs.slice(0, from.index)) {
      const ms = table.hubMs[from.index]?.[to.index] ?? Number.NaN;
      // Within a few km of each other the ratio means nothing; it would only magnify.
      const ratio = Math.max(1, ms / (accessMsPerKm * Math.max(vectorKm(from, to), 50)));
      const [there, back] = [from.index * count + to.index, to.index * count + from.index];
      hubMs[there] = hubMs[back] = ms;
      detour[there] = detour[back] = ratio;
    }
  }

  function prepare(point: Point): PreparedPoint {
    const at = unitVector(point);
    const hub0 = nearest(hubs, at);
    const hub1 = nearest(hubs, at, hub0);
    const hub2 = nearest(hubs, at, hub0, hub1);
    const accessMs = (hub: Hub) =>
      vectorKm(at, hub) * accessMsPerKm * (detour[hub0.index * count + hub.index] ?? 1);
    return {
      x: at.x,
      y: at.y,
      z: at.z,
      hub0: hub0.index,
      hub1: hub1.index,
      hub2: hub2.index,
      access0: accessMs(hub0),
      access1: accessMs(hub1),
      access2: accessMs(hub2),
    };
  }

  /** From one hub of `a` over the table to the cheapest of `b`'s. */
  function overHub(row: number, access: number, b: PreparedPoint): number {
    // Sums are written so that swapping a and b adds the same two numbers: the estimate is exactly symmetric.
    const via0 = access + b.access0 + (hubMs[row + b.hub0] ?? Infinity);
    const via1 = access + b.access1 + (hubMs[row + b.hub1] ?? Infinity);
    const via2 = access + b.access2 + (hubMs[row + b.hub2] ?? Infinity);
    return Math.min(via0, via1, via2);
  }

  function rttMs(a: PreparedPoint, b: PreparedPoint): number {
    const row = a.hub0 * count;
    const straight = vectorKm(a, b) * accessMsPerKm * (detour[row + b.hub0] ?? Infinity);
    const over0 = overHub(row, a.access0, b);
    const over1 = overHub(a.hub1 * count, a.access1, b);
    const over2 = overHub(a.hub2 * count, a.access2, b);
    return floorMs + Math.min(straight, over0, over1, over2);
  }

  return { prepare, rttMs };
}

function nearest(hubs: Hub[], at: UnitVector, not0?: Hub, not1?: Hub): Hub {
  let best: Hub | undefined;
  let bestDot = -Infinity;
  for (const hub of hubs) {
    const dot = at.x * hub.x + at.y * hub.y + at.z * hub.z;
    if (dot > bestDot && hub !== not0 && hub !== not1) {
      bestDot = dot;
      best = hub;
    }
  }
  if (best === undefined) throw new RangeError("no hub is near a point that is not on the globe");
  return best;
}

/** The model over the committed table, which geo-data/latency-packed.json has in short. */
export const latencyModel: LatencyModel = createLatencyModel({
  ...packed,
  hubMs: unpackedMatrix(packed.hubMs),
});
