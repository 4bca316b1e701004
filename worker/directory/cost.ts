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

/** A point of the list, prepared when it is first asked for: a new isolate's first client is near few of a thousand. */
class Site {
  readonly #at: Point;
  readonly #model: LatencyModel;
  #prepared: PreparedPoint | undefined;
  #fromAnywhereMs: number | undefined;

  constructor(at: Point, model: LatencyModel) {
    this.#at = at;
    this.#model = model;
  }

  get point(): PreparedPoint {
    this.#prepared ??= this.#model.prepare(this.#at);
    return this.#prepared;
  }

  get fromAnywhereMs(): number {
    if (this.#fromAnywhereMs === undefined) {
      let sum = 0;
      for (const from of unknownClients(this.#model)) sum += this.#model.rttMs(from, this.point);
      this.#fromAnywhereMs = sum / unknownClientPoints.length;
    }
    return this.#fromAnywhereMs;
  }
}

/** `unknownClientPoints` of the model that was asked last: all lists of a process have one. */
let unknown: { model: LatencyModel; points: readonly PreparedPoint[] } | undefined;

function unknownClients(model: LatencyModel): readonly PreparedPoint[] {
  if (unknown?.model !== model) {
    unknown = { model, points: unknownClientPoints.map((one) => model.prepare(one)) };
  }
  return unknown.points;
}

/** A resource's position. Immutable, but for what it computes when it is first asked. */
export class Positioned {
  readonly #site: Site | undefined;
  readonly rough: boolean;
  readonly country: string | undefined;
  readonly continent: string | undefined;
  /** As in `Resource`. */
  readonly latency: LatencyCorrection | undefined;
  /** As in `Resource`; 0: none. */
  readonly loadMs: number;

  /** @param before the same resource's, where it is where it was; absent: it is somewhere else, or new */
  constructor(resource: Resource, model: LatencyModel, before?: Positioned) {
    const { latitude, longitude, country, approximate, latency, loadMs = 0 } = resource;
    this.latency = latency;
    this.loadMs = loadMs;
    this.country = country;
    if (before !== undefined) {
      this.#site = before.#site;
      this.rough = before.rough;
      this.continent = before.continent;
      return;
    }
    const ofCountry = country === undefined ? undefined : countryPlace(country);
    const exact =
      latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
    // A resource without coordinates is taken to be at its country's main place.
    const point = exact ?? ofCountry;
    this.#site = point && new Site(point, model);
    this.rough = exact === undefined || approximate === true;
    this.continent = ofCountry?.continent;
  }

  /** Undefined: nothing is known of where it is. */
  get point(): PreparedPoint | undefined {
    return this.#site?.point;
  }

  /** Mean over `unknownClientPoints`, ms. */
  get fromAnywhereMs(): number {
    return this.#site?.fromAnywhereMs ?? unplacedMs;
  }
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
  /** How often candidates were looked for from there. */
  searches: number;
}

export function preparePlace(place: Place, model: LatencyModel): PreparedPlace {
  const { latitude, longitude } = place;
  const point =
    latitude === undefined || longitude === undefined
      ? undefined
      : model.prepare({ latitude, longitude });
  return { place, point, regions: new Map(), searches: 0 };
}

/** Cost of a resource's position for a place, before the client's network and the resource's state are known. */
export function placeCost(from: PreparedPlace, to: Positioned, model: LatencyModel): PlaceCost {
  const addedMs = borderMs(from.place, to) + to.loadMs;
  const { point } = to;
  if (point === undefined) return { rttMs: unplacedMs, addedMs };
  const estimateMs = estimatedMs(from, to, point, model);
  const rttMs =
    to.latency === undefined
      ? estimateMs
      : corrected(estimateMs, correctionMs(to.latency, from.point, model, from.regions));
  return { rttMs, addedMs: addedMs + (to.rough ? roughlyPlacedMs : 0) };
}

/** The round trip by the model alone, ms. */
function estimatedMs(
  from: PreparedPlace,
  to: Positioned,
  point: PreparedPoint,
  model: LatencyModel,
): number {
  return from.point === undefined ? to.fromAnywhereMs : model.rttMs(from.point, point);
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
