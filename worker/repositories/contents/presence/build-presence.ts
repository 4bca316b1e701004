/**
 * Builds a repository's presence as blobs, in groups of segments: the records of one group are read, merged and
 * stored before those of the next, so that memory doesn't grow with the repository.
 */

import type { Blobs } from "../../../blobs/blobs.ts";
import { usualRecords } from "../../../blobs/segmented/segments.ts";
import { sha256Of } from "../../../blobs/segmented/stored-bytes.ts";
import { FewAtOnce } from "../../../runtime/few-at-once.ts";
import type { SnapshotPresence } from "../../chain/snapshot.ts";
import { type MergedSegment, SegmentMerger } from "./merge-segment.ts";
import { blobsAtOnce, GroupRecords, groupsOf, readHead, readInputs } from "./presence-groups.ts";
import { PresenceHead, type SegmentName } from "./presence-index.ts";

export interface PresenceBuild {
  /** `put` is called with each blob that the presence before doesn't name. */
  blobs: Pick<Blobs, "get" | "put">;
  /** SHA-256 of the listing blobs; each once. */
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
   * Bytes of listings and of the segments before that are in memory at a time. Less takes more reads, one of each
   * listing for a group: a million files in 40 listings, with as many before, are 13 groups.
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
 * The presence at `generation`. A path that two listings have with another size or SHA-256, or whose hash another path
 * has as well, is left out: nobody is told anything about it.
 *
 * Rejects as the blobs do, for a blob that is missing or damaged (`DamagedBlob`), and for generations that don't follow
 * or more files than fit (`RangeError`). What was stored until then nobody names.
 */
export async function buildPresence(
  { blobs, listings, previous, generation, oldestKept }: PresenceBuild,
  { groupBytes, segmentRecords }: PresenceLimits = presenceLimits,
): Promise<SnapshotPresence> {
  const merger = new SegmentMerger({ generation, previous: previous?.generation, oldestKept });
  const inputs = await readInputs(blobs, listings, previous, segmentRecords);
  const groups = groupsOf(inputs, groupBytes);
  const stored = new Set(inputs.before?.names().map(({ sha256 }) => sha256));
  // Had once: what is thrown away isn't always collected before the next of its size is had.
  const room = new Uint8Array(groups.reduce((most, { bytes }) => Math.max(most, bytes), 0));
  const names = new Array<SegmentName | undefined>(inputs.segments).fill(undefined);
  const counts = { files: 0, added: 0, removed: 0 };
  // One for all groups: what is read for the next doesn't wait until all of this one is stored.
  const queue = new FewAtOnce(blobsAtOnce);
  try {
    for (const group of groups) {
      const records = await GroupRecords.read(inputs, group, room, queue);
      for (let segment = group.from; segment < group.to; segment++) {
        const before = records.before(segment);
        const merged = merger.merge(before, records.listed, records.numbers(segment));
        counts.files += merged.files;
        counts.added += merged.added;
        counts.removed += merged.removed;
        const name = nameOf(merged);
        names[segment] = name;
        if (name === undefined || stored.has(name.sha256)) continue;
        const bytes = merged.bytes.slice();
        await queue.begin(() => blobs.put(name.sha256, bytes));
      }
      records.end();
    }
    await queue.end();
  } finally {
    await queue.settled();
  }
  const listed = inputs.listings.reduce((sum, { head }) => sum + head.count, 0);
  const head = PresenceHead.write(names, listed);
  const sha256 = sha256Of(head);
  if (sha256 !== previous?.head) await blobs.put(sha256, head);
  return { head: sha256, generation, ...counts };
}

function nameOf({ bytes, records }: MergedSegment): SegmentName | undefined {
  return records === 0 ? undefined : { sha256: sha256Of(bytes), count: records };
}

/** The names of all blobs of a presence, its head's with them. Rejects where that is missing or damaged. */
export async function presenceBlobs(
  blobs: Pick<Blobs, "get">,
  { head }: SnapshotPresence,
): Promise<string[]> {
  return [head, ...(await readHead(blobs, head)).names().map(({ sha256 }) => sha256)];
}
