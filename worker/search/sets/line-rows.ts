/**
 * Values as lines of JSON, numbered in the order in which they come, some KB of them packed together in a row: rows
 * written cost, and neighbours are alike, so that they take a third.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { LastUsed } from "../../runtime/last-used.ts";
import type { Region, SetRows } from "./set-rows.ts";

/** Characters of lines that fill a row: unpacking it for one of them takes 0.2 ms. */
const rowText = 16 * 1024;
/**
 * The same where a page needs lines of twenty rows: 50 µs. Of Debian's main that makes 10,300 rows in place of 2800, and
 * 14 MB in place of 11.
 */
export const shortRowText = 4 * 1024;
/** The most that a row has unpacked, bytes: one line may be longer than `rowText`. */
const maxUnpacked = 64 * 1024 * 1024;
/** Zstandard's usual level: quicker to write and to read than zlib's quickest. */
const packing = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

export class LineWriter {
  readonly #rows: SetRows;
  readonly #region: Region;
  readonly #rowText: number;
  readonly #firsts: number[] = [];
  #lines: string[] = [];
  #text = 0;
  #count = 0;

  /** @param size characters of lines that fill a row */
  constructor(rows: SetRows, region: Region, size = rowText) {
    this.#rows = rows;
    this.#region = region;
    this.#rowText = size;
  }

  /** @returns the number of the line, from 0 */
  add(value: unknown): number {
    const line = JSON.stringify(value);
    this.#lines.push(line);
    this.#text += line.length;
    this.#count++;
    if (this.#text >= this.#rowText) this.#flush();
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
    const packed = zstdCompressSync(encoder.encode(lines.join("\n")), packing);
    this.#rows.add(this.#region, this.#firsts.length, packed);
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
  readonly #held: LastUsed<string[]> | undefined;

  /**
   * @param firsts as `LineWriter.end` gave them
   * @param held keeps rows that were unpacked, by number, each as large as its bytes; absent: none are kept
   */
  constructor(rows: SetRows, region: Region, firsts: Uint32Array, held?: LastUsed<string[]>) {
    this.#rows = rows;
    this.#region = region;
    this.#firsts = firsts;
    this.#held = held;
  }

  /** The values of these lines, in the order of the numbers. Each row is unpacked once. */
  read(numbers: readonly number[]): Line[] {
    const unpacked = new Map<number, string[]>();
    return numbers.map((number) => {
      const row = lastNotAbove(this.#firsts, number);
      let lines = unpacked.get(row);
      if (lines === undefined) {
        lines = this.#unpacked(row);
        unpacked.set(row, lines);
      }
      const line = lines[number - (this.#firsts[row] ?? 0)];
      if (line === undefined) throw new Error(`A package set lacks line ${number}.`);
      const value: Line = JSON.parse(line);
      return value;
    });
  }

  #unpacked(row: number): string[] {
    const known = this.#held?.get(String(row));
    if (known !== undefined) return known;
    const bytes = this.#rows.read(this.#region, row);
    const plain = zstdDecompressSync(bytes, { maxOutputLength: maxUnpacked });
    const lines = decoder.decode(plain).split("\n");
    this.#held?.set(String(row), lines, plain.byteLength);
    return lines;
  }
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
