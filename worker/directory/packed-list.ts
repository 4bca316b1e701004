/** A list whose resources are read when they are first asked for. */
import type { Resource } from "./resource.ts";

/** What has to be known of a list before any of its resources is read. Immutable. */
export interface PackedList<Listed extends Resource, Demand> {
  readonly length: number;
  /** Positions of those that name networks: an AS, prefixes or a scope. */
  readonly onNetworks: readonly number[];
  /** Whether any has `loadMs`. */
  readonly hasLoad: boolean;
  /** Reads one, by its position in the order of names; a new object each time. */
  at(index: number): Listed;
  /** Positions of those of which some can meet the demand; all others can't. Rising. */
  able(demand: Demand): readonly number[];
}
