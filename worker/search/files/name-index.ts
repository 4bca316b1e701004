/** The index of last segments, as it is asked: in which blocks paths with these hashes are. */
import type { FileRows } from "./file-rows.ts";
import { partOfKey, recordBytes, recordKey } from "./name-records.ts";
import { FolderHash, folderValues, mergedPath, NameHash } from "./path-hash.ts";

const encoder = new TextEncoder();

/** The hashes of a path, or of its end, that is looked for. */
export interface WantedName {
  part: number;
  hash: number;
  /** As `FolderHash.short`, of the whole folder; absent: any. */
  folder?: number;
  /** Of the last segment of the folder; absent: any. */
  before?: number;
}

/** Blocks that may have what is wanted. */
export interface NameHits {
  /** Paths. */
  count: number;
  /** Their blocks, each once, ascending. */
  blocks: number[];
}

/** The hashes of a whole path, which has no leading slash. */
export function wantedPath(path: string): WantedName {
  const bytes = encoder.encode(mergedPath(path));
  const name = new NameHash();
  name.of(bytes, bytes.byteLength);
  const folder = new FolderHash();
  folder.of(bytes, Math.max(0, name.from - 1));
  return { part: name.part, hash: name.hash, folder: folder.short };
}

/** The hashes of the last segments of a path; of one segment alone that is its name. */
export function wantedEnd(segments: string): WantedName {
  const bytes = encoder.encode(segments);
  const name = new NameHash();
  name.of(bytes, bytes.byteLength);
  if (name.from === 0) return { part: name.part, hash: name.hash };
  const folder = new FolderHash();
  folder.of(bytes, name.from - 1);
  const before = Math.floor(folder.short / folderValues);
  return { part: name.part, hash: name.hash, before };
}

export class NameIndex {
  readonly #rows: FileRows;
  readonly #firstKeys: Float64Array;
  /** A command is looked for in six folders: its name is in one row mostly. */
  #last: { row: number; bytes: Uint8Array } | undefined;

  /** @param firstKeys of each row, as `NameBuild` made them */
  constructor(rows: FileRows, firstKeys: Float64Array) {
    this.#rows = rows;
    this.#firstKeys = firstKeys;
  }

  find({ part, hash, folder, before }: WantedName): NameHits {
    const own = folder === undefined ? before : Math.floor(folder / folderValues);
    const from = recordKey(part, hash, own ?? 0);
    const to = recordKey(part, hash, own ?? folderValues - 1);
    const blocks: number[] = [];
    for (let row = this.#firstRow(from); row < this.#firstKeys.length; row++) {
      const first = this.#firstKeys[row] ?? 0;
      if (first > to) break;
      // The row before the part's own may be of another part: its hashes say nothing here.
      if (partOfKey(first) !== part) continue;
      collect(this.#row(row), { part, from, to, folder }, blocks);
    }
    return { count: blocks.length, blocks: ascending(blocks) };
  }

  #row(row: number): Uint8Array {
    if (this.#last?.row !== row) this.#last = { row, bytes: this.#rows.read("names", row) };
    return this.#last.bytes;
  }

  /** The last row that begins below a key: records of the key may begin in it. */
  #firstRow(key: number): number {
    let low = 0;
    let high = this.#firstKeys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#firstKeys[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

interface Range {
  part: number;
  from: number;
  to: number;
  folder: number | undefined;
}

function collect(bytes: Uint8Array, { part, from, to, folder }: Range, blocks: number[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const keyAt = (record: number) => {
    const at = record * recordBytes;
    return recordKey(part, view.getUint32(at, true), view.getUint32(at + 4, true) >>> 20);
  };
  const count = bytes.byteLength / recordBytes;
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyAt(middle) < from) low = middle + 1;
    else high = middle;
  }
  for (let record = low; record < count && keyAt(record) <= to; record++) {
    const word = view.getUint32(record * recordBytes + 4, true);
    if (folder !== undefined && word >>> 8 !== folder) continue;
    blocks.push((word & 0xff) * 2 ** 16 + view.getUint16(record * recordBytes + 8, true));
  }
}

function ascending(blocks: readonly number[]): number[] {
  const sorted = Uint32Array.from(blocks).sort();
  return [...sorted.filter((block, at) => at === 0 || block !== sorted[at - 1])];
}
