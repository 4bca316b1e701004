/** Ranked resources: what clients can be sent to. A mirror is one; a resolver or a time server can be. */
import { isDeepStrictEqual } from "node:util";
import { mix, type Prefix, readPrefix } from "../geo/address.ts";
import type { LatencyModel } from "../geo/latency.ts";
import { fnv } from "../runtime/text-hash.ts";
import type { LatencyCorrection } from "./correction.ts";
import { type Positioned, position } from "./cost.ts";

/** What the probes' observations add up to, and the two states only an operator sets. */
export type State = "unknown" | "up" | "degraded" | "down" | "drained" | "disabled";

/** Which clients a resource takes. An absent list does not restrict; a client must satisfy every present one. */
export interface Scope {
  /** ISO 3166-1 alpha-2, upper case. */
  countries?: string[];
  asns?: number[];
  /** CIDR. */
  prefixes?: string[];
}

/** Where something is, and whose networks it is near: all that ranking needs of it. */
export interface Resource {
  /** Unique among those it is ranked with. */
  name: string;
  /** ISO 3166-1 alpha-2, upper case. Absent: not known. */
  country?: string;
  /** Degrees north and east. Absent: not placed. */
  latitude?: number;
  longitude?: number;
  /** The coordinates stand for a whole country or state. */
  approximate?: boolean;
  asn?: number;
  /** CIDRs whose clients are at this resource's network: nearer than any distance. */
  prefixes?: string[];
  /** Weights the share of clients it gets among near-equals. */
  capacity: number;
  scope?: Scope;
  /** What measurements change of its estimates. Absent: nothing. */
  latency?: LatencyCorrection;
  /** It gets more than its part of all clients: it counts as this much farther, ms. Absent: it doesn't. */
  loadMs?: number;
  /** Private: only clients of its own prefixes, ASN or scope are ever sent here. */
  private?: boolean;
}

/** A resource with what is computed from it once per version of its list. */
export interface OpenResource<Listed extends Resource = Resource> {
  /** Position in the list; resources are in name order, so this also breaks ties. */
  index: number;
  resource: Listed;
  positioned: Positioned;
  /** Spread evenly over 32 bits; half of the rendezvous hash. */
  nameHash: number;
  /** The networks listed as its own. */
  prefixes: readonly Prefix[];
  scopePrefixes: readonly Prefix[] | undefined;
}

/**
 * Opens a resource.
 *
 * @param before the same under the list before: where it is where it was, its position is taken over
 */
export function openResource<Listed extends Resource>(
  resource: Listed,
  index: number,
  model: LatencyModel,
  before: OpenResource | undefined,
): OpenResource<Listed> {
  const moved = before === undefined || !isSamePlace(resource, before.resource);
  const priced = before !== undefined && isSameAddition(resource, before.resource);
  const { latency, loadMs = 0 } = resource;
  return {
    index,
    resource,
    positioned: moved
      ? position(resource, model)
      : priced
        ? before.positioned
        : { ...before.positioned, latency, loadMs },
    nameHash: mix(fnv(resource.name)),
    prefixes: readPrefixes(resource.prefixes) ?? [],
    scopePrefixes: readPrefixes(resource.scope?.prefixes),
  };
}

function readPrefixes(texts: readonly string[] | undefined): Prefix[] | undefined {
  return texts?.map(readPrefix).filter((prefix) => prefix !== undefined);
}

/** Whether all that a position is made of is the same. */
export function isSamePlace(a: Resource, b: Resource): boolean {
  return (
    a.latitude === b.latitude &&
    a.longitude === b.longitude &&
    a.country === b.country &&
    a.approximate === b.approximate
  );
}

/** Whether measurements and load add the same to the costs of both. */
export function isSameAddition(a: Resource, b: Resource): boolean {
  return a.loadMs === b.loadMs && isDeepStrictEqual(a.latency, b.latency);
}

/** Whether the same clients are near both, and may be sent there. */
export function isSameNetwork(a: Resource, b: Resource): boolean {
  return (
    a.asn === b.asn &&
    a.private === b.private &&
    isDeepStrictEqual([a.prefixes, a.scope], [b.prefixes, b.scope])
  );
}

/** Indices of those to whose costs something else is added now. Both have the same resources in the same order. */
export function pricedAnew(
  before: readonly OpenResource[],
  after: readonly OpenResource[],
): number[] {
  return after.flatMap((open, at) => {
    const was = before[at];
    if (was === open || was === undefined) return [];
    return isSameAddition(was.resource, open.resource) ? [] : [at];
  });
}
