/**
 * What a codec tells of the records that an index stores. The index itself (head, segments, groups, reading) knows of a
 * record only that it begins with the 8 bytes of its key's hash, big-endian, and where it ends.
 *
 * Presence, folders and whatever else is looked up by a key are each one codec.
 */
import type { IndexSize, Run, SegmentBounds, SegmentPlace } from "./segments.ts";

/** The bytes of a head besides those that all heads have: `head.ts`. */
export interface HeadFormat {
  /** The first four bytes. */
  magic: number;
  /** A power of two. */
  maxSegments: number;
  /** Of one segment, in the codec's units. */
  maxAmount: number;
  /** The head tells how much its inputs had in all. */
  tellsGiven: boolean;
  /**
   * The head tells of each segment what it was made of: that is the inputs' parts alone. Where they are the same, the
   * segment is, and nothing is read for it; and a head that is lost is made again from the inputs. Otherwise a segment
   * is made of the inputs and of the segments before.
   */
  tellsSources: boolean;
}

/** For people. */
export interface IndexWords {
  /** What an index is built from. */
  input: string;
  head: string;
  segment: string;
}

/** What it takes to read an index. */
export interface SegmentCodec<Segment> {
  words: IndexWords;
  head: HeadFormat;
  /** Length of a segment's blob that has so much; 0 of nothing. */
  segmentBytes(amount: number): number;
  /**
   * A segment's blob; undefined for bytes that can't be that segment. The order of its records is believed: who reads
   * it has compared its hash. The bytes may be a view that is written over later, unless the codec copies them.
   */
  read(bytes: Uint8Array, place: SegmentPlace, amount: number): Segment | undefined;
}

/** Where in an input which parts are. */
export interface InputHead {
  /** Of all records, in the codec's units. */
  readonly amount: number;
  /** Where the parts from `from` until before `to` are in the blob, bytes. */
  place(from: number, to: number): { offset: number; length: number };
  /** SHA-256 of a part's bytes, a view; undefined: the input doesn't tell. */
  digest(part: number): Uint8Array | undefined;
}

/** What it takes to build an index. */
export interface IndexCodec<Segment> extends SegmentCodec<Segment> {
  bounds: SegmentBounds;
  input: {
    /** Length of an input's head. */
    headBytes: number;
    /** Undefined for what can't be one. */
    read(bytes: Uint8Array): InputHead | undefined;
    /** Length of the record at `at`; at least 8. It may end behind the bytes: then they are damaged. */
    recordBytes(view: DataView, at: number): number;
  };
  /** What may be read for segments that can't be divided, bytes. */
  maxInputBytes: number;
}

/** One segment on its way. */
export interface SegmentSources<Segment> {
  place: SegmentPlace;
  /** Bytes of several inputs, one behind the other; a merger may change them. */
  given: Uint8Array;
  /** Of those, where each input's records of the segment are, sorted by hash. */
  runs: readonly Run[];
  /** The segments before that have records of it; more or less than those that belong in it. */
  before: readonly Segment[];
}

/** Makes the segments of one index, in their order. */
export interface SegmentMerger<Segment> {
  /**
   * What is stored of it, good until the next merge; `amount` 0: nothing is.
   * @throws RangeError for more than a segment may have
   */
  merge(sources: SegmentSources<Segment>): { bytes: Uint8Array; amount: number };
}

/** What building may take. */
export interface BuildLimits {
  /** Bytes of inputs and of the segments before that are in memory at a time. Less takes more reads. */
  groupBytes: number;
  /** As in `segmentsFor`. */
  leastSegments(size: IndexSize): number;
}
