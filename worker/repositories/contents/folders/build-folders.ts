/**
 * Builds a repository's folders as blobs from the names that its indexes list, in groups of segments: what one group
 * takes is read, merged and stored before the next, so that memory doesn't grow with the repository. A segment that is
 * made of what the one before was made of is that one, and nothing is read for it.
 */

import type { Blobs } from "../../../blobs/blobs.ts";
import { sha256Text } from "../../../blobs/segmented/record.ts";
import { listingParts } from "../../../blobs/segmented/segments.ts";
import {
  DamagedBlob,
  readInto,
  readWhole,
  sha256Of,
} from "../../../blobs/segmented/stored-bytes.ts";
import { FewAtOnce } from "../../../runtime/few-at-once.ts";
import type { SnapshotFolders } from "../../chain/snapshot.ts";
import { blobsAtOnce } from "../presence/presence-groups.ts";
import {
  type FolderSegmentName,
  FoldersHead,
  type MadeSegment,
  madeOf,
  maxFolderSegments,
  maxFoldersHeadBytes,
} from "./folders-head.ts";
import { FolderMerger } from "./merge-folders.ts";
import { NamesHead, namesHeadBytes } from "./names-blob.ts";

export interface FoldersBuild {
  /** `put` is called with each blob that the folders before don't name. */
  blobs: Pick<Blobs, "get" | "put">;
  /** SHA-256 of the blobs of names; each once. */
  names: readonly string[];
  /** Its blobs are stored, and stay so while this is under way. */
  previous: string | undefined;
}

/** What building may take. */
export interface FoldersLimits {
  /** Bytes of names that are in memory at a time, besides those of one segment. Less takes more reads. */
  groupBytes: number;
  /** Bytes of names for one segment, usually; the edge reads as many for a page. */
  segmentBytes: number;
}

export const foldersLimits: FoldersLimits = {
  groupBytes: 8 * 1024 * 1024,
  segmentBytes: 128 * 1024,
};

/** Bytes of names for one segment. One folder of Arch's `extra` takes 1 MB; with ten such the edge could not read it. */
export const maxSegmentInput = 16 * 1024 * 1024;

interface Inputs {
  blobs: Pick<Blobs, "get">;
  names: readonly { sha256: string; head: NamesHead }[];
}

/** Segments from `from` until before `to`, which are made of so many bytes. */
interface Group {
  from: number;
  to: number;
  bytes: number;
}

/**
 * The SHA-256 of the folders' head.
 *
 * Rejects as the blobs do, for a blob that is missing or damaged (`DamagedBlob`), and for too much in one segment
 * (`RangeError`). What was stored until then nobody names.
 */
export async function buildFolders(
  { blobs, names, previous }: FoldersBuild,
  { groupBytes, segmentBytes }: FoldersLimits = foldersLimits,
): Promise<string> {
  const inputs = { blobs, names: await readNamesHeads(blobs, names) };
  const before = previous === undefined ? undefined : await headBefore(blobs, previous);
  const heads = inputs.names.map(({ head }) => head);
  const segments = segmentsFor(heads, segmentBytes, before?.segments);
  const made = new Array<MadeSegment | undefined>(segments).fill(undefined);
  const changed: number[] = [];
  const madeOfEach: string[] = [];
  for (let number = 0; number < segments; number++) {
    const of = madeOf(heads, partsOf(number, number + 1, segments));
    madeOfEach.push(of);
    const same = before?.segments === segments && before.of(number) === of;
    const name = same ? before.segment(number) : undefined;
    if (name === undefined) changed.push(number);
    else made[number] = { name, of };
  }
  const stored = new Set(before?.names().map(({ sha256 }) => sha256));
  const groups = groupsOf(changed, heads, segments, groupBytes);
  // Had once: what is thrown away isn't always collected before the next of its size is had.
  const room = new Uint8Array(groups.reduce((most, { bytes }) => Math.max(most, bytes), 0));
  const merger = new FolderMerger();
  const queue = new FewAtOnce(blobsAtOnce);
  try {
    for (const group of groups) {
      const runs = await readGroup(inputs, group, segments, room, queue);
      for (const [at, own] of runs.entries()) {
        const number = group.from + at;
        const merged = merger.merge(own);
        // Their bytes are those that were written: nothing that is read again would be others.
        if (merged === undefined) throw new RangeError("what is stored as names is something else");
        if (merged.byteLength === 0) continue;
        const name: FolderSegmentName = { sha256: sha256Of(merged), length: merged.byteLength };
        made[number] = { name, of: madeOfEach[number] ?? "" };
        if (stored.has(name.sha256)) continue;
        const bytes = merged.slice();
        await queue.begin(() => blobs.put(name.sha256, bytes));
      }
    }
    await queue.end();
  } finally {
    await queue.settled();
  }
  const head = FoldersHead.write(made);
  const sha256 = sha256Of(head);
  if (before === undefined || sha256 !== previous) await blobs.put(sha256, head);
  return sha256;
}

