/** The runs of segments that a presence is built in, and what is read for each. */

import type { Blobs } from "../../../blobs/blobs.ts";
import { Records, recordBytes } from "../../../blobs/segmented/record.ts";
import {
  listingParts,
  segmentOf,
  segmentsFor,
  startOf,
  usualRecords,
} from "../../../blobs/segmented/segments.ts";
import {
  DamagedBlob,
  readInto,
  readWhole,
  sha256Of,
} from "../../../blobs/segmented/stored-bytes.ts";
import { FewAtOnce } from "../../../runtime/few-at-once.ts";
import type { SnapshotPresence } from "../../chain/snapshot.ts";
import { ContentsHead, contentsHeadBytes } from "../index-contents-blob.ts";
import type { SegmentBefore } from "./merge-segment.ts";
import { maxHeadBytes, PresenceHead, PresenceSegment, segmentBytes } from "./presence-index.ts";

/** The platform lets so many connections wait for an answer; what else the object asks for meanwhile queues with them. */
export const blobsAtOnce = 6;

/** Bytes of records in one group that can't be divided: 16,384 files ten times. */
const maxInputBytes = 8 * 1024 * 1024;

/** What a presence is built from, without its records. */
export interface PresenceInputs {
  blobs: Pick<Blobs, "get">;
  before: PresenceHead | undefined;
  listings: readonly { sha256: string; head: ContentsHead }[];
  /** How many it is to have. */
  segments: number;
}

/** The segments from `from` until before `to`, and the parts of listings that are in them. */
export interface SegmentGroup {
  from: number;
  to: number;
  parts: { from: number; to: number };
  /** Of all records that are read for it. */
  bytes: number;
}

/**
 * Reads the heads. Rejects for one that is missing or damaged.
 * @param segmentRecords as in `PresenceLimits`
 */
export async function readInputs(
  blobs: Pick<Blobs, "get">,
  hashes: readonly string[],
  previous: SnapshotPresence | undefined,
  segmentRecords = usualRecords,
): Promise<PresenceInputs> {
  const listings: { sha256: string; head: ContentsHead }[] = [];
  let before: PresenceHead | undefined;
  const reading = new FewAtOnce(blobsAtOnce);
  try {
    if (previous !== undefined) {
      await reading.begin(async () => {
        before = await readHead(blobs, previous.head);
      });
    }
    for (const [at, sha256] of hashes.entries()) {
      await reading.begin(async () => {
        listings[at] = { sha256, head: await readListingHead(blobs, sha256) };
      });
    }
    await reading.end();
  } finally {
    await reading.settled();
  }
  const listed = listings.reduce((sum, { head }) => sum + head.count, 0);
  return { blobs, before, listings, segments: segmentsFor({ before, listed }, segmentRecords) };
}

/** A presence's head. Rejects where it is missing or damaged. */
export async function readHead(blobs: Pick<Blobs, "get">, sha256: string): Promise<PresenceHead> {
  const what = "presence head";
  const bytes = await readWhole(blobs, { what, sha256, most: maxHeadBytes });
  const head = sha256Of(bytes) === sha256 ? PresenceHead.read(bytes) : undefined;
  if (head === undefined) throw new DamagedBlob(what, sha256, "is none");
  return head;
}

async function readListingHead(blobs: Pick<Blobs, "get">, sha256: string): Promise<ContentsHead> {
  const what = "listing";
  const into = new Uint8Array(contentsHeadBytes);
  await readInto(blobs, { what, sha256, part: { offset: 0, length: contentsHeadBytes }, into });
  const head = ContentsHead.read(into);
  if (head === undefined) throw new DamagedBlob(what, sha256, "is none");
  return head;
}

/**
 * As many segments in a group as fit into `groupBytes`; at least as many as a part of a listing has files of, and the
 * other way round.
 * @throws RangeError for more than `maxInputBytes` in the least
 */
export function groupsOf(inputs: PresenceInputs, groupBytes: number): SegmentGroup[] {
  const groups: SegmentGroup[] = [];
  const step = Math.max(1, listingParts / inputs.segments);
  for (let from = 0; from < listingParts; from += step) {
    const last = groups.at(-1);
    const wider = last && groupOf(inputs, last.parts.from, from + step);
    if (wider !== undefined && wider.bytes <= groupBytes) {
      groups[groups.length - 1] = wider;
      continue;
    }
    const group = groupOf(inputs, from, from + step);
    if (group.bytes > maxInputBytes) {
      throw new RangeError(`${group.bytes} bytes of files in one segment`);
    }
    groups.push(group);
  }
  return groups;
}

function groupOf(
  { before, listings, segments }: PresenceInputs,
  from: number,
  to: number,
): SegmentGroup {
  let bytes = 0;
  for (const { head } of listings) bytes += head.place(from, to).length;
  const ofPart = segments / listingParts;
  const group = { from: from * ofPart, to: to * ofPart, parts: { from, to } };
  for (const number of numbersBefore(before, segments, group.from, group.to)) {
    bytes += segmentBytes(before?.segment(number)?.count ?? 0);
  }
  return { ...group, bytes };
}

