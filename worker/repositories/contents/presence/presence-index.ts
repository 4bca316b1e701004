/**
 * Which files a repository has and had, with the generations that listed each: the codec of an index
 * (`blobs/segmented/`) by the path's hash. Amounts are numbers of records. The head begins with `NMP3`, and tells how
 * many records the index contents had.
 *
 * | bytes of a segment | |
 * |---|---|
 * | 0-3 | `NMS1` |
 * | 4-7 | base: generations in its records count from it |
 * | from 8 | records sorted by the hash of the path; of one path, oldest first |
 */
import type { IndexCodec } from "../../../blobs/segmented/codec.ts";
import type { PathHash } from "../../../blobs/segmented/path-hash.ts";
import { type IndexSize, type SegmentPlace, segmentOf } from "../../../blobs/segmented/segments.ts";
import { Records, recordBytes, tailAt } from "../file-record.ts";
import { ContentsHead, contentsHeadBytes } from "../index-contents-blob.ts";

const segmentMagic = 0x4e4d5331;
/** Where a segment's records begin. */
export const segmentRecordsAt = 8;
/** A last generation: the newest lists it still. */
export const stillIndexed = 0xffff;
/** Generations between the base and the newest in one segment. */
export const maxSpan = stillIndexed - 1;
/** With more, their names alone were read for each look-up: 1,024 are 36 KB. Enough for 1.3 million files. */
export const maxSegments = 1024;
/** Records of a segment of 64 KiB. */
export const usualRecords = Math.floor((64 * 1024) / recordBytes);
/** Records that a segment is to have at most where many indexes may list the same files, or may not. */
const possibleRecords = 4096;
/**
 * Records of one segment; 1,300 are usual. 8,192 of them are 400 KB, which the edge reads for one file; 8 million in
 * 1,024 segments, where Debian's whole archive has 1.5 million.
 */
export const maxSegmentRecords = 8192;

/** A file at the generations from `first` to `last`. */
export interface PresentFile {
  /** Bytes; absent: the index didn't tell. */
  size?: number;
  /** Absent: the index didn't tell. */
  sha256?: Uint8Array;
  /** The generation that listed it first; the base of its segment stands for all before, too. */
  first: number;
  /** The generation that listed it last; absent: the newest does. */
  last?: number;
}

/**
 * How many segments would be just full enough.
 *
 * Indexes have many files in common, so that what they list in all says little: it is what they list more than before
 * that is taken to be new. Where that is wrong the next presence knows better, and nothing gets fuller than it may.
 *
 * @param segmentRecords as many as a segment is to have at most, usually
 */
export function leastSegments({ before, given }: IndexSize, segmentRecords: number): number {
  const known = before?.amount ?? 0;
  const likely = known + Math.max(0, given - (before?.given ?? 0));
  return Math.max(likely / segmentRecords, (known + given) / possibleRecords);
}

/** Length of a segment's blob. */
export function segmentBytes(count: number): number {
  return count === 0 ? 0 : segmentRecordsAt + count * recordBytes;
}

/** One segment in memory. */
export class PresenceSegment {
  readonly records: Records;
  readonly base: number;

  private constructor(records: Records, base: number) {
    this.records = records;
    this.base = base;
  }

  /** As `SegmentCodec.read`. */
  static read(
    bytes: Uint8Array,
    { number, segments }: SegmentPlace,
    count: number,
  ): PresenceSegment | undefined {
    if (count === 0 || bytes.byteLength !== segmentBytes(count)) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, segmentRecordsAt);
    if (view.getUint32(0) !== segmentMagic) return undefined;
    const records = new Records(bytes.subarray(segmentRecordsAt));
    const isOwn = (index: number) => segmentOf(records.hash(index), segments) === number;
    if (!isOwn(0) || !isOwn(count - 1)) return undefined;
    return new PresenceSegment(records, view.getUint32(4));
  }

  /** Writes what precedes a segment's records. */
  static writeHead(view: DataView, base: number): void {
    view.setUint32(0, segmentMagic);
    view.setUint32(4, base);
  }

  /** The file of that path in a generation; without one, as it was last known. */
  find({ high, low }: PathHash, generation?: number): PresentFile | undefined {
    const { records } = this;
    let found: number | undefined;
    // One path has several records where its bytes were changed in place, oldest first.
    for (let index = records.lowerBound(high, low); index < records.count; index++) {
      if (records.compare(index, high, low) !== 0) break;
      if (generation === undefined || this.has(index, generation)) found = index;
    }
    return found === undefined ? undefined : this.file(found);
  }

  /** The hash is a copy, so that a file that is kept doesn't keep all the segment. */
  file(index: number): PresentFile {
    const size = this.records.size(index);
    const sha256 = this.records.sha256(index)?.slice();
    const last = this.last(index);
    return {
      ...(size !== undefined && { size }),
      ...(sha256 !== undefined && { sha256 }),
      first: this.first(index),
      ...(last !== undefined && { last }),
    };
  }

  has(index: number, generation: number): boolean {
    return this.first(index) <= generation && generation <= (this.last(index) ?? generation);
  }

  first(index: number): number {
    return this.base + this.records.view.getUint16(index * recordBytes + tailAt);
  }

  last(index: number): number | undefined {
    const last = this.records.view.getUint16(index * recordBytes + tailAt + 2);
    return last === stillIndexed ? undefined : this.base + last;
  }
}

export const presenceCodec: IndexCodec<PresenceSegment> = {
  words: { input: "listing", head: "presence head", segment: "presence segment" },
  head: {
    magic: 0x4e4d5033,
    maxSegments,
    maxAmount: maxSegmentRecords,
    tellsGiven: true,
    // What isn't listed any more is known of the presence before alone.
    tellsSources: false,
  },
  bounds: { maxSegments, emptyShare: 3 / 8 },
  input: {
    headBytes: contentsHeadBytes,
    read: ContentsHead.read,
    recordBytes: () => recordBytes,
  },
  /** 16,384 files ten times. */
  maxInputBytes: 8 * 1024 * 1024,
  segmentBytes,
  read: PresenceSegment.read,
};
