/**
 * Which blobs have a repository's folders: a head, and a blob for each segment that has folders. Whoever has the head
 * reads one segment for a folder. It says nothing of the time: the same files are the same blobs.
 *
 * | bytes | |
 * |---|---|
 * | 0-3 | `NMF1` |
 * | 4-7 | number of segments: a power of two |
 * | from 8 | of each segment: SHA-256 of its blob, number of its bytes (4 bytes), what it was made of (32 bytes); all zeros: it has none |
 *
 * A segment is folders sorted by the hash of their path, as in `folder-record.ts`.
 */
import { setSha256, sha256Bytes, sha256Text } from "../../../blobs/segmented/record.ts";
import { listingParts } from "../../../blobs/segmented/segments.ts";
import { sha256Of } from "../../../blobs/segmented/stored-bytes.ts";
import type { NamesHead } from "./names-blob.ts";

const magic = 0x4e4d4631;
const segmentsAt = 4;
const rowsAt = 8;
const lengthAt = sha256Bytes;
const madeOfAt = lengthAt + 4;
const rowBytes = madeOfAt + sha256Bytes;

/** A segment has a part of a listing of names at least. */
export const maxFolderSegments = listingParts;
/** Length of the longest head. */
export const maxFoldersHeadBytes = rowsAt + maxFolderSegments * rowBytes;

/** A stored segment. */
export interface FolderSegmentName {
  /** Lower-case hex. */
  sha256: string;
  /** Bytes. */
  length: number;
}

/** One on its way into a head. */
export interface MadeSegment {
  name: FolderSegmentName;
  /** As `madeOf`. */
  of: string;
}

export class FoldersHead {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly segments: number;

  private constructor(bytes: Uint8Array, view: DataView) {
    this.#bytes = bytes;
    this.#view = view;
    this.segments = view.getUint32(segmentsAt);
  }

  /** Undefined for what can't be a head. */
  static read(bytes: Uint8Array): FoldersHead | undefined {
    if (bytes.byteLength < rowsAt) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const segments = view.getUint32(segmentsAt);
    const isKnown =
      segments >= 1 && segments <= maxFolderSegments && Number.isInteger(Math.log2(segments));
    if (view.getUint32(0) !== magic || !isKnown) return undefined;
    if (bytes.byteLength !== rowsAt + segments * rowBytes) return undefined;
    return new FoldersHead(bytes, view);
  }

  /** What is stored for these segments, in their order. */
  static write(made: readonly (MadeSegment | undefined)[]): Uint8Array {
    const bytes = new Uint8Array(rowsAt + made.length * rowBytes);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, magic);
    view.setUint32(segmentsAt, made.length);
    for (const [number, segment] of made.entries()) {
      if (segment === undefined) continue;
      const at = rowsAt + number * rowBytes;
      setSha256(bytes, at, segment.name.sha256);
      view.setUint32(at + lengthAt, segment.name.length);
      setSha256(bytes, at + madeOfAt, segment.of);
    }
    return bytes;
  }

  /** Length of what is stored. */
  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  /** Undefined: no folder is in that segment. */
  segment(number: number): FolderSegmentName | undefined {
    const at = rowsAt + number * rowBytes;
    const length = this.#view.getUint32(at + lengthAt);
    return length === 0 ? undefined : { sha256: sha256Text(this.#bytes, at), length };
  }

  /** What the segment was made of: as `madeOf`. */
  of(number: number): string {
    return sha256Text(this.#bytes, rowsAt + number * rowBytes + madeOfAt);
  }

  /** All segments that have folders. */
  names(): FolderSegmentName[] {
    return Array.from({ length: this.segments }, (_, number) => this.segment(number)).filter(
      (name) => name !== undefined,
    );
  }
}

/**
 * Tells what a segment would be made of from what it was made of: SHA-256, lower-case hex. Of the same parts it is the
 * same; the order of the listings doesn't count.
 */
export function madeOf(heads: readonly NamesHead[], parts: { from: number; to: number }): string {
  const room = new Uint8Array((parts.to - parts.from) * (1 + heads.length) * sha256Bytes);
  let at = 0;
  for (let part = parts.from; part < parts.to; part++) {
    const own = heads.filter((head) => head.place(part, part + 1).length > 0);
    for (const digest of own.map((head) => head.digest(part)).sort(compareBytes)) {
      room.set(digest, at);
      at += sha256Bytes;
    }
    // All zeros: no bytes have that hash, so that what is one part's can't be the next one's.
    at += sha256Bytes;
  }
  return sha256Of(room.subarray(0, at));
}

/** @returns negative, zero or positive: of two of one length the first is before, at or behind the other */
function compareBytes(one: Uint8Array, other: Uint8Array): number {
  for (let at = 0; at < one.byteLength; at++) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
