/**
 * The roster: the compact, read-only view of all mirrors with their health that the edge decides from.
 *
 * This file is its shape as it travels (JSON). What the edge computes from it once per version
 * (coordinates as numbers, candidates per place) is in `candidates.ts`.
 */
import type { LatencyCorrection } from "../directory/correction.ts";
import type { Scope, State } from "../directory/resource.ts";
import type { Family } from "../geo/family.ts";
import type { Scheme } from "../geo/scheme.ts";

/** How far a mirror's copy of a repository is behind its origin: an axis of its own beside the state. */
export type Freshness = "fresh" | "lagging" | "stale";

/** An operator's override on a mirror, or on one repository there: it goes before anything a probe says. */
export interface Override {
  is: "drained" | "disabled";
  by: string;
  why: string;
  /** ISO date or moment in UTC; from then on the override no longer holds. */
  until?: string;
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
  /** An operator's override on this repository there; in the list only, `Fleet` turns it into `state`. */
  word?: Override;
  /** Overrides the mirror's state for this repository. */
  state?: State;
  /** What probes say, by scheme; a scheme that is absent has `state`, or the mirror's. */
  states?: Partial<Record<Scheme, State>>;
  /** Absent: not known. */
  freshness?: Freshness;
  /**
   * The newest generation (of the repository's snapshots) whose files it is known to have all, by its own roots.
   * Absent: not known, so that every file has to be proven.
   */
  generation?: number;
  /** Files (decoded paths inside the repository) that this mirror was found not to have rightly. */
  without?: string[];
  /** Several were found lately, so that no other file is known to be there. */
  patchy?: true;
  /** Of several files the bytes were wrong or too late, which a check of the size doesn't show for others. */
  corrupt?: true;
  /** Share of client networks, 0 to 1, that a mirror that came back gets again. Absent: all. */
  ramp?: number;
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
  /** What probes measured against the latency model's estimates. Absent: nothing that differs. */
  latency?: LatencyCorrection;
  /** More than its part of all clients were sent there: it counts as this much farther, ms. Absent: not so. */
  loadMs?: number;
  /** Private: only clients of the mirror's own prefixes, ASN or scope are ever sent here. */
  private?: boolean;
  /** An operator's override on the whole site; in the list only, `Fleet` turns it into `state`. */
  word?: Override;
  state: State;
  /** By repository name. */
  carries: Record<string, Carried>;
}

export interface RosterView {
  /** Grows with every publish; an older one is refused. Unix milliseconds of the build. */
  version: number;
  /** Version of the mirror list it was built from, where `Fleet` built it. */
  list?: number;
  mirrors: RosterMirror[];
}
