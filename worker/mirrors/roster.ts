/**
 * The roster: the compact, read-only view of all mirrors with their health that the edge decides from.
 *
 * This file is its shape on the wire (JSON). What the edge computes from it once per version
 * (coordinates as numbers, candidates per place) is in `candidates.ts`.
 */

/** What the probes' observations add up to, and the two states only an operator sets. */
export type State = "unknown" | "up" | "degraded" | "down" | "drained" | "disabled";

/** Schemes a client can be redirected to. rsync is for mirror operators, not for clients. */
export type Scheme = "https" | "http";

/** Address families. A mirror without the field is not known to lack either. */
export type Family = "ipv4" | "ipv6";

/** Who may be sent to a mirror. An absent list does not restrict; a client must satisfy every present one. */
export interface Scope {
  /** ISO 3166-1 alpha-2, upper case. */
  countries?: string[];
  asns?: number[];
  /** CIDR. */
  prefixes?: string[];
}

/** One repository as one mirror carries it. */
export interface Carried {
  /** Base URL of the repository on this mirror, by scheme; each ends in `/`. At least one is present. */
  https?: string;
  http?: string;
  /** Architectures carried (the repository's own words: `amd64`, `x86_64`). Absent: all. */
  architectures?: string[];
  /** Path prefixes inside the repository this mirror leaves out, without a leading slash. */
  exclude?: string[];
  /** Overrides the mirror's state for this repository. */
  state?: State;
}

/** A mirror is a site. */
export interface RosterMirror {
  /** Unique, the word used in `?trace`, `?avoid` and the API. */
  name: string;
  /** ISO 3166-1 alpha-2, upper case. Absent: not known. */
  country?: string;
  /** Degrees north and east. Absent: not placed. */
  latitude?: number;
  longitude?: number;
  /** The coordinates stand for a whole country or state. */
  approximate?: boolean;
  asn?: number;
  /** CIDRs whose clients are at this mirror's network: nearer than any distance. */
  prefixes?: string[];
  /** Mbit/s this mirror offers; weights the share of clients it gets among near-equals. */
  capacity: number;
  families?: Family[];
  scope?: Scope;
  /** Private: only clients of the mirror's own prefixes, ASN or scope are ever sent here. */
  private?: boolean;
  state: State;
  /** By repository name. */
  carries: Record<string, Carried>;
}

export interface RosterView {
  /** Grows with every publish; an older one is refused. Unix milliseconds of the build. */
  version: number;
  mirrors: RosterMirror[];
}
