/**
 * The parts in which listings and presence are read: paths by the first bits of their hash. A listing always has 256
 * of them. A presence has as many segments as its size asks for, a power of two, so that one is about 64 KiB or less:
 * the edge reads one for a file, and each that changes is stored anew.
 */
import type { PathHash } from "./path-hash.ts";
import { recordBytes } from "./record.ts";

/** All files of a listing whose path's hash begins with one byte are one part. */
export const listingParts = 256;

/** The number of the part of a listing that a path is in. */
export function partOf({ high }: PathHash): number {
  return high >>> 24;
}

/** With more, their names alone were read for each look-up: 1,024 are 36 KB. Enough for 1.3 million files. */
export const maxSegments = 1024;
/** Records of a segment of 64 KiB. */
export const usualRecords = Math.floor((64 * 1024) / recordBytes);
/** Records that a segment is to have at most where many listings may list the same files, or may not. */
const possibleRecords = 4096;
/** Segments are made fewer when they are as empty as this, so that a repository at a border doesn't change each time. */
const emptyShare = 3 / 8;

/** The number of the segment that a path is in, where there are so many. */
export function segmentOf({ high }: PathHash, segments: number): number {
  return Math.floor((high * segments) / 2 ** 32);
}

/** The upper half of the first hash of a segment; of the last one's successor, 2 to the 32nd. */
export function startOf(segment: number, segments: number): number {
  return (segment * 2 ** 32) / segments;
}

/** What is known of a presence's size before it is built. */
export interface PresenceSize {
  /** The presence before; absent: there is none. */
  before?: { segments: number; records: number; listed: number } | undefined;
  /** Records of all listings; files in several of them count several times. */
  listed: number;
}

/**
 * How many segments to build: as many as before, unless they would be too full or too empty.
 *
 * Listings have many files in common, so that what they list in all says little: it is what they list more than before
 * that is taken to be new. Where that is wrong the next presence knows better, and nothing gets fuller than it may.
 *
 * @param segmentRecords as many as a segment is to have at most, usually
 */
export function segmentsFor({ before, listed }: PresenceSize, segmentRecords: number): number {
  const known = before?.records ?? 0;
  const likely = known + Math.max(0, listed - (before?.listed ?? 0));
  const least = Math.max(likely / segmentRecords, (known + listed) / possibleRecords);
  if (before !== undefined && least <= before.segments && least > emptyShare * before.segments) {
    return before.segments;
  }
  let segments = 1;
  while (segments < least && segments < maxSegments) segments *= 2;
  return segments;
}
