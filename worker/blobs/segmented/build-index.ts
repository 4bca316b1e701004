/**
 * Builds an index as blobs, in groups of segments: what one group takes is read, merged and stored before the next, so
 * that memory doesn't grow with the index. A segment that is made of what the one before was made of is that one, and
 * nothing is read for it where the format tells what that was.
 */

import { FewAtOnce } from "../../runtime/few-at-once.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import type { Blobs } from "../blobs.ts";
import type { BuildLimits, IndexCodec, SegmentMerger } from "./codec.ts";
import { GroupBytes } from "./group-bytes.ts";
import { type MadeSegment, writeHead } from "./head.ts";
import { amountOf, changesOf, groupsOf, type NamedInputs, readInputs } from "./index-inputs.ts";
import { blobsAtOnce } from "./stored-bytes.ts";

export interface IndexBuild<Segment> extends NamedInputs {
  codec: IndexCodec<Segment>;
  /** Gets each segment that has to be made, once. */
  merger: SegmentMerger<Segment>;
  /** `put` is called with each blob that the index before doesn't name. `previous` stays stored while this is under way. */
  blobs: Pick<Blobs, "get" | "put">;
}

/**
 * The SHA-256 of the index's head.
 *
 * Rejects as the blobs do, for a blob that is missing or damaged (`DamagedBlob`), and for too much in one segment
 * (`RangeError`). What was stored until then nobody names.
 */
export async function buildIndex<Segment>(
  { codec, merger, ...named }: IndexBuild<Segment>,
  { groupBytes, leastSegments }: BuildLimits,
): Promise<string> {
  const { blobs, previous } = named;
  const inputs = await readInputs(codec, named, leastSegments);
  const { before, given, segments } = inputs;
  const { sources, changed } = changesOf(codec, inputs);
  const made = Array.from({ length: segments }, (_, number): MadeSegment | undefined => {
    const stays = changed.has(number) ? undefined : before?.segment(number);
    return stays && { ...stays, sources: sources[number] };
  });
  const stored = new Set(before?.names().map(({ sha256 }) => sha256));
  const groups = groupsOf(codec, inputs, groupBytes, (number) => changed.has(number));
  // Had once: what is thrown away isn't always collected before the next of its size is had.
  const room = new Uint8Array(groups.reduce((most, { bytes }) => Math.max(most, bytes), 0));
  // One for all groups: what is read for the next doesn't wait until all of this one is stored.
  const queue = new FewAtOnce(blobsAtOnce);
  try {
    for (const group of groups) {
      const read = await GroupBytes.read(codec, inputs, group, { blobs, room, queue });
      for (let number = group.from; number < group.to; number++) {
        const taken = read.sources(number);
        if (!changed.has(number)) continue;
        const { bytes, amount } = merger.merge(taken);
        if (amount === 0) continue;
        const sha256 = sha256Of(bytes);
        made[number] = { sha256, amount, sources: sources[number] };
        if (stored.has(sha256)) continue;
        const kept = bytes.slice();
        await queue.begin(() => blobs.put(sha256, kept));
      }
      read.end();
    }
    await queue.end();
  } finally {
    await queue.settled();
  }
  const head = writeHead(codec.head, made, amountOf(given));
  const sha256 = sha256Of(head);
  // A head that is lost is stored again.
  if (before === undefined || sha256 !== previous) await blobs.put(sha256, head);
  return sha256;
}
