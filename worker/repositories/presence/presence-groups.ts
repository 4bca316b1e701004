/** The runs of segments that a presence is built in, and what is read for each. */
import type { Blobs, SnapshotPresence } from "../snapshots/snapshot.ts";
import { fewAtOnce } from "./few-at-once.ts";
import { ListingHead, listingHeadBytes } from "./listing-blob.ts";
import { headBytes, PresenceHead, PresenceSegment, segmentBytes } from "./presence-index.ts";
import { Records } from "./record.ts";
import { segmentOf, segments } from "./segments.ts";
import { readInto, sha256Of } from "./stored-bytes.ts";

/** Of six connections that may wait for an answer at a time, two are left to the rest of the object. */
export const blobsAtOnce = 4;

/** Bytes of records in one segment's listings and in it before, as they are read together: 16,384 files ten times. */
const maxInputBytes = 8 * 1024 * 1024;

/** What a presence is built from, without its records. */
export interface PresenceInputs {
  blobs: Pick<Blobs, "get">;
  before: PresenceHead | undefined;
  listings: readonly { sha256: string; head: ListingHead }[];
}

/** The segments from `from` until before `to`. */
export interface SegmentGroup {
  from: number;
  to: number;
  /** Of all records that are read for it. */
  bytes: number;
}

/** Reads the heads. Rejects for one that is missing or damaged. */
export async function readInputs(
  blobs: Pick<Blobs, "get">,
  hashes: readonly string[],
  previous: SnapshotPresence | undefined,
): Promise<PresenceInputs> {
  const listings: { sha256: string; head: ListingHead }[] = [];
  await fewAtOnce(blobsAtOnce, async (begin) => {
    for (const [at, sha256] of hashes.entries()) {
      await begin(async () => {
        const into = new Uint8Array(listingHeadBytes);
        const part = { offset: 0, length: listingHeadBytes };
        await readInto(blobs, { what: "the listing", sha256, part, into });
        const head = ListingHead.read(into);
        if (head === undefined) throw new Error(`the listing ${sha256} is none`);
        listings[at] = { sha256, head };
      });
    }
  });
  const before = previous === undefined ? undefined : await readHead(blobs, previous.head);
  return { blobs, before, listings };
}

/** A presence's head. Rejects where it is missing or damaged. */
export async function readHead(blobs: Pick<Blobs, "get">, sha256: string): Promise<PresenceHead> {
  const into = new Uint8Array(headBytes);
  await readInto(blobs, { what: "the presence head", sha256, into });
  const head = sha256Of(into) === sha256 ? PresenceHead.read(into) : undefined;
  if (head === undefined) throw new Error(`the presence head ${sha256} is none`);
  return head;
}

/**
 * As many segments in a group as fit into `groupBytes`, one at least.
 * @throws RangeError for a segment of more than `maxInputBytes`
 */
export function groupsOf({ before, listings }: PresenceInputs, groupBytes: number): SegmentGroup[] {
  const groups: SegmentGroup[] = [];
  for (let segment = 0; segment < segments; segment++) {
    let bytes = segmentBytes(before?.segment(segment)?.count ?? 0);
    for (const { head } of listings) bytes += head.part(segment, segment + 1).length;
    if (bytes > maxInputBytes) throw new RangeError(`${bytes} bytes of files in one segment`);
    const group = groups.at(-1);
    if (group !== undefined && group.bytes + bytes <= groupBytes) {
      group.to = segment + 1;
      group.bytes += bytes;
    } else groups.push({ from: segment, to: segment + 1, bytes });
  }
  return groups;
}

/** The records of a group of segments. */
export class GroupRecords {
  readonly #inputs: PresenceInputs;
  readonly #group: SegmentGroup;
  /** Of all listings, one behind the other. */
  readonly listed: Records;
  /** The segments before, by number. */
  readonly #before = new Map<number, Uint8Array>();

  private constructor(inputs: PresenceInputs, group: SegmentGroup, room: Uint8Array) {
    this.#inputs = inputs;
    this.#group = group;
    let length = 0;
    for (const { head } of inputs.listings) length += head.part(group.from, group.to).length;
    this.listed = new Records(room.subarray(0, length));
    for (let segment = group.from; segment < group.to; segment++) {
      const known = inputs.before?.segment(segment);
      if (known === undefined) continue;
      const end = length + segmentBytes(known.count);
      this.#before.set(segment, room.subarray(length, end));
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
  ): Promise<GroupRecords> {
    const { blobs, listings, before } = inputs;
    const records = new GroupRecords(inputs, group, room);
    await fewAtOnce(blobsAtOnce, async (begin) => {
      let at = 0;
      for (const { sha256, head } of listings) {
        const part = head.part(group.from, group.to);
        if (part.length === 0) continue;
        const into = room.subarray(at, at + part.length);
        await begin(() => readInto(blobs, { what: "the listing", sha256, part, into }));
        at += part.length;
      }
      for (const [segment, into] of records.#before) {
        const sha256 = before?.segment(segment)?.sha256 ?? "";
        await begin(() => readInto(blobs, { what: "the presence segment", sha256, into }));
      }
    });
    return records;
  }

  /** The numbers of a segment's records in `listed`. Throws for records that aren't where their listing says. */
  numbers(segment: number): number[] {
    const numbers: number[] = [];
    const { from, to } = this.#group;
    let start = 0;
    for (const { sha256, head } of this.#inputs.listings) {
      const [first, end] = [segment, segment + 1].map(
        (one) => start + head.start(one) - head.start(from),
      );
      for (let number = first ?? 0; number < (end ?? 0); number++) {
        if (segmentOf(this.listed.hash(number)) !== segment) {
          throw new Error(`the listing ${sha256} has files out of place`);
        }
        numbers.push(number);
      }
      start += head.start(to) - head.start(from);
    }
    return numbers;
  }

  /** The segment in the presence before; undefined: it had no files. Throws where it is damaged. */
  before(segment: number): PresenceSegment | undefined {
    const bytes = this.#before.get(segment);
    const known = this.#inputs.before?.segment(segment);
    if (bytes === undefined || known === undefined) return undefined;
    const read =
      sha256Of(bytes) === known.sha256
        ? PresenceSegment.read(bytes, segment, known.count)
        : undefined;
    if (read === undefined) throw new Error(`the presence segment ${known.sha256} is none`);
    return read;
  }
}
