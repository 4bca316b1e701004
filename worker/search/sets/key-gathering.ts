/**
 * Gathers keys in any order and stores them in theirs, in bounded memory: sorted runs are written as rows when enough
 * pairs are held, and merged in the end.
 */
import { KeyBlock } from "./key-block.ts";
import { KeyRowWriter } from "./key-rows.ts";
import type { SetRows } from "./set-rows.ts";

/** Pairs of a key and a value that a run has: sorting and writing it takes 30 ms. */
const runPairs = 2 ** 17;
/** Bytes of a row of a run: while runs are merged, each has one of them in memory. */
const runRowBytes = 32 * 1024;
/** The longest key, characters; a longer one isn't found. rpm's longest token has some 300. */
const maxKey = 1000;
/** Keys that are merged in one step, and values: some ms. */
const mergedAtOnce = 1000;

interface Run {
  row: number;
  end: number;
}

export class KeyGathering {
  readonly #rows: SetRows;
  /** By kind, then token: the key's number. */
  readonly #known = new Map<string, Map<string, number>>();
  #keys = 0;
  /** By key: its last pair. */
  readonly #lastPair: Uint32Array;
  readonly #keyOf: Uint32Array;
  readonly #values: Uint32Array;
  readonly #runs: Run[] = [];
  #pairs = 0;

  /** @param pairs that are held at most; a test's own */
  constructor(rows: SetRows, pairs = runPairs) {
    this.#rows = rows;
    this.#lastPair = new Uint32Array(pairs);
    this.#keyOf = new Uint32Array(pairs);
    this.#values = new Uint32Array(pairs);
  }

  /**
   * @param kind a letter
   * @param value below 2^32
   */
  add(kind: string, token: string, value: number): void {
    if (token === "" || token.length >= maxKey) return;
    let ofKind = this.#known.get(kind);
    if (ofKind === undefined) {
      ofKind = new Map();
      this.#known.set(kind, ofKind);
    }
    const known = ofKind.get(token);
    if (known !== undefined) {
      this.#addTo(known, value);
      return;
    }
    const key = kind + token;
    // To look through it, V8 writes both parts into memory of its own: a piece of a longer text would keep all of that.
    if (key.includes("\n") || !key.isWellFormed()) return;
    const number = this.#keys++;
    ofKind.set(key.slice(kind.length), number);
    this.#pair(number, value);
  }

  /** What a text has twice is one pair. */
  #addTo(key: number, value: number): void {
    const last = this.#lastPair[key] ?? 0;
    const before = this.#values[last] ?? 0;
    if (before >>> 2 === value >>> 2) this.#values[last] = (before | value) >>> 0;
    else this.#pair(key, value);
  }

  #pair(key: number, value: number): void {
    this.#lastPair[key] = this.#pairs;
    this.#keyOf[this.#pairs] = key;
    this.#values[this.#pairs] = value;
    this.#pairs++;
    if (this.#pairs === this.#values.length) this.#writeRun();
  }

  /**
   * Stores all keys, step by step.
   *
   * @param see is shown each key with its values, in their order
   * @returns the first key of each row
   */
  *finish(see: (key: string, values: Uint32Array) => void): Generator<void, string[]> {
    this.#writeRun();
    yield;
    const out = new KeyRowWriter(this.#rows, "keys");
    const cursors: RunCursor[] = [];
    for (const run of this.#runs) {
      cursors.push(new RunCursor(this.#rows, run));
      yield;
    }
    let merged = 0;
    for (;;) {
      const key = smallest(cursors);
      if (key === undefined) break;
      const parts: Uint32Array[] = [];
      for (const cursor of cursors) {
        if (cursor.key === key) parts.push(cursor.take());
      }
      const values = joined(parts);
      out.add(key, values);
      see(key, values);
      merged += 1 + (values.length >> 3);
      if (merged >= mergedAtOnce) {
        merged = 0;
        yield;
      }
    }
    this.#rows.clear("runs");
    return out.end();
  }

  #writeRun(): void {
    if (this.#pairs === 0) return;
    const row = this.#runs.at(-1)?.end ?? 0;
    const out = new KeyRowWriter(this.#rows, "runs", row, runRowBytes);
    const starts = new Uint32Array(this.#keys + 1);
    for (let pair = 0; pair < this.#pairs; pair++) {
      const after = (this.#keyOf[pair] ?? 0) + 1;
      starts[after] = (starts[after] ?? 0) + 1;
    }
    for (let key = 1; key < starts.length; key++) {
      starts[key] = (starts[key] ?? 0) + (starts[key - 1] ?? 0);
    }
    const filled = starts.slice();
    const values = new Uint32Array(this.#pairs);
    for (let pair = 0; pair < this.#pairs; pair++) {
      const key = this.#keyOf[pair] ?? 0;
      const at = filled[key] ?? 0;
      values[at] = this.#values[pair] ?? 0;
      filled[key] = at + 1;
    }
    for (const [kind, ofKind] of [...this.#known].sort()) {
      for (const token of [...ofKind.keys()].sort()) {
        const number = ofKind.get(token) ?? 0;
        out.add(kind + token, joined([values.subarray(starts[number], starts[number + 1])]));
      }
    }
    out.end();
    this.#runs.push({ row, end: out.row });
    this.#known.clear();
    this.#keys = 0;
    this.#pairs = 0;
  }
}

/** Where the reading of a run stands. */
class RunCursor {
  readonly #rows: SetRows;
  readonly #end: number;
  #row: number;
  #block: KeyBlock | undefined;
  #at = 0;
  key: string | undefined;

  constructor(rows: SetRows, { row, end }: Run) {
    this.#rows = rows;
    this.#row = row;
    this.#end = end;
    this.#open();
  }

  take(): Uint32Array {
    const values = this.#block?.values(this.#at);
    this.#at++;
    this.key = this.#block?.key(this.#at);
    if (this.key === undefined) this.#open();
    return values ?? new Uint32Array(0);
  }

  #open(): void {
    this.#at = 0;
    this.#block =
      this.#row < this.#end ? new KeyBlock(this.#rows.read("runs", this.#row)) : undefined;
    this.#row++;
    this.key = this.#block?.key(0);
  }
}

function smallest(cursors: readonly RunCursor[]): string | undefined {
  let least: string | undefined;
  for (const { key } of cursors) {
    if (key !== undefined && (least === undefined || key < least)) least = key;
  }
  return least;
}

/** All values once, growing. Of values that differ in the lowest two bits alone, these are put together. */
function joined(parts: readonly Uint32Array[]): Uint32Array {
  const [first = new Uint32Array(0)] = parts;
  let all = first;
  if (parts.length > 1) {
    all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
  }
  // Packages come by number mostly.
  for (let at = 1; at < all.length; at++) {
    if ((all[at - 1] ?? 0) <= (all[at] ?? 0)) continue;
    all.sort();
    break;
  }
  let count = 0;
  for (const value of all) {
    const last = all[count - 1];
    if (last !== undefined && last >>> 2 === value >>> 2) all[count - 1] = last | value;
    else all[count++] = value;
  }
  return all.subarray(0, count);
}
