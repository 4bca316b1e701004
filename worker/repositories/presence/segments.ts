/** The parts in which listings and presence are read: all files whose path's hash begins with one byte are one segment. */
import type { PathHash } from "./path-hash.ts";

export const segments = 256;

/** The number of the segment that a path is in. */
export function segmentOf({ high }: PathHash): number {
  return high >>> 24;
}
