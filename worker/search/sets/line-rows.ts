/**
 * Values as lines of JSON, numbered in the order in which they come, some KB of them packed together in a row: rows
 * written cost, and neighbours are alike, so that they take a third.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Region, SetRows } from "./set-rows.ts";

/** Characters of lines that fill a row: unpacking it for one of them takes 0.2 ms. */
const rowText = 16 * 1024;
/**
 * The same of rows that aren't packed, where a page needs lines of twenty of them: reading one takes 20 µs, of which
 * unpacking would make 70.
 */
const plainRowText = 4 * 1024;
const lineEnd = 0x0a;
/** The most that a row has unpacked, bytes: one line may be longer than `rowText`. */
const maxUnpacked = 64 * 1024 * 1024;
/** Zstandard's usual level: quicker to write and to read than zlib's quickest. */
const packing = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

export class LineWriter {
  readonly #rows: SetRows;
  readonly #region: Region;
  readonly #isPlain: boolean;
  readonly #firsts: number[] = [];
  #lines: string[] = [];
  #text = 0;
  #count = 0;

  /** @param isPlain rows are short and aren't packed */
  constructor(rows: SetRows, region: Region, isPlain = false) {
    this.#rows = rows;
    this.#region = region;
    this.#isPlain = isPlain;
  }

  /** @returns the number of the line, from 0 */
  add(value: unknown): number {
    const line = JSON.stringify(value);
    this.#lines.push(line);
    this.#text += line.length;
    this.#count++;
    if (this.#text >= (this.#isPlain ? plainRowText : rowText)) this.#flush();
    return this.#count - 1;
  }

  get count(): number {
    return this.#count;
  }

  /** Stores the rest. @returns the number of the first line of each row */
  end(): Uint32Array {
    this.#flush();
    return Uint32Array.from(this.#firsts);
  }

  #flush(): void {
    const lines = this.#lines;
    if (lines.length === 0) return;
    const plain = encoder.encode(lines.join("\n"));
    const row = this.#isPlain ? plain : zstdCompressSync(plain, packing);
    this.#rows.add(this.#region, this.#firsts.length, row);
    this.#firsts.push(this.#count - lines.length);
    this.#lines = [];
    this.#text = 0;
  }
}

/** @typeParam Line what was written: the rows are our own, and aren't judged again */
export class LineReader<Line> {
  readonly #rows: SetRows;
  readonly #region: Region;
  readonly #firsts: Uint32Array;
  readonly #isPlain: boolean;

  /**
   * @param firsts as `LineWriter.end` gave them
   * @param isPlain as `LineWriter`
   */
  constructor(rows: SetRows, region: Region, firsts: Uint32Array, isPlain = false) {
    this.#rows = rows;
    this.#region = region;
    this.#firsts = firsts;
    this.#isPlain = isPlain;
  }

  /** The values of these lines, in the order of the numbers. Each row is unpacked once, and one at a time. */
  read(numbers: readonly number[]): Line[] {
    const lines = Map.groupBy(numbers, (number) => lastNotAbove(this.#firsts, number));
    const values = new Map<number, { value: Line }>();
    for (const [row, bytes] of this.#rows.readAll(this.#region, [...lines.keys()])) {
      const text = this.#isPlain
        ? bytes
        : zstdDecompressSync(bytes, { maxOutputLength: maxUnpacked });
      for (const number of lines.get(row) ?? []) {
        const line = lineAt(text, number - (this.#firsts[row] ?? 0));
        if (line === undefined) continue;
        values.set(number, { value: JSON.parse(decoder.decode(line)) });
      }
    }
    return numbers.map((number) => {
      const found = values.get(number);
      if (found === undefined) throw new Error(`A package set lacks line ${number}.`);
      return found.value;
    });
  }
}

/** The bytes of a line; undefined: there are fewer. JSON has no line end within. @param line from 0 */
function lineAt(lines: Uint8Array, line: number): Uint8Array | undefined {
  let from = 0;
  for (let before = 0; before < line; before++) {
    const end = lines.indexOf(lineEnd, from);
    if (end < 0) return undefined;
    from = end + 1;
  }
  const end = lines.indexOf(lineEnd, from);
  return lines.subarray(from, end < 0 ? lines.length : end);
}

/** The place of the last of sorted numbers that isn't above; -1: all are. */
export function lastNotAbove(sorted: Uint32Array, number: number): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] ?? 0) <= number) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}
