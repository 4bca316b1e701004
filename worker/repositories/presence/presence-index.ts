/**
 * Which files a repository has and had, with the generations that listed each: a head, and records sorted by the
 * hash of the path, in 256 shards by its first byte, so that whoever has the head reads one shard for a file.
 *
 * | bytes of the head | |
 * |---|---|
 * | 0-3 | `NMP1` |
 * | 4-7 | base: generations in records count from it |
 * | 8-11 | newest generation |
 * | 12-1039 | number of the first record of each shard, and of all records |
 */
import type { PathHash } from "./path-hash.ts";
import { Records, recordBytes, tailAt } from "./record.ts";

export const shards = 256;
const magic = 0x4e4d5031;
const shardsAt = 12;
/** Length of the head. */
export const headBytes = shardsAt + 4 * (shards + 1);
/** A last generation: the newest lists it still. */
export const stillListed = 0xffff;
/** Generations between the oldest and the newest in one index. */
export const maxSpan = stillListed - 1;

/** A file at the generations from `first` to `last`. */
export interface PresentFile {
  /** Bytes; absent: the index didn't tell. */
  size?: number;
  /** Absent: the index didn't tell. A view: don't write into it. */
  sha256?: Uint8Array;
  /** The generation that listed it first; the base of the index stands for all before, too. */
  first: number;
  /** The generation that listed it last; absent: the newest does. */
  last?: number;
}

/** The first bytes of a presence index. */
export class PresenceHead {
  readonly base: number;
  readonly newest: number;
  readonly #view: DataView;

  private constructor(view: DataView) {
    this.#view = view;
    this.base = view.getUint32(4);
    this.newest = view.getUint32(8);
  }

  /** Undefined for what can't be a head. */
  static read(bytes: Uint8Array): PresenceHead | undefined {
    if (bytes.byteLength < headBytes) return undefined;
    const head = new PresenceHead(new DataView(bytes.buffer, bytes.byteOffset, headBytes));
    if (head.#view.getUint32(0) !== magic || head.newest < head.base) return undefined;
    for (let shard = 0; shard < shards; shard++) {
      if (head.start(shard) > head.start(shard + 1)) return undefined;
    }
    return head.start(0) === 0 ? head : undefined;
  }

  /** A head for sorted records. */
  static write(into: Uint8Array, base: number, newest: number, records: Records): void {
    const view = new DataView(into.buffer, into.byteOffset, headBytes);
    view.setUint32(0, magic);
    view.setUint32(4, base);
    view.setUint32(8, newest);
    for (let shard = 0; shard <= shards; shard++) {
      const start = shard === shards ? records.count : records.lowerBound((shard << 24) >>> 0, 0);
      view.setUint32(shardsAt + 4 * shard, start);
    }
  }

  /** Records in all. */
  get count(): number {
    return this.start(shards);
  }

  /** Where a shard's records are in the whole. */
  range(shard: number): { offset: number; length: number } {
    const start = this.start(shard);
    const length = (this.start(shard + 1) - start) * recordBytes;
    return { offset: headBytes + start * recordBytes, length };
  }

  /** The number of a shard's first record; of shard 256, of all records. */
  start(shard: number): number {
    return this.#view.getUint32(shardsAt + 4 * shard);
  }
}

/** The shard a path is in. */
export function shardOf({ high }: PathHash): number {
  return high >>> 24;
}

/** Some or all records of a presence index. */
export class PresenceRecords {
  readonly records: Records;
  readonly #base: number;

  constructor(bytes: Uint8Array, base: number) {
    this.records = new Records(bytes);
    this.#base = base;
  }

  /** The file of that path in a generation; without one, as it was last known. */
  find({ high, low }: PathHash, generation?: number): PresentFile | undefined {
    return this.findFrom(this.records.lowerBound(high, low), { high, low }, generation);
  }

  /** The same where the first record is known that the hash isn't behind. */
  findFrom(start: number, { high, low }: PathHash, generation?: number): PresentFile | undefined {
    const { records } = this;
    let found: number | undefined;
    // One path has several records where its bytes were changed in place, oldest first.
    for (let index = start; index < records.count; index++) {
      if (records.compare(index, high, low) !== 0) break;
      if (generation === undefined || this.has(index, generation)) found = index;
    }
    return found === undefined ? undefined : this.file(found);
  }

  file(index: number): PresentFile {
    const size = this.records.size(index);
    const sha256 = this.records.sha256(index);
    const last = this.last(index);
    return {
      ...(size !== undefined && { size }),
      ...(sha256 !== undefined && { sha256 }),
      first: this.first(index),
      ...(last !== undefined && { last }),
    };
  }

  has(index: number, generation: number): boolean {
    return this.first(index) <= generation && generation <= (this.last(index) ?? generation);
  }

  first(index: number): number {
    return this.#base + this.records.view.getUint16(index * recordBytes + tailAt);
  }

  last(index: number): number | undefined {
    const last = this.records.view.getUint16(index * recordBytes + tailAt + 2);
    return last === stillListed ? undefined : this.#base + last;
  }
}

/** A whole presence index in memory. `bytes` is what is stored. */
export class PresenceIndex {
  readonly bytes: Uint8Array;
  readonly head: PresenceHead;
  /** All of them. */
  readonly files: PresenceRecords;

  private constructor(bytes: Uint8Array, head: PresenceHead) {
    this.bytes = bytes;
    this.head = head;
    this.files = new PresenceRecords(bytes.subarray(headBytes), head.base);
  }

  /** Undefined for bytes that can't be one. The order of records is believed: who stores them checks their hash. */
  static read(bytes: Uint8Array): PresenceIndex | undefined {
    const head = PresenceHead.read(bytes);
    if (head === undefined || bytes.byteLength !== headBytes + head.count * recordBytes) {
      return undefined;
    }
    return new PresenceIndex(bytes, head);
  }

  find(hash: PathHash, generation?: number): PresentFile | undefined {
    const shard = shardOf(hash);
    const [from, end] = [this.head.start(shard), this.head.start(shard + 1)];
    const start = this.files.records.lowerBound(hash.high, hash.low, from, end);
    return this.files.findFrom(start, hash, generation);
  }

  /** The piece that has every path whose hash begins with this byte. */
  shard(number: number): PresenceRecords {
    const { offset, length } = this.head.range(number);
    return new PresenceRecords(this.bytes.subarray(offset, offset + length), this.head.base);
  }
}