/** The segments of the presence before that have files of the segments from `from` until before `to`. */
function numbersBefore(
  before: PresenceHead | undefined,
  segments: number,
  from: number,
  to: number,
): number[] {
  if (before === undefined) return [];
  const first = Math.floor((from * before.segments) / segments);
  const end = Math.ceil((to * before.segments) / segments);
  return Array.from({ length: end - first }, (_, at) => first + at);
}

/** The records of a group of segments, which are gone through in their order. */
export class GroupRecords {
  readonly #inputs: PresenceInputs;
  /** Of all listings, one behind the other. */
  readonly listed: Records;
  /** Where among them each listing's records go on that weren't given yet, and where they end. */
  readonly #cursors: { sha256: string; next: number; end: number }[] = [];
  /** The segments before, by number; not looked at yet, or checked. */
  readonly #before = new Map<number, Uint8Array | PresenceSegment>();

  private constructor(inputs: PresenceInputs, group: SegmentGroup, room: Uint8Array) {
    const { before, listings, segments } = inputs;
    this.#inputs = inputs;
    let count = 0;
    for (const { sha256, head } of listings) {
      const next = count;
      count += head.start(group.parts.to) - head.start(group.parts.from);
      this.#cursors.push({ sha256, next, end: count });
    }
    this.listed = new Records(room.subarray(0, count * recordBytes));
    let length = this.listed.bytes.byteLength;
    for (const number of numbersBefore(before, segments, group.from, group.to)) {
      const known = before?.segment(number);
      if (known === undefined) continue;
      const end = length + segmentBytes(known.count);
      this.#before.set(number, room.subarray(length, end));
      length = end;
    }
  }

  /**
   * Rejects for what is missing or too short.
   * @param room holds all records until those of another group are read into it
   */
  static async read(
    inputs: PresenceInputs,
    group: SegmentGroup,
    room: Uint8Array,
    queue: FewAtOnce,
  ): Promise<GroupRecords> {
    const { blobs, listings, before } = inputs;
    const records = new GroupRecords(inputs, group, room);
    const begun: { ended: Promise<void> }[] = [];
    let at = 0;
    for (const { sha256, head } of listings) {
      const part = head.place(group.parts.from, group.parts.to);
      if (part.length === 0) continue;
      const into = room.subarray(at, at + part.length);
      begun.push(await queue.begin(() => readInto(blobs, { what: "listing", sha256, part, into })));
      at += part.length;
    }
    for (const [number, into] of records.#before) {
      const sha256 = before?.segment(number)?.sha256;
      if (sha256 === undefined || into instanceof PresenceSegment) continue;
      const what = "presence segment";
      begun.push(await queue.begin(() => readInto(blobs, { what, sha256, into })));
    }
    await queue.ended(begun);
    return records;
  }

  /** The numbers of a segment's records among those listed, for the segments in their order. */
  numbers(segment: number): number[] {
    const { segments } = this.#inputs;
    const numbers: number[] = [];
    for (const cursor of this.#cursors) {
      while (cursor.next < cursor.end) {
        if (segmentOf(this.listed.hash(cursor.next), segments) !== segment) break;
        numbers.push(cursor.next++);
      }
    }
    return numbers;
  }

  /** All segments were gone through. Throws where records are left: they aren't where their listing says. */
  end(): void {
    for (const { sha256, next, end } of this.#cursors) {
      if (next < end) throw new DamagedBlob("listing", sha256, "has files out of place");
    }
  }

  /** What the presence before has of a segment, sorted. Throws where it is damaged. */
  before(segment: number): SegmentBefore[] {
    const { before, segments } = this.#inputs;
    const pieces: SegmentBefore[] = [];
    for (const number of numbersBefore(before, segments, segment, segment + 1)) {
      const read = this.#checked(number);
      if (read === undefined) continue;
      const { records } = read;
      const from = records.lowerBound(startOf(segment, segments), 0);
      const to = records.lowerBound(startOf(segment + 1, segments), 0);
      if (from < to) pieces.push({ segment: read, from, to });
    }
    return pieces;
  }

  #checked(number: number): PresenceSegment | undefined {
    const held = this.#before.get(number);
    if (held === undefined || held instanceof PresenceSegment) return held;
    const { before } = this.#inputs;
    const known = before?.segment(number);
    if (before === undefined || known === undefined) return undefined;
    const { sha256, count } = known;
    const place = { number, segments: before.segments };
    const read = sha256Of(held) === sha256 ? PresenceSegment.read(held, place, count) : undefined;
    if (read === undefined) throw new DamagedBlob("presence segment", sha256, "is none");
    this.#before.set(number, read);
    return read;
  }
}
