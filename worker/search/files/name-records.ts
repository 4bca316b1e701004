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

  /** All records, column by column, to be put aside: copied as they are, in the machine's own order of bytes. */
  columns(): Uint8Array {
    const { count } = this;
    const bytes = new Uint8Array(count * recordBytes);
    bytes.set(new Uint8Array(this.hashes.buffer, 0, 4 * count));
    bytes.set(new Uint8Array(this.folders.buffer, 0, 4 * count), 4 * count);
    bytes.set(new Uint8Array(this.blocks.buffer, 0, 2 * count), 8 * count);
    return bytes;
  }

  /** Adds records that `columns` gave. */
  addColumns(bytes: Uint8Array): void {
    const from = this.count;
    const more = bytes.byteLength / recordBytes;
    new Uint8Array(this.hashes.buffer).set(bytes.subarray(0, 4 * more), 4 * from);
    new Uint8Array(this.folders.buffer).set(bytes.subarray(4 * more, 8 * more), 4 * from);
    new Uint8Array(this.blocks.buffer).set(bytes.subarray(8 * more), 2 * from);
    this.count += more;
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

  /**
   * By hash, then folder; those of equal ones stay in their order, which is the blocks'. In steps: 100,000 records take
   * some ms for each.
   */
  *sorted(): Generator<void, RecordTable> {
    const { count, hashes } = this;
    let order = new Uint32Array(count);
    for (let at = 0; at < count; at++) order[at] = at;
    for (const shift of [0, 16]) {
      order = byDigit(order, hashes, shift);
      yield;
    }
    // Half of all names have one path.
    for (let from = 0, to = 0; from < count; from = to) {
      const hash = hashes[order[from] ?? 0];
      to = from + 1;
      while (to < count && hashes[order[to] ?? 0] === hash) to++;
      if (to - from > 1) this.#sortByFolder(order.subarray(from, to));
    }
    yield;
    const table = new RecordTable(count);
    table.count = count;
    for (let to = 0; to < count; to++) {
      const from = order[to] ?? 0;
      table.hashes[to] = hashes[from] ?? 0;
      table.folders[to] = this.folders[from] ?? 0;
      table.blocks[to] = this.blocks[from] ?? 0;
    }
    return table;
  }

  /** Records of one hash, by folder. The lowest 8 bits of `folders` are the block's. */
  #sortByFolder(order: Uint32Array): void {
    const { folders } = this;
    if (order.length > insertedRecords) {
      // A folder's 24 bits and a record's place in one number, which a double has room for.
      const keys = Float64Array.from(order, (at) => ((folders[at] ?? 0) >>> 8) * 2 ** 28 + at);
      for (const [to, key] of keys.sort().entries()) order[to] = key % 2 ** 28;
      return;
    }
    for (let next = 1; next < order.length; next++) {
      const record = order[next] ?? 0;
      const folder = (folders[record] ?? 0) >>> 8;
      let to = next;
      for (; to > 0 && (folders[order[to - 1] ?? 0] ?? 0) >>> 8 > folder; to--) {
        order[to] = order[to - 1] ?? 0;
      }
      order[to] = record;
    }
  }
}

const digitBits = 16;
/** Records of one hash up to here are put in order one by one: most names have a few. */
const insertedRecords = 24;

/** One step of a radix sort: by 16 bits of the values, otherwise in the order that was. */
function byDigit(order: Uint32Array, values: Uint32Array, shift: number) {
  const starts = new Uint32Array(2 ** digitBits + 1);
  const mask = 2 ** digitBits - 1;
  for (let from = 0; from < order.length; from++) {
    const digit = ((values[order[from] ?? 0] ?? 0) >>> shift) & mask;
    starts[digit + 1] = (starts[digit + 1] ?? 0) + 1;
  }
  for (let digit = 1; digit < starts.length; digit++) {
    starts[digit] = (starts[digit] ?? 0) + (starts[digit - 1] ?? 0);
  }
  const sorted = new Uint32Array(order.length);
  for (let from = 0; from < order.length; from++) {
    const at = order[from] ?? 0;
    const digit = ((values[at] ?? 0) >>> shift) & mask;
    const to = starts[digit] ?? 0;
    starts[digit] = to + 1;
    sorted[to] = at;
  }
  return sorted;
}
