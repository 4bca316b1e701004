/** How a root that is too large to be read at each probe is told by its last bytes. Pure. */
import { hex } from "../runtime/hex.ts";

/** Bytes asked for: a gzip member ends with CRC-32 and length of all that it unpacks to (RFC 1952 section 2.3.1). */
export const endBytes = 8;

/** The end of a root, by which its versions are told from each other. */
export interface RootEnd {
  /** Of the whole root, bytes. */
  size: number;
  /** The last `endBytes`, lower-case hex. */
  last: string;
}

/**
 * The last bytes of a root, lower-case hex, where they depend on all of it: of gzip. What else databases are packed
 * with ends with what says little about the rest, or may be told not to. Undefined: nothing can be told by them.
 */
export function lastOf(root: Uint8Array): string | undefined {
  if (root[0] !== 0x1f || root[1] !== 0x8b) return undefined;
  return hex(root.subarray(-endBytes));
}
