/**
 * One file in a listing or a presence index: 50 bytes, big-endian, so that records sort as their bytes do.
 *
 * | bytes | |
 * |---|---|
 * | 0-7 | hash of the path |
 * | 8-13 | size; all ones: not told |
 * | 14-45 | SHA-256; all zeros: not told |
 * | 46-49 | listing: check of the path; presence: first and last generation |
 */
import type { PathHash } from "./path-hash.ts";

export const recordBytes = 50;
export const sizeAt = 8;
export const sha256At = 14;
export const sha256Bytes = 32;
/** Behind what says which bytes the file has. */
export const tailAt = 46;
export const unknownSize = 2 ** 48 - 1;

/** Records one behind the other, in any order. */
export class Records {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly count: number;

  /** Bytes behind the last whole record don't count. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.count = Math.floor(bytes.byteLength / recordBytes);
  }

  high(index: number): number {
    return this.view.getUint32(index * recordBytes);
  }

  low(index: number): number {
    return this.view.getUint32(index * recordBytes + 4);
  }

  /** Negative, zero or positive: the record's hash is before, at or behind this one. */
  compare(index: number, high: number, low: number): number {
    return this.high(index) - high || this.low(index) - low;
  }

  /** The first of the sorted records between `first` and `end` whose hash isn't before this one, or `end`. */
  lowerBound(high: number, low: number, first = 0, end = this.count): number {
    let from = first;
    let to = end;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.compare(middle, high, low) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  size(index: number): number | undefined {
    const at = index * recordBytes + sizeAt;
    const size = this.view.getUint16(at) * 2 ** 32 + this.view.getUint32(at + 2);
    return size === unknownSize ? undefined : size;
  }

  /** A view of the hash; undefined where it isn't told. */
  sha256(index: number): Uint8Array | undefined {
    const at = index * recordBytes + sha256At;
    const hash = this.bytes.subarray(at, at + sha256Bytes);
    return hash.every((byte) => byte === 0) ? undefined : hash;
  }

  hash(index: number): PathHash {
    return { high: this.high(index), low: this.low(index) };
  }

  /** Whether both say the same of size and SHA-256. */
  sameFile(index: number, other: Records, otherIndex: number): boolean {
    const [mine, theirs] = [index * recordBytes, otherIndex * recordBytes];
    for (let at = sizeAt; at < tailAt; at++) {
      if (this.bytes[mine + at] !== other.bytes[theirs + at]) return false;
    }
    return true;
  }
}

/** 16 hex digits, for people. */
export function hashText({ high, low }: PathHash): string {
  return [high, low].map((part) => part.toString(16).padStart(8, "0")).join("");
}
