/**
 * Which files a repository has and had, with the generations that listed each, as stored blobs: a head, and a blob for
 * each segment that has files. Whoever has the head reads one segment for a file.
 *
 * | bytes of the head | |
 * |---|---|
 * | 0-3 | `NMP3` |
 * | 4-7 | number of segments: a power of two |
 * | 8-11 | number of records in all listings it was built from |
 * | from 12 | of each segment: SHA-256 of its blob, number of its records (4 bytes); all zeros: it has none |
 *
 * | bytes of a segment | |
 * |---|---|
 * | 0-3 | `NMS1` |
 * | 4-7 | base: generations in its records count from it |
 * | from 8 | records sorted by the hash of the path; of one path, oldest first |
 *
 * The head says nothing of the time, so the same files at the same generations are the same blobs.
 */
import type { PathHash } from "../../../blobs/segmented/path-hash.ts";
import {
  Records,
  recordBytes,
  setSha256,
  sha256Bytes,
  sha256Text,
  tailAt,
} from "../../../blobs/segmented/record.ts";
import { maxSegments, segmentOf } from "../../../blobs/segmented/segments.ts";

const headMagic = 0x4e4d5033;
const segmentsAt = 4;
const listedAt = 8;
const namesAt = 12;
const nameBytes = sha256Bytes + 4;
/** Length of the longest head. */
export const maxHeadBytes = namesAt + maxSegments * nameBytes;

const segmentMagic = 0x4e4d5331;
/** Where a segment's records begin. */
export const segmentRecordsAt = 8;
/** A last generation: the newest lists it still. */
export const stillIndexed = 0xffff;
/** Generations between the base and the newest in one segment. */
export const maxSpan = stillIndexed - 1;
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

/** A stored segment. */
export interface SegmentName {
  /** Lower-case hex. */
  sha256: string;
  /** Of its records; never 0. */
  count: number;
}

/** Where a segment is: its number, among how many. */
export interface SegmentPlace {
  number: number;
  segments: number;
}

/** The names of all segments. */
export class PresenceHead {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** How many there are. */
  readonly segments: number;
  /** Of all segments. */
  readonly records: number;
  /** Records of all listings that it was built from. */
  readonly listed: number;

  private constructor(bytes: Uint8Array, view: DataView) {
    this.#bytes = bytes;
    this.#view = view;
    this.segments = view.getUint32(segmentsAt);
    this.listed = view.getUint32(listedAt);
    let records = 0;
    for (let segment = 0; segment < this.segments; segment++) records += this.#count(segment);
    this.records = records;
  }

  /** Undefined for what can't be a head. */
  static read(bytes: Uint8Array): PresenceHead | undefined {
    if (bytes.byteLength < namesAt) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const segments = view.getUint32(segmentsAt);
    const isKnown =
      segments >= 1 && segments <= maxSegments && Number.isInteger(Math.log2(segments));
    if (view.getUint32(0) !== headMagic || !isKnown) return undefined;
    if (bytes.byteLength !== namesAt + segments * nameBytes) return undefined;
    const head = new PresenceHead(bytes, view);
    for (let segment = 0; segment < segments; segment++) {
      if (head.#count(segment) > maxSegmentRecords) return undefined;
    }
    return head;
  }

  /** What is stored for these segments, in their order. */
  static write(names: readonly (SegmentName | undefined)[], listed: number): Uint8Array {
    const bytes = new Uint8Array(namesAt + names.length * nameBytes);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, headMagic);
    view.setUint32(segmentsAt, names.length);
    view.setUint32(listedAt, listed);
    for (const [segment, name] of names.entries()) {
      if (name === undefined) continue;
      const at = namesAt + segment * nameBytes;
      setSha256(bytes, at, name.sha256);
      view.setUint32(at + sha256Bytes, name.count);
    }
    return bytes;
  }

  /** Length of what is stored. */
  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  /** Where a path is, by its hash. */
  placeOf(hash: PathHash): SegmentPlace {
    return { number: segmentOf(hash, this.segments), segments: this.segments };
  }

  /** Undefined: no file is in that segment. */
  segment(number: number): SegmentName | undefined {
    const count = this.#count(number);
    const at = namesAt + number * nameBytes;
    return count === 0 ? undefined : { sha256: sha256Text(this.#bytes, at), count };
  }

  /** All segments that have files. */
  names(): SegmentName[] {
    return Array.from({ length: this.segments }, (_, number) => this.segment(number)).filter(
      (name) => name !== undefined,
    );
  }

  #count(number: number): number {
    return this.#view.getUint32(namesAt + number * nameBytes + sha256Bytes);
  }
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

  /**
   * Undefined for bytes that can't be that segment. The order of records is believed: who reads them checks their hash.
   */
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
