/**
 * Builds the latency table (geo-data/latency.json) from the network of known lines and from measurements. A pure
 * function of the two, so that the judge can rebuild it without the measurements of the place it tests.
 *
 * 1. Three prices are fitted to the measurements: the floor (last mile), ms per km of line, ms per line used.
 * 2. Shortest paths over the lines give a round trip between every two hubs.
 * 3. Each is corrected by what was measured in the neighbourhood of both its ends: the ratio of measured to
 *    computed, weighted by nearness *along the lines* (Taipei learns from Hong Kong, Lahore not from Mumbai).
 *    Where nothing was measured near, nothing is corrected.
 */
import { distanceKm, type Point } from "../../worker/geo/distance.ts";
import type { LatencyTable } from "../../worker/geo/latency.ts";
import { type MeasuredPair, type Measurements, measuredPairs } from "./measurements.ts";
import type { Network } from "./network.ts";
import { createPaths, type Prices } from "./paths.ts";

/** Measurements are trusted to this distance along the lines: their weight falls by e every so many ms. */
const NEIGHBOURHOOD_MS = 12;
/** Less near than this (four and a half neighbourhoods) says nothing: many such would add up to a mean of the world. */
const LEAST_NEARNESS = 0.01;
/** Around a hub, lines wind more and carry less peering than the long systems: this much dearer per km. */
const ACCESS_FACTOR = 1.4;
/** Weight of "the computed path is right", beside 1 for a measurement between the very two hubs. */
const PRIOR_WEIGHT = 0.15;

interface FittedPrices extends Prices {
  floorMs: number;
}

/** The table for these hubs. Deterministic. Values in ms, rounded to whole ms. */
export function buildLatencyTable(network: Network, measurements: Measurements): LatencyTable {
  const anchors = anchorPairs(network, measuredPairs(measurements));
  const prices = fitPrices(network, anchors);
  const paths = createPaths(network, prices);
  const computed = network.hubs.map((_, hub) => paths.from(hub));
  const correction = neighbourhoodCorrection(computed, anchors, prices.floorMs);
  return {
    source: measurements.source,
    floorMs: prices.floorMs,
    accessMsPerKm: round(prices.msPerKm * ACCESS_FACTOR, 5),
    hubs: network.hubs.map((hub) => hub.id),
    latitudes: network.hubs.map((hub) => hub.latitude),
    longitudes: network.hubs.map((hub) => hub.longitude),
    hubMs: computed.map((row, a) => {
      const factor = correction(a);
      return Array.from(row.subarray(0, a), (ms, b) => Math.round(ms * factor(b)));
    }),
  };
}

/** A measured pair, moved to the hubs where its ends are. */
interface AnchorPair {
  a: number;
  b: number;
  ms: number;
}

function anchorPairs(network: Network, pairs: MeasuredPair[]): AnchorPair[] {
  return pairs
    .map(({ a, b, ms }) => ({ a: nearestHub(network, a), b: nearestHub(network, b), ms }))
    .filter(({ a, b }) => a !== b);
}

function nearestHub(network: Network, point: Point): number {
  const distances = network.hubs.map((hub) => distanceKm(hub, point));
  return distances.indexOf(Math.min(...distances));
}

/** Coordinate descent on the mean absolute log error: an error of 10 % weighs the same near and far. */
function fitPrices(network: Network, anchors: AnchorPair[]): FittedPrices {
  const starts = new Set(anchors.map(({ a }) => a));
  const loss = (prices: FittedPrices) => {
    const paths = createPaths(network, prices);
    const rows = new Map(Array.from(starts, (hub) => [hub, paths.from(hub)]));
    return anchors.reduce((sum, { a, b, ms }) => {
      const estimate = prices.floorMs + (rows.get(a)?.[b] ?? Number.NaN);
      return sum + Math.abs(Math.log(estimate / ms));
    }, 0);
  };
  let best: FittedPrices = { floorMs: 4, msPerKm: 0.0125, msPerLine: 1 };
  let bestLoss = loss(best);
  for (const scale of [1, 0.5, 0.25]) {
    for (let improved = true; improved; ) {
      improved = false;
      for (const change of steps(scale)) {
        const next = {
          floorMs: round(Math.max(1, best.floorMs + change.floorMs), 3),
          msPerKm: round(Math.max(0.0098, best.msPerKm + change.msPerKm), 5),
          msPerLine: round(Math.max(0, best.msPerLine + change.msPerLine), 3),
        };
        const nextLoss = loss(next);
        if (nextLoss < bestLoss - 1e-9) {
          best = next;
          bestLoss = nextLoss;
          improved = true;
        }
      }
    }
  }
  return best;
}

function steps(scale: number): FittedPrices[] {
  return [-scale, scale].flatMap((by) => [
    { floorMs: by, msPerKm: 0, msPerLine: 0 },
    { floorMs: 0, msPerKm: 0.0004 * by, msPerLine: 0 },
    { floorMs: 0, msPerKm: 0, msPerLine: 0.4 * by },
  ]);
}

/**
 * For a hub: the function from another hub to the factor that measurements around the two call for; 1 where
 * there are none.
 */
function neighbourhoodCorrection(
  computed: Float64Array[],
  anchors: AnchorPair[],
  floorMs: number,
): (a: number) => (b: number) => number {
  const nearness = computed.map((row) => row.map((ms) => Math.exp(-ms / NEIGHBOURHOOD_MS)));
  const bothWays = anchors.flatMap(({ a, b, ms }) => {
    const logRatio = Math.log(Math.max(ms - floorMs, 1) / (computed[a]?.[b] ?? Number.NaN));
    return [
      { here: a, nearThere: nearness[b] ?? new Float64Array(), logRatio },
      { here: b, nearThere: nearness[a] ?? new Float64Array(), logRatio },
    ];
  });
  return (a) => {
    const evidence = bothWays
      .map((pair) => ({ ...pair, nearHere: nearness[a]?.[pair.here] ?? 0 }))
      .filter(({ nearHere }) => nearHere >= LEAST_NEARNESS);
    return (b) => {
      let weights = PRIOR_WEIGHT;
      let sum = 0;
      for (const { nearHere, nearThere, logRatio } of evidence) {
        const there = nearThere[b] ?? 0;
        if (there < LEAST_NEARNESS) continue;
        weights += nearHere * there;
        sum += nearHere * there * logRatio;
      }
      return Math.exp(sum / weights);
    };
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
