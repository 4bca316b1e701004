/** Builds the shelf: entries are sorted some thousand at a time and put aside, and these runs are merged in the end. */
import { maxPathBytes } from "./block.ts";
import type { FileRows } from "./file-rows.ts";
import type { Place } from "./shelf.ts";
import { SortedRuns } from "./sorted-runs.ts";
import { TextRows } from "./text-rows.ts";

/** Entries of a run: sorting them takes some 5 ms. */
const runEntries = 4096;
/** Of a row of a run: as many are in memory of each run while all are merged. */
const rowEntries = 256;
const runRows = runEntries / rowEntries;
/** Entries that are merged in one step: some 3 ms. */
const stepEntries = 2048;

/** What is kept in memory of a finished shelf. */
export interface ShelfHead {
  /** The first entry of each row, up to its last segment's end. */
  firsts: string[];
}

export class ShelfBuild {
  readonly #rows: FileRows;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  readonly #bytes = new Uint8Array(maxPathBytes + 1);
  #held: string[] = [];
  /** Rows of each run. */
  readonly #runs: number[] = [];

  constructor(rows: FileRows) {
    this.#rows = rows;
  }

  /** @param from where the last segment of the path begins, bytes */
  add(place: Place, path: Uint8Array, from: number, block: number): void {
    const bytes = this.#bytes;
    const length = path.byteLength;
    bytes.set(path.subarray(from, length));
    bytes[length - from] = 0;
    const folder = Math.max(0, from - 1);
    bytes.set(path.subarray(0, folder), length - from + 1);
    const text = this.#decoder.decode(bytes.subarray(0, length - from + 1 + folder));
    this.#held.push(`${place}${text}\0${block.toString(36)}`);
    if (this.#held.length === runEntries) this.#putAside();
  }

  /** Stores all of it in steps. */
  *finish(): Generator<void, ShelfHead> {
    if (this.#held.length > 0) this.#putAside();
    const merged = new SortedRuns(this.#runs, (run, row) => this.#readRun(run, row));
    const shelf = new TextRows(this.#rows, "shelf");
    const firsts: string[] = [];
    let count = 0;
    for (let text = merged.next(); text !== undefined; text = merged.next()) {
      if (shelf.add(text)) firsts.push(text.slice(0, text.indexOf("\0")));
      count++;
      if (count % stepEntries === 0) yield;
    }
    shelf.end();
    for (const run of this.#runs.keys()) {
      this.#rows.remove("runs", run * runRows, runRows);
      yield;
    }
    return { firsts };
  }

  #putAside(): void {
    const entries = this.#held.sort();
    this.#held = [];
    const run = this.#runs.length;
    const count = Math.ceil(entries.length / rowEntries);
    for (let row = 0; row < count; row++) {
      const part = entries.slice(row * rowEntries, (row + 1) * rowEntries);
      this.#rows.add("runs", run * runRows + row, this.#encoder.encode(part.join("\n")));
    }
    this.#runs.push(count);
  }

  #readRun(run: number, row: number): string[] {
    return this.#decoder.decode(this.#rows.read("runs", run * runRows + row)).split("\n");
  }
}
