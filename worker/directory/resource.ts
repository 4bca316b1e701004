/** Ranked resources: what clients can be sent to. A mirror is one; a resolver or a time server can be. */
import { isDeepStrictEqual } from "node:util";
import { type Prefix, readPrefix } from "../geo/address.ts";
import { isOnGlobe } from "../geo/distance.ts";
import type { LatencyModel } from "../geo/latency.ts";
import { fnv, mix } from "../runtime/fast-hash.ts";
import type { LatencyCorrection } from "./correction.ts";
import { Positioned } from "./cost.ts";

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
  readonly index: number;
  readonly resource: Listed;
  readonly positioned: Positioned;
  /** Spread evenly over 32 bits; half of the rendezvous hash. */
  readonly nameHash: number;
  /** The networks listed as its own. */
  readonly prefixes: readonly Prefix[];
  readonly scopePrefixes: readonly Prefix[] | undefined;
}

/** An opened resource, which computes what is asked of it when it is first asked. */
export class Opened<Listed extends Resource> implements OpenResource<Listed> {
  readonly index: number;
  readonly resource: Listed;
  readonly #model: LatencyModel;
  #positioned: Positioned | undefined;
  #nameHash: number | undefined;
  #prefixes: readonly Prefix[] | undefined;
  #scopePrefixes: readonly Prefix[] | undefined;

  /**
   * @param before the same under the list before: where it is where it was, its position is taken over
   * @throws RangeError for coordinates that are no place
   */
  constructor(
    resource: Listed,
    index: number,
    model: LatencyModel,
    before: OpenResource | undefined,
  ) {
    const { latitude = 0, longitude = 0 } = resource;
    // Now, while the list can still be refused: its position is prepared for some client.
    if (!isOnGlobe({ latitude, longitude })) {
      throw new RangeError(`${resource.name} is nowhere on the globe`);
    }
    this.index = index;
    this.resource = resource;
    this.#model = model;
    if (before !== undefined && isSamePlace(resource, before.resource)) {
      this.#positioned = isSameAddition(resource, before.resource)
        ? before.positioned
        : new Positioned(resource, model, before.positioned);
    }
  }

  get positioned(): Positioned {
    this.#positioned ??= new Positioned(this.resource, this.#model);
    return this.#positioned;
  }

  get nameHash(): number {
    this.#nameHash ??= mix(fnv(this.resource.name));
    return this.#nameHash;
  }

  get prefixes(): readonly Prefix[] {
    this.#prefixes ??= readPrefixes(this.resource.prefixes) ?? none;
    return this.#prefixes;
  }

  get scopePrefixes(): readonly Prefix[] | undefined {
    const { prefixes } = this.resource.scope ?? {};
    if (prefixes === undefined) return undefined;
    this.#scopePrefixes ??= readPrefixes(prefixes);
    return this.#scopePrefixes;
  }
}

/** One for all resources that list none. */
const none: readonly Prefix[] = [];

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

/** Whether both have the same resources in the same order, each pair alike. */
export function isAlike(
  alike: (a: Resource, b: Resource) => boolean,
  before: readonly OpenResource[],
  after: readonly OpenResource[],
): boolean {
  return (
    before.length === after.length &&
    after.every((open, at) => {
      const was = before[at];
      if (was === open) return true;
      return was?.resource.name === open.resource.name && alike(was.resource, open.resource);
    })
  );
}
