/**
 * What measurements change of an estimate: a resource behind bad transit is farther than its place says. Pure.
 *
 * A correction has a part for clients everywhere, and one for each region that measured: for clients near that region the
 * latter counts instead, the more the nearer they are. What nobody measured has none, and costs what it did.
 */
import type { LatencyModel, PreparedPoint } from "../geo/latency.ts";
import { pointOfRegion } from "../geo/regions.ts";

/** How far the model is off for one resource, ms of a round trip; above 0: the resource is farther than estimated. */
export interface LatencyCorrection {
  /** For clients everywhere: what all regions measured, as of a slow last mile. */
  everywhereMs: number;
  /** For clients near a region (`pointOfRegion`), in place of the other. */
  nearMs: Readonly<Record<string, number>>;
  /** When it was measured: hours since 1970. */
  hour: number;
}

/** A region counts half as much for a client that is this far from it, ms by the estimate: about a large country. */
const halfNearMs = 20;
/** What a region measured says nothing of clients farther from it than this, ms: they come by other ways. */
export const farthestMs = 60;
/** What the part for everywhere counts beside the regions', so that a region alone never counts for all: 4/5 at most. */
const everywhereWeight = 0.25;

/** The most that one region can count for any client. */
export const mostRegionWeight = 1 / (1 + everywhereWeight);
/** Measured or not, a client isn't nearer than this share of the estimate: light has its speed. */
export const leastOfEstimate = 0.5;

/** How near a point is to regions, 0 to 1; each is looked up once. Kept with a prepared place. */
export type RegionNearness = Map<string, number>;

/** What a region counts before it is weighed against others, 0 to 1. */
function nearness(name: string, from: PreparedPoint, model: LatencyModel): number {
  const point = pointOfRegion(name);
  if (point === undefined) return 0;
  const awayMs = model.rttMs(from, model.prepare(point));
  return awayMs > farthestMs ? 0 : 1 / (1 + (awayMs / halfNearMs) ** 2);
}

/**
 * The correction for clients at a point, ms.
 *
 * @param from undefined: nobody knows where they are
 * @param known filled as it is used
 */
export function correctionMs(
  { everywhereMs, nearMs }: LatencyCorrection,
  from: PreparedPoint | undefined,
  model: LatencyModel,
  known: RegionNearness,
): number {
  if (from === undefined) return everywhereMs;
  let sum = 0;
  let weights = everywhereWeight;
  for (const name in nearMs) {
    let weight = known.get(name);
    if (weight === undefined) {
      weight = nearness(name, from, model);
      known.set(name, weight);
    }
    sum += weight * ((nearMs[name] ?? 0) - everywhereMs);
    weights += weight;
  }
  return everywhereMs + sum / weights;
}

/** An estimate with its correction, ms. */
export function corrected(estimateMs: number, byMs: number): number {
  return Math.max(estimateMs * leastOfEstimate, estimateMs + byMs);
}
