/** Builds the index of last segments: records are put aside by part as they come, then each part is sorted. */
import type { FileRows } from "./file-rows.ts";
import { RecordTable, rowRecords } from "./name-records.ts";
import { nameParts } from "./path-hash.ts";

/** Records of a part that are held before they are put aside: all parts take 2 MB. */
const heldRecords = 3000;
/** Rows of one part that are put aside, at most: 3 billion records. */
const partRows = 2 ** 18;
/** Rows read, or written, in one step: some 2 ms. */
const stepRows = 16;

export class NameBuild {
  readonly #rows: FileRows;
  readonly #held = Array.from({ length: nameParts }, () => new RecordTable(heldRecords));
  /** Rows that were put aside, by part. */
  readonly #aside = new Uint32Array(nameParts);
  readonly #firstKeys: number[] = [];

  constructor(rows: FileRows) {
    this.#rows = rows;
  }

  /** @param folder as `FolderHash.short` */
  add(part: number, hash: number, folder: number, block: number): void {
    const held = this.#held[part];
    if (held === undefined) throw new RangeError(`There is no part ${part} of last segments.`);
    held.add(hash, folder, block);
    if (held.isFull) this.#putAside(part, held);
  }

  /** Stores all of it in steps. @returns the key of each row's first record */
  *finish(): Generator<void, Float64Array> {
    for (const [part, held] of this.#held.entries()) {
      if (held.count > 0) this.#putAside(part, held);
      yield* this.#store(part);
    }
    return Float64Array.from(this.#firstKeys);
  }

  #putAside(part: number, held: RecordTable): void {
    const row = this.#aside[part] ?? 0;
    this.#rows.add("nameParts", part * partRows + row, held.columns());
    this.#aside[part] = row + 1;
    held.count = 0;
  }

  *#store(part: number): Generator<void> {
    const count = this.#aside[part] ?? 0;
    if (count === 0) return;
    const table = new RecordTable(count * heldRecords);
    for (let row = 0; row < count; row++) {
      table.addColumns(this.#rows.read("nameParts", part * partRows + row));
      if (row % stepRows === stepRows - 1) yield;
    }
    yield;
    const sorted = yield* table.sorted();
    yield;
    for (let from = 0; from < sorted.count; from += rowRecords) {
      const to = Math.min(from + rowRecords, sorted.count);
      this.#rows.add("names", this.#firstKeys.length, sorted.bytes(from, to));
      this.#firstKeys.push(sorted.key(part, from));
      if (this.#firstKeys.length % stepRows === 0) yield;
    }
    this.#rows.remove("nameParts", part * partRows, count);
    yield;
  }
}
