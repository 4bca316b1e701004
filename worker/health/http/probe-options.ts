/** What a probe of one target is told: what the target is compared with, and how the probe is done. */
import type { VisitOptions } from "../../outbound/visit.ts";
import type { Baseline, SampleFile } from "../../repositories/baseline/baseline.ts";
import type { Repository } from "../../repositories/catalogue.ts";
import type { SeenRoot } from "../observation.ts";
import type { OriginRange } from "./content.ts";

/** What a target is compared with. */
export interface ProbeSubject {
  repository: Repository;
  baseline: Baseline;
  /** Whether a path isn't expected at this mirror (an architecture or folder it doesn't carry). Absent: all is. */
  leavesOut?: (path: string) => boolean;
}

/** How a probe is done. */
export interface ProbeOptions extends VisitOptions {
  /** In [0, 1). */
  random: () => number;
  /** Compare bytes this time. */
  content: boolean;
  /** Of so many files, where bytes are compared. Default 1. */
  contents?: number;
  /** Payload files to check; usually 1. */
  files: number;
  /** Files that failed before, checked first: whether they are mended. Absent: none. */
  again?: readonly SampleFile[];
  originRange: OriginRange;
  /** Whether the origin itself lacks a root or sample, which then says nothing of a mirror. Absent: nobody knows. */
  originLacks?: (path: string) => Promise<boolean>;
  /** `Observation.roots` of the last probe of this target. */
  known?: readonly SeenRoot[];
  /** All roots are asked where there are no more than this, else as `chooseRoots` says. Absent: as it does. */
  roots?: number;
}
