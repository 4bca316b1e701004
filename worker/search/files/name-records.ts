/**
 * Records of last segments, as they are stored: a row has some thousand, sorted by the last segment's hash, then the
 * folder's, then the block. A record is
 *
 *     32 bits of the last segment's hash
 *     12 bits of the hash of the segment before, 12 of the whole folder's, the upper 8 of the block's number
 *     the lower 16 of the block's number
 *
 * all little-endian. The last segment's hash has `nameParts` more values than its 32 bits: a row has records of one part.
 */
import { folderValues } from "./path-hash.ts";

export const recordBytes = 10;
/** Records of a row: 16 KB. */
export const rowRecords = 1638;
/** Blocks that a record has room for. */
export const maxBlocks = 2 ** 24;

/** Orders records: part and hash of the last segment, then the segment before. Below 2^50, so that a double has it. */
export function recordKey(part: number, hash: number, before: number): number {
  return (part * 2 ** 32 + hash) * folderValues + before;
}

/** The part of a record by its key. */
export function partOfKey(key: number): number {
  return Math.floor(key / (2 ** 32 * folderValues));
}

/** Records of one part, in growing tables; `sort` orders them. */
export class RecordTable {
  count = 0;
  hashes: Uint32Array;
  folders: Uint32Array;
  blocks: Uint16Array;

  constructor(room: number) {
    this.hashes = new Uint32Array(room);
    this.folders = new Uint32Array(room);
    this.blocks = new Uint16Array(room);
  }

  get isFull(): boolean {
    return this.count === this.hashes.length;
  }

  /** @param folder 24 bits, as `FolderHash.short` */
  add(hash: number, folder: number, block: number): void {
    const at = this.count++;
    this.hashes[at] = hash;
    this.folders[at] = folder * 256 + (block >>> 16);
    this.blocks[at] = block & 0xffff;
  }

  /** Takes records that were written by `bytes`. */
  addBytes(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.byteLength; at += recordBytes) {
      const to = this.count++;
      this.hashes[to] = view.getUint32(at, true);
      this.folders[to] = view.getUint32(at + 4, true);
      this.blocks[to] = view.getUint16(at + 8, true);
    }
  }

  /** Records as they are stored. */
  bytes(from: number, to: number): Uint8Array {
    const bytes = new Uint8Array((to - from) * recordBytes);
    const view = new DataView(bytes.buffer);
    for (let at = from, byte = 0; at < to; at++, byte += recordBytes) {
      view.setUint32(byte, this.hashes[at] ?? 0, true);
      view.setUint32(byte + 4, this.folders[at] ?? 0, true);
      view.setUint16(byte + 8, this.blocks[at] ?? 0, true);
    }
    return bytes;
  }

  /** The key of a record of such a part. */
  key(part: number, at: number): number {
    return recordKey(part, this.hashes[at] ?? 0, (this.folders[at] ?? 0) >>> 20);
  }

  /** By hash, then folder; those of equal ones stay in their order, which is the blocks'. */
  sorted(): RecordTable {
    let order = new Uint32Array(this.count);
    for (let at = 0; at < this.count; at++) order[at] = at;
    // From the least of the digits on; the lowest 8 bits of `folders` are the block's.
    for (const shift of [8, 20]) order = byDigit(order, this.folders, shift);
    for (const shift of [0, 12, 24]) order = byDigit(order, this.hashes, shift);
    const table = new RecordTable(this.count);
    table.count = this.count;
    for (let to = 0; to < this.count; to++) {
      const from = order[to] ?? 0;
      table.hashes[to] = this.hashes[from] ?? 0;
      table.folders[to] = this.folders[from] ?? 0;
      table.blocks[to] = this.blocks[from] ?? 0;
    }
    return table;
  }
}

const digitBits = 12;

/** One step of a radix sort: by 12 bits of the values, otherwise in the order that was. */
function byDigit(order: Uint32Array, values: Uint32Array, shift: number) {
  const starts = new Uint32Array(2 ** digitBits + 1);
  const mask = 2 ** digitBits - 1;
  for (const at of order) {
    const digit = ((values[at] ?? 0) >>> shift) & mask;
    starts[digit + 1] = (starts[digit + 1] ?? 0) + 1;
  }
  for (let digit = 1; digit < starts.length; digit++) {
    starts[digit] = (starts[digit] ?? 0) + (starts[digit - 1] ?? 0);
  }
  const sorted = new Uint32Array(order.length);
  for (const at of order) {
    const digit = ((values[at] ?? 0) >>> shift) & mask;
    const to = starts[digit] ?? 0;
    starts[digit] = to + 1;
    sorted[to] = at;
  }
  return sorted;
}
