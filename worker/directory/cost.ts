/** What a resource costs a place: an estimate of the round trip in milliseconds, with its parts. */
import type { Place } from "../geo/client.ts";
import { countryPlace } from "../geo/countries.ts";
import type { LatencyModel, Point, PreparedPoint } from "../geo/latency.ts";
import {
  corrected,
  correctionMs,
  type LatencyCorrection,
  type RegionNearness,
} from "./correction.ts";
import type { Resource, State } from "./resource.ts";

/** Where the world's clients are, roughly; a client without a known place costs the mean over these. */
const unknownClientPoints: readonly Point[] = [
  { latitude: 50.1, longitude: 8.7 },
  { latitude: 51.5, longitude: -0.1 },
  { latitude: 40.7, longitude: -74.0 },
  { latitude: 37.4, longitude: -122.0 },
  { latitude: -23.5, longitude: -46.6 },
  { latitude: 19.1, longitude: 72.9 },
  { latitude: 1.35, longitude: 103.8 },
  { latitude: 35.7, longitude: 139.7 },
];

/** Another country: other carriers, and borders where traffic is charged or filtered. About 450 km worth. */
export const otherCountryMs = 8;
/** Another continent: the estimate is least certain there. */
export const otherContinentMs = 15;
/** The resource's country is known, its city isn't: behind those of which it is, before those abroad. */
export const roughlyPlacedMs = 5;
/** Nothing is known of where the resource is: behind every resource that is placed on the same continent. */
export const unplacedMs = 250;
/** The client's network is listed as the resource's own: nearer than any distance. */
export const listedPrefixMs = 0.5;
/** The same AS, which may span a continent: half the way is saved, the transit between carriers. */
export const sameAsnFactor = 0.5;
/** A degraded mirror serves, but only where the next one is clearly farther. */
export const degradedMs = 80;
/**
 * A drained mirror is behind every other, wherever the client is: more than all other parts of a cost
 * together, which are under a second.
 */
export const drainedMs = 1_000_000;

/** Whether new clients are sent to a resource in that state. */
export function takesClients(state: State): boolean {
  return state === "up" || state === "unknown" || state === "degraded";
}

/** A resource's position, prepared once per list. */
export interface Positioned {
  point: PreparedPoint | undefined;
  rough: boolean;
  country: string | undefined;
  continent: string | undefined;
  /** Mean over `unknownClientPoints`, in ms. */
  fromAnywhereMs: number;
  /** As in `Resource`. */
  latency: LatencyCorrection | undefined;
  /** As in `Resource`; 0: none. */
  loadMs: number;
}

/** Prepares a resource's position. A resource without coordinates is taken to be at its country's main place. */
export function position(resource: Resource, model: LatencyModel): Positioned {
  const ofCountry = resource.country === undefined ? undefined : countryPlace(resource.country);
  const exact =
    resource.latitude === undefined || resource.longitude === undefined
      ? undefined
      : { latitude: resource.latitude, longitude: resource.longitude };
  const point = exact ?? ofCountry;
  const prepared = point && model.prepare(point);
  let sum = 0;
  if (prepared !== undefined) {
    for (const from of unknownClientPoints) sum += model.rttMs(model.prepare(from), prepared);
  }
  return {
    point: prepared,
    rough: exact === undefined || resource.approximate === true,
    country: resource.country,
    continent: ofCountry?.continent,
    fromAnywhereMs: prepared === undefined ? unplacedMs : sum / unknownClientPoints.length,
    latency: resource.latency,
    loadMs: resource.loadMs ?? 0,
  };
}

/** The parts of a cost that depend on the place alone; their sum is the cost before what the client's network changes. */
export interface PlaceCost {
  /** Round trip by the latency model, corrected by what was measured. */
  rttMs: number;
  /** Added for another country, continent, a doubtful position, or load. */
  addedMs: number;
}

/** A place, prepared for being compared with many resources. */
export interface PreparedPlace {
  place: Place;
  point: PreparedPoint | undefined;
  /** To the regions that anybody asked about so far. */
  regions: RegionNearness;
}

export function preparePlace(place: Place, model: LatencyModel): PreparedPlace {
  const { latitude, longitude } = place;
  const point =
    latitude === undefined || longitude === undefined
      ? undefined
      : model.prepare({ latitude, longitude });
  return { place, point, regions: new Map() };
}

/** Cost of a resource's position for a place, before the client's network and the resource's state are known. */
export function placeCost(from: PreparedPlace, to: Positioned, model: LatencyModel): PlaceCost {
  const addedMs = borderMs(from.place, to) + to.loadMs;
  if (to.point === undefined) return { rttMs: unplacedMs, addedMs };
  const estimateMs = estimatedMs(from, to, to.point, model);
  const rttMs =
    to.latency === undefined
      ? estimateMs
      : corrected(estimateMs, correctionMs(to.latency, from.point, model, from.regions));
  return { rttMs, addedMs: addedMs + (to.rough ? roughlyPlacedMs : 0) };
}

/** The round trip by the model alone, ms. */
function estimatedMs(
  from: PreparedPlace,
  { fromAnywhereMs }: Positioned,
  to: PreparedPoint,
  model: LatencyModel,
): number {
  return from.point === undefined ? fromAnywhereMs : model.rttMs(from.point, to);
}

/** What of a round trip is the model's, and what measurements add to it, ms; undefined where they add nothing. */
export function correctionOf(
  from: PreparedPlace,
  to: Positioned,
  model: LatencyModel,
): { estimateMs: number; correctionMs: number } | undefined {
  if (to.latency === undefined || to.point === undefined) return undefined;
  const estimateMs = estimatedMs(from, to, to.point, model);
  const byMs = correctionMs(to.latency, from.point, model, from.regions);
  return { estimateMs, correctionMs: corrected(estimateMs, byMs) - estimateMs };
}

function borderMs(from: Place, to: Positioned): number {
  if (from.country === undefined || to.country === from.country) return 0;
  return from.continent === to.continent ? otherCountryMs : otherContinentMs;
}

/** What the client's own network changes: the resource is in its AS, or lists its prefix. */
export type Nearness = "prefix" | "asn" | "none";

/** The whole cost in milliseconds, always finite and not negative. */
export function costMs(parts: PlaceCost, nearness: Nearness, state: State): number {
  const far = parts.rttMs + parts.addedMs;
  const near =
    nearness === "prefix" ? listedPrefixMs : nearness === "asn" ? far * sameAsnFactor : far;
  return near + (state === "degraded" ? degradedMs : state === "drained" ? drainedMs : 0);
}