/** The names of all blobs of a repository's folders, the head's with them. Rejects where that is missing or damaged. */
export async function foldersBlobs(
  blobs: Pick<Blobs, "get">,
  { head }: SnapshotFolders,
): Promise<string[]> {
  return [head, ...(await readFoldersHead(blobs, head)).names().map(({ sha256 }) => sha256)];
}

async function readFoldersHead(blobs: Pick<Blobs, "get">, sha256: string): Promise<FoldersHead> {
  const what = "folders' head";
  const bytes = await readWhole(blobs, { what, sha256, most: maxFoldersHeadBytes });
  const head = sha256Of(bytes) === sha256 ? FoldersHead.read(bytes) : undefined;
  if (head === undefined) throw new DamagedBlob(what, sha256, "is none");
  return head;
}

/** Undefined where it is lost: all is made anew then. */
async function headBefore(
  blobs: Pick<Blobs, "get">,
  sha256: string,
): Promise<FoldersHead | undefined> {
  try {
    return await readFoldersHead(blobs, sha256);
  } catch (error) {
    if (error instanceof DamagedBlob) return undefined;
    throw error;
  }
}

async function readNamesHeads(
  blobs: Pick<Blobs, "get">,
  hashes: readonly string[],
): Promise<Inputs["names"]> {
  const heads: { sha256: string; head: NamesHead }[] = [];
  const reading = new FewAtOnce(blobsAtOnce);
  try {
    for (const [at, sha256] of hashes.entries()) {
      await reading.begin(async () => {
        const into = new Uint8Array(namesHeadBytes);
        const part = { offset: 0, length: namesHeadBytes };
        await readInto(blobs, { what: "names", sha256, part, into });
        const head = NamesHead.read(into);
        if (head === undefined) throw new DamagedBlob("names", sha256, "are none");
        heads[at] = { sha256, head };
      });
    }
    await reading.end();
  } finally {
    await reading.settled();
  }
  return heads;
}

/**
 * As many segments as make them small enough; as many as before, as long as those are at most four times that: names
 * that several indexes have in common count several times here, and then they don't.
 */
function segmentsFor(
  heads: readonly NamesHead[],
  segmentBytes: number,
  before: number | undefined,
): number {
  const bytes = heads.reduce((sum, { length }) => sum + length, 0);
  let segments = 1;
  while (segments < maxFolderSegments && bytes / segments > segmentBytes) segments *= 2;
  const stays = before !== undefined && before >= segments && before <= 4 * segments;
  return stays ? before : segments;
}

function partsOf(from: number, to: number, segments: number): { from: number; to: number } {
  const each = listingParts / segments;
  return { from: from * each, to: to * each };
}

/** Runs of changed segments, each as long as fits into `groupBytes`. */
function groupsOf(
  changed: readonly number[],
  heads: readonly NamesHead[],
  segments: number,
  groupBytes: number,
): Group[] {
  const groups: Group[] = [];
  for (const number of changed) {
    const { from, to } = partsOf(number, number + 1, segments);
    const bytes = heads.reduce((sum, head) => sum + head.place(from, to).length, 0);
    if (bytes > maxSegmentInput) throw new RangeError(`${bytes} bytes of names in one segment`);
    const last = groups.at(-1);
    if (last?.to === number && last.bytes + bytes <= groupBytes) {
      last.to++;
      last.bytes += bytes;
    } else groups.push({ from: number, to: number + 1, bytes });
  }
  return groups;
}

/** What each index has of each segment of a group, as views of `room`. */
async function readGroup(
  { blobs, names }: Inputs,
  { from, to }: Group,
  segments: number,
  room: Uint8Array,
  queue: FewAtOnce,
): Promise<Uint8Array[][]> {
  const runs = Array.from({ length: to - from }, (): Uint8Array[] => []);
  const begun: { ended: Promise<void> }[] = [];
  const parts = partsOf(from, to, segments);
  let at = 0;
  for (const { sha256, head } of names) {
    const part = head.place(parts.from, parts.to);
    if (part.length === 0) continue;
    const into = room.subarray(at, at + part.length);
    at += part.length;
    begun.push(
      await queue.begin(async () => {
        await readInto(blobs, { what: "names", sha256, part, into });
        check(sha256, head, parts, into);
      }),
    );
    for (const [index, run] of runs.entries()) {
      const own = partsOf(from + index, from + index + 1, segments);
      const { offset, length } = head.place(own.from, own.to);
      if (length > 0) run.push(into.subarray(offset - part.offset, offset - part.offset + length));
    }
  }
  await queue.ended(begun);
  return runs;
}

/** Throws where the bytes of parts aren't those that the head names. */
function check(
  sha256: string,
  head: NamesHead,
  { from, to }: { from: number; to: number },
  bytes: Uint8Array,
): void {
  const start = head.place(from, to).offset;
  for (let part = from; part < to; part++) {
    const { offset, length } = head.place(part, part + 1);
    if (length === 0) continue;
    const digest = sha256Of(bytes.subarray(offset - start, offset - start + length));
    if (digest !== sha256Text(head.digest(part))) {
      throw new DamagedBlob("names", sha256, "are others than its head says");
    }
  }
}
