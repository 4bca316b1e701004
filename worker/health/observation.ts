/** What one probe of one target found. */
import type { Freshness } from "../mirrors/roster.ts";
import type { Failure } from "../outbound/failure.ts";

/** One payload file that was checked. */
export interface FileObservation {
  /** Inside the repository, decoded. */
  path: string;
  /** Absent: size (and bytes, where they were hashed) are as they should be. */
  failure?: Failure;
  /** Bytes were compared, not only the size. */
  hashed: boolean;
}

/** The generation a mirror's root shows. */
export interface FreshnessObservation {
  is: Freshness;
  /** Generations behind the origin's newest; absent where the root isn't one we have seen there. */
  behind?: number;
  /** Seconds since the origin published what this mirror lacks; 0 for the newest. */
  lagSeconds: number;
  /** Root it was read at. */
  root: string;
}

/** What a mirror's root was when it was last seen there, to ask for it conditionally the next time. */
export interface SeenRoot {
  /** As in `Repository.roots`. */
  path: string;
  /** The mirror's own validators. */
  etag?: string;
  lastModified?: string;
  /** SHA-256 of the bytes, lower-case hex. */
  hash: string;
  /** When the root says it was made, Unix ms. */
  date?: number;
  /** The same by its own text alone: `Last-Modified` may as well be when the mirror fetched it. */
  textDate?: number;
  /** The origin's newest, by hash, when this was asked for. */
  newest?: string;
}

/** One probe of one target. */
export interface Observation {
  /** When it began, Unix ms. */
  at: number;
  /** The target as a whole failed. Failures of single files are in `files`. */
  failure?: Failure;
  /** Round trip to the first header of the root, ms. */
  ms?: number;
  /** Of a TCP connection to the host, ms: one round trip. Absent: not measured this time. */
  connectMs?: number;
  /** Of bodies read, bytes a second; absent where too little was read to tell. */
  bytesPerSecond?: number;
  freshness?: FreshnessObservation;
  /**
   * The newest generation of the repository's snapshots whose roots are all there; 0: at some root it shows what is in
   * none that we know. Absent: not all of its roots were seen yet, or there are no snapshots.
   */
  generation?: number;
  /** Roots that were seen whole (or are unchanged), to be given back to the next probe. Absent: none. */
  roots?: readonly SeenRoot[];
  files: readonly FileObservation[];
  /** Whether a range was answered with 206; absent: not asked. */
  ranges?: boolean;
  /** When the certificate ends, Unix ms; absent: http, or not known. */
  certificateUntil?: number;
  /** Sentences for the operator that change no state: a certificate about to end, no ranges, a redirect. */
  warnings: readonly string[];
  /** Requests this probe sent to the mirror. */
  requests: number;
}
