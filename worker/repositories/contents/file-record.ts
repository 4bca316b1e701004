/**
 * One file in index contents or a presence index: 50 bytes, big-endian, so that records sort as their bytes do.
 *
 * | bytes | |
 * |---|---|
 * | 0-7 | hash of the path |
 * | 8-13 | size; all ones: not told; one less: the file is left out (index contents only) |
 * | 14-45 | SHA-256; all zeros: not told |
 * | 46-49 | index contents: check of the path; presence: first and last generation |
 */
import type { PathHash } from "../../blobs/segmented/path-hash.ts";
import { sha256Bytes } from "../../runtime/sha256.ts";

export const recordBytes = 50;
export const sizeAt = 8;
export const sha256At = 14;
/** Behind what says which bytes the file has. */
export const tailAt = 46;
export const unknownSize = 2 ** 48 - 1;
/** Stands for the size of a file that indexes contradict themselves about. No file is that large. */
const leftOutSize = unknownSize - 1;

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
    const size = this.#size(index);
    return size === unknownSize ? undefined : size;
  }

  /** It is as if no file with that hash were listed. */
  leftOut(index: number): boolean {
    return this.#size(index) === leftOutSize;
  }

  leaveOut(index: number): void {
    setSize(this.view, index, leftOutSize);
  }

  /** A view of the hash; undefined where it isn't told. */
  sha256(index: number): Uint8Array | undefined {
    const at = index * recordBytes + sha256At;
    const hash = this.bytes.subarray(at, at + sha256Bytes);
    return hash.every((byte) => byte === 0) ? undefined : hash;
  }

  /**
   * Takes over what another record of the same file tells and this one doesn't. False: they contradict each other.
   */
  learn(index: number, other: Records, otherIndex: number): boolean {
    const [mine, theirs] = [this.size(index), other.size(otherIndex)];
    if (mine === undefined && theirs !== undefined) setSize(this.view, index, theirs);
    const [hash, otherHash] = [this.sha256(index), other.sha256(otherIndex)];
    if (hash === undefined && otherHash !== undefined) {
      this.bytes.set(otherHash, index * recordBytes + sha256At);
    }
    return (
      (mine === undefined || theirs === undefined || mine === theirs) &&
      (hash === undefined ||
        otherHash === undefined ||
        hash.every((byte, at) => byte === otherHash[at]))
    );
  }

  hash(index: number): PathHash {
    return { high: this.high(index), low: this.low(index) };
  }

  /** Of two records in index contents with one hash: whether they are of one path. */
  samePath(index: number, other: Records, otherIndex: number): boolean {
    return (
      this.view.getUint32(index * recordBytes + tailAt) ===
      other.view.getUint32(otherIndex * recordBytes + tailAt)
    );
  }

  /** Whether both say the same of size and SHA-256. */
  sameFile(index: number, other: Records, otherIndex: number): boolean {
    const [mine, theirs] = [index * recordBytes, otherIndex * recordBytes];
    for (let at = sizeAt; at < tailAt; at++) {
      if (this.bytes[mine + at] !== other.bytes[theirs + at]) return false;
    }
    return true;
  }

  #size(index: number): number {
    const at = index * recordBytes + sizeAt;
    return this.view.getUint16(at) * 2 ** 32 + this.view.getUint32(at + 2);
  }
}

export function setSize(view: DataView, index: number, size: number): void {
  const at = index * recordBytes + sizeAt;
  view.setUint16(at, Math.floor(size / 2 ** 32));
  view.setUint32(at + 2, size >>> 0);
}

/** 16 hex digits, for people. */
export function hashText({ high, low }: PathHash): string {
  return [high, low].map((part) => part.toString(16).padStart(8, "0")).join("");
}
