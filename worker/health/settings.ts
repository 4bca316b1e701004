/** How the service probes. */
import type { Point } from "../geo/distance.ts";
import type { Rules } from "./rules.ts";

/** Where a Durable Object can be asked to run (location hints); `here` gives no hint. */
export const regions = [
  "here",
  "wnam",
  "enam",
  "sam",
  "weur",
  "eeur",
  "apac",
  "oc",
  "afr",
  "me",
] as const;
export type Region = (typeof regions)[number];

/** `off`: nothing is probed. `asked`: mirrors that were candidates for somebody lately. `all`: every listed one. */
export const probings = ["off", "asked", "all"] as const;
export type Probing = (typeof probings)[number];

export interface ProbeSettings {
  probing: Probing;
  regions: readonly Region[];
  /** Probers run where their region says; false: all on the machine of the service, whatever their region is called. */
  isPlatform: boolean;
  /** Where the service itself is, for Probers that run there. Absent: nobody said. */
  ownPoint?: Point;
  rules: Rules;
  /** Mirrors one Prober watches at most. */
  shardMirrors: number;
  /** Base URL the service is reached under, ends in `/`; empty: not told. */
  publicUrl: string;
  /** Answered by somebody else: asked to tell our own blindness from the mirrors' silence. */
  controlServers: readonly string[];
}
