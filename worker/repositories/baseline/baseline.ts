/** What a repository's origin has: what probes compare a mirror's copy with. */
import type { RootEnd } from "../../formats/root-end.ts";

/** One state of a root, as its origin published it. */
export interface RootVersion {
  /** SHA-256 of the bytes, lower-case hex. */
  hash: string;
  /** When the origin says it was made, Unix ms: from its own text where it says (`Date:`, `revision`), else `Last-Modified`. */
  date?: number;
  /**
   * When it was first seen to be what the origin publishes, Unix ms; after a return to it, when it returned.
   */
  seenAt: number;
  /** The newest generation of the repository's snapshots that has it; absent: none has. */
  generation?: number;
  /** Of one that is larger than a probe reads, where it is told by that. */
  end?: RootEnd;
}

/** A root with its generations, newest first; bounded by `maxGenerations`. */
export interface RootBaseline {
  /** Inside the repository, as in `Repository.roots`. */
  path: string;
  /** Where its bytes are, if not at `path`: an archive without `InRelease` has `Release`. */
  file?: string;
  /** Larger than a probe reads: mirrors are asked for its end, where the newest has one, else for nothing of it. */
  large?: true;
  generations: readonly RootVersion[];
  /** Why the last poll of this root gave nothing, for people; absent: it was read. What was known before is kept. */
  failed?: string;
}

/** A payload file of the current index, to sample mirrors by. */
export interface SampleFile {
  /** Inside the repository, decoded, without a leading slash. */
  path: string;
  size: number;
  /** SHA-256, lower-case hex. */
  sha256?: string;
  /** The state of its index before didn't list it. */
  recent?: boolean;
}

export interface Baseline {
  repository: string;
  /** The origin this is of: what another origin had says nothing about this one. */
  origin?: string;
  /** When the origin last answered, Unix ms; 0: never. */
  askedAt: number;
  roots: readonly RootBaseline[];
  samples: readonly SampleFile[];
  /** Of the snapshot that lists all the samples; absent: they are of no snapshot. */
  generation?: number;
  /** No root could be read: why, for people. What was known before is kept. */
  failed?: string;
  /** Why new samples could not be had, for people. The ones before are kept. */
  withoutSamples?: string;
}

/** Generations of a root remembered. Debian publishes four a day: over a week. */
export const maxGenerations = 32;
