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
import { chordKm, type Point, type UnitVector, unitVector, vectorKm } from "./distance.ts";
import { packedLength, packedValue } from "./packed-matrix.ts";

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

/** The same as the edge has it. */
export interface PackedFigures extends Omit<LatencyFigures, "hubMs"> {
  /** As `packedMatrix` makes it of the rows. */
  hubMs: string;
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

/** The hubs, side by side: a new isolate looks for those near hundreds of mirrors before its code is compiled well. */
interface Hubs {
  count: number;
  x: Float64Array;
  y: Float64Array;
  z: Float64Array;
  /** Their indices from south to north. */
  south: Uint16Array;
  /** Round trip between two in the table, ms. */
  msIn(from: number, to: number): number;
  /** The same between each two, `count` rows of as many; `unread`: nobody needed it yet. */
  ms: Float32Array;
  /** By the same index the detour; 0: nobody needed it yet. */
  detours: Float32Array;
}

/**
 * A model over a table. Reads the table when it is first asked, and keeps two dense matrices of float32. Throws a
 * RangeError for a table of fewer than three hubs.
 */
export function createLatencyModel(table: LatencyFigures | PackedFigures): LatencyModel {
  const { floorMs, accessMsPerKm } = table;
  const count = table.latitudes.length;
  if (count < 3) throw new RangeError("a latency table needs at least three hubs");
  let opened: Hubs | undefined;

  function hubs(): Hubs {
    opened ??= openHubs(table);
    return opened;
  }

  function detour(of: Hubs, from: number, to: number): number {
    const { x, y, z, detours } = of;
    if (from === to) return 1;
    const known = detours[from * count + to] ?? 0;
    if (known !== 0) return known;
    const dx = (x[from] ?? Number.NaN) - (x[to] ?? Number.NaN);
    const dy = (y[from] ?? Number.NaN) - (y[to] ?? Number.NaN);
    const dz = (z[from] ?? Number.NaN) - (z[to] ?? Number.NaN);
    const km = chordKm(dx, dy, dz);
    // Within a few km of each other the ratio means nothing; it would only magnify.
    const ratio = msBetween(of, from, to) / (accessMsPerKm * Math.max(km, 50));
    detours[from * count + to] = detours[to * count + from] = Math.max(1, ratio);
    return detours[from * count + to] ?? 1;
  }

  function prepare(point: Point): PreparedPoint {
    const of = hubs();
    const at = unitVector(point);
    const { hub0, hub1, hub2 } = nearest(of, at);
    const accessMs = (hub: number) => {
      const dx = at.x - (of.x[hub] ?? Number.NaN);
      const dy = at.y - (of.y[hub] ?? Number.NaN);
      const dz = at.z - (of.z[hub] ?? Number.NaN);
      return chordKm(dx, dy, dz) * accessMsPerKm * detour(of, hub0, hub);
    };
    return {
      x: at.x,
      y: at.y,
      z: at.z,
      hub0,
      hub1,
      hub2,
      access0: accessMs(hub0),
      access1: accessMs(hub1),
      access2: accessMs(hub2),
    };
  }

  function rttMs(a: PreparedPoint, b: PreparedPoint): number {
    const of = hubs();
    const straight = vectorKm(a, b) * accessMsPerKm * detour(of, a.hub0, b.hub0);
    const over0 = overHub(of, a.hub0, a.access0, b);
    const over1 = overHub(of, a.hub1, a.access1, b);
    const over2 = overHub(of, a.hub2, a.access2, b);
    return floorMs + Math.min(straight, over0, over1, over2);
  }

  return { prepare, rttMs };
}

/** From one hub over the table to the cheapest of the other place's. */
function overHub(of: Hubs, hub: number, access: number, b: PreparedPoint): number {
  // Sums are written so that swapping the places adds the same two numbers: the estimate is exactly symmetric.
  const via0 = access + b.access0 + msBetween(of, hub, b.hub0);
  const via1 = access + b.access1 + msBetween(of, hub, b.hub1);
  const via2 = access + b.access2 + msBetween(of, hub, b.hub2);
  return Math.min(via0, via1, via2);
}

/** Stands for what wasn't read yet: no round trip. */
const unread = -1;

function msBetween({ count, ms, msIn }: Hubs, from: number, to: number): number {
  const known = ms[from * count + to] ?? unread;
  if (known !== unread) return known;
  const read = msIn(from, to);
  ms[from * count + to] = read;
  ms[to * count + from] = read;
  // As a float32 has it, like every reading after this one.
  return ms[from * count + to] ?? read;
}

function openHubs(table: LatencyFigures | PackedFigures): Hubs {
  const { latitudes, longitudes, hubMs } = table;
  const count = latitudes.length;
  const [x, y, z] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  for (let hub = 0; hub < count; hub++) {
    const latitude = latitudes[hub] ?? Number.NaN;
    const at = unitVector({ latitude, longitude: longitudes[hub] ?? Number.NaN });
    x[hub] = at.x;
    y[hub] = at.y;
    z[hub] = at.z;
  }
  const ms = new Float32Array(count * count).fill(unread);
  const detours = new Float32Array(count * count);
  return { count, x, y, z, south: fromSouth(z), msIn: readerOf(hubMs, count), ms, detours };
}

/** Reads the table's matrix. */
function readerOf(hubMs: number[][] | string, count: number): Hubs["msIn"] {
  if (typeof hubMs !== "string") {
    return (from, to) =>
      from === to ? 0 : (hubMs[Math.max(from, to)]?.[Math.min(from, to)] ?? Number.NaN);
  }
  if (hubMs.length !== packedLength(count)) {
    throw new RangeError(`the packed matrix is none of ${count} hubs`);
  }
  return (from, to) => packedValue(hubMs, from, to);
}

/** Indices of coordinates by these, in steps of a millionth of a metre: numbers are sorted without calling anything. */
function fromSouth(z: Float64Array): Uint16Array {
  const keys = z.map((one, hub) => Math.floor((one + 1) * 1e12) * z.length + hub).sort();
  return Uint16Array.from(keys, (key) => key % z.length);
}

/** Rounding errors of squares between unit vectors are far below this. */
const rounding = 1e-9;

/** The three hubs nearest to a point. Those at its latitude come first, and the search ends where none can be nearer. */
function nearest({ count, x, y, z, south }: Hubs, at: UnitVector) {
  let hub0 = 0;
  let hub1 = 0;
  let hub2 = 0;
  let dot0 = -2;
  let dot1 = -2;
  let dot2 = -2;
  let above = firstNorth(south, z, at.z);
  let below = above - 1;
  while (below >= 0 || above < count) {
    const up = above < count ? (z[south[above] ?? 0] ?? 0) - at.z : Infinity;
    const down = below >= 0 ? at.z - (z[south[below] ?? 0] ?? 0) : Infinity;
    const away = Math.min(up, down);
    // The square of the chord to the third of them.
    if (away * away > 2 - 2 * dot2 + rounding) break;
    const hub = south[up < down ? above++ : below--] ?? 0;
    const dot = at.x * (x[hub] ?? 0) + at.y * (y[hub] ?? 0) + at.z * (z[hub] ?? 0);
    if (dot > dot0) {
      hub2 = hub1;
      dot2 = dot1;
      hub1 = hub0;
      dot1 = dot0;
      hub0 = hub;
      dot0 = dot;
    } else if (dot > dot1) {
      hub2 = hub1;
      dot2 = dot1;
      hub1 = hub;
      dot1 = dot;
    } else if (dot > dot2) {
      hub2 = hub;
      dot2 = dot;
    }
  }
  return { hub0, hub1, hub2 };
}

/** Where in the order the first hub stands that is farther north. */
function firstNorth(south: Uint16Array, z: Float64Array, than: number): number {
  let from = 0;
  let to = south.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((z[south[middle] ?? 0] ?? 0) > than) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** The model over the committed table, which geo-data/latency-packed.json has in short. */
export const latencyModel: LatencyModel = createLatencyModel(packed);
