/** Builds a repository's presence as blobs: the index of what its indexes list, and what the presence before had. */

import type { Blobs } from "../../../blobs/blobs.ts";
import { buildIndex } from "../../../blobs/segmented/build-index.ts";
import { indexBlobs } from "../../../blobs/segmented/read-index.ts";
import type { SnapshotPresence } from "../../chain/snapshot.ts";
import { PresenceMerger } from "./merge-segment.ts";
import { leastSegments, presenceCodec, usualRecords } from "./presence-index.ts";

export interface PresenceBuild {
  /** `put` is called with each blob that the presence before doesn't name. */
  blobs: Pick<Blobs, "get" | "put">;
  /** SHA-256 of the blobs of contents; each once. */
  listings: readonly string[];
  /** Its blobs are stored, and stay so while this is under way. */
  previous: SnapshotPresence | undefined;
  /** Greater than that of `previous`. */
  generation: number;
  /** The generation of the oldest kept snapshot. */
  oldestKept: number;
}

/** What building may take. */
export interface PresenceLimits {
  /**
   * Bytes of index contents and of the segments before that are in memory at a time. Less takes more reads, one of each
   * index for a group: a million files in 40 indexes, with as many before, are 13 groups.
   */
  groupBytes: number;
  /** Records that a segment has at most, usually. */
  segmentRecords: number;
}

export const presenceLimits: PresenceLimits = {
  groupBytes: 8 * 1024 * 1024,
  segmentRecords: usualRecords,
};

/**
 * The presence at `generation`. A path that two indexes have with another size or SHA-256, or whose hash another path
 * has as well, is left out: nobody is told anything about it.
 *
 * Rejects as the blobs do, for a blob that is missing or damaged (`DamagedBlob`), and for generations that don't follow
 * or more files than fit (`RangeError`). What was stored until then nobody names.
 */
export async function buildPresence(
  { blobs, listings, previous, generation, oldestKept }: PresenceBuild,
  { groupBytes, segmentRecords }: PresenceLimits = presenceLimits,
): Promise<SnapshotPresence> {
  const merger = new PresenceMerger({ generation, previous: previous?.generation, oldestKept });
  const head = await buildIndex(
    { codec: presenceCodec, merger, blobs, inputs: listings, previous: previous?.head },
    { groupBytes, leastSegments: (size) => leastSegments(size, segmentRecords) },
  );
  return { head, generation, ...merger.counts };
}

/** The names of all blobs of a presence, its head's with them. Rejects where that is missing or damaged. */
export function presenceBlobs(
  blobs: Pick<Blobs, "get">,
  { head }: SnapshotPresence,
): Promise<string[]> {
  return indexBlobs(presenceCodec, blobs, head);
}
