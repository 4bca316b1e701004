/**
 * The parts in which an index and what it is built from are read: keys by the first bits of their hash. An input always
 * has 256 parts. An index has as many segments as its size asks for, a power of two: a reader fetches one segment for a
 * key, and each segment that changes is stored anew.
 */
import type { PathHash } from "./path-hash.ts";

/** All records of an input whose hash begins with one byte are one part. */
export const inputParts = 256;

/** The number of the part of an input that a key is in. */
export function partOf({ high }: PathHash): number {
  return high >>> 24;
}

/** Where a segment is: its number, among how many. */
export interface SegmentPlace {
  number: number;
  segments: number;
}

/** Numbers from `from` until before `to`. */
export interface Run {
  from: number;
  to: number;
}

/** The number of the segment that a key is in, where there are so many. */
export function segmentOf({ high }: PathHash, segments: number): number {
  return Math.floor((high * segments) / 2 ** 32);
}

/** The upper half of the first hash of a segment; of the last one's successor, 2 to the 32nd. */
export function startOf(segment: number, segments: number): number {
  return (segment * 2 ** 32) / segments;
}

/** The parts of an input that have records of that segment. */
export function partsOf({ number, segments }: SegmentPlace): Run {
  const each = inputParts / segments;
  return { from: Math.floor(number * each), to: Math.ceil((number + 1) * each) };
}

/** What is known of an index's size before it is built, in the units of its codec. */
export interface IndexSize {
  /** The index before; absent: there is none, or it is lost. */
  before?: { segments: number; amount: number; given: number } | undefined;
  /** Of all inputs; what several of them have counts several times. */
  given: number;
}

/** What a codec allows. */
export interface SegmentBounds {
  /** A power of two. */
  maxSegments: number;
  /**
   * Segments are made fewer when they are as empty as this share of what they should hold, so that an index at a border
   * doesn't change each time.
   */
  emptyShare: number;
}

/**
 * How many segments to build: as many as before, unless they would be too full or too empty.
 *
 * @param least so many would be just full enough; may be a fraction
 * @param before how many there were; absent: there is no index before
 */
export function segmentsFor(
  least: number,
  before: number | undefined,
  { maxSegments, emptyShare }: SegmentBounds,
): number {
  if (before !== undefined && least <= before && least > emptyShare * before) return before;
  let segments = 1;
  while (segments < least && segments < maxSegments) segments *= 2;
  return segments;
}
