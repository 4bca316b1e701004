/** Keys with their values in rows, found by a list of the rows' first keys that is held in memory. */
import { firstNotBefore, KeyBlock, KeyBlockWriter } from "./key-block.ts";
import type { Region, SetRows } from "./set-rows.ts";

/** Bytes that fill a row: reading one takes 30 µs, and of two million keys the first ones take 300 KB. */
const rowBytes = 8 * 1024;
/** Rows that one reader, which lives for one question, keeps unpacked: those of all words of a search mostly. */
const maxRecent = 16;

export class KeyRowWriter {
  readonly #rows: SetRows;
  readonly #region: Region;
  readonly #rowBytes: number;
  readonly #block = new KeyBlockWriter();
  readonly #firsts: string[] = [];
  #row: number;

  /** @param row number of the first row @param size bytes of a row */
  constructor(rows: SetRows, region: Region, row = 0, size = rowBytes) {
    this.#rows = rows;
    this.#region = region;
    this.#row = row;
    this.#rowBytes = size;
  }

  /** The number of the next row. */
  get row(): number {
    return this.#row;
  }

  /** Takes keys in their order. */
  add(key: string, values: Uint32Array): void {
    // Values of one key stay together: those of the commonest word are 100 KB for 60,000 packages.
    if (this.#block.size + key.length + values.length > this.#rowBytes) this.#flush();
    this.#block.add(key, values);
  }

  /** Stores the rest. @returns the first key of each row */
  end(): string[] {
    this.#flush();
    return this.#firsts;
  }

  #flush(): void {
    const { first } = this.#block;
    if (first === undefined) return;
    this.#firsts.push(first);
    this.#rows.add(this.#region, this.#row, this.#block.take());
    this.#row++;
  }
}

/** A key with its values, which are read when they are asked for. */
export interface FoundKey {
  /** A letter that says what kind of token it is, and the token. */
  key: string;
  /** Bytes of its values: one or two for each. */
  size: number;
  values(): Uint32Array;
}

export class KeyReader {
  readonly #rows: SetRows;
  readonly #firsts: readonly string[];
  /** Forms of a word are in one row mostly, and are looked for twice. */
  readonly #recent = new Map<number, KeyBlock>();

  /** @param firsts as `KeyRowWriter.end` gave them */
  constructor(rows: SetRows, firsts: readonly string[]) {
    this.#rows = rows;
    this.#firsts = firsts;
  }

  /** The values of a key; empty: there is none such. */
  values(key: string): Uint32Array {
    return this.find(key)?.values() ?? new Uint32Array(0);
  }

  /** Undefined: there is none such. */
  find(key: string): FoundKey | undefined {
    const row = this.#rowOf(key);
    if (row < 0) return undefined;
    const block = this.#block(row);
    const index = block.firstNotBefore(key);
    return block.key(index) === key ? foundKey(block, index, key) : undefined;
  }

  /** Keys that begin so, in their order, for as long as they are wanted. */
  *beginning(prefix: string): Generator<FoundKey> {
    for (let row = Math.max(0, this.#rowOf(prefix)); row < this.#firsts.length; row++) {
      const block = this.#block(row);
      for (let at = block.firstNotBefore(prefix); at < block.count; at++) {
        const key = block.key(at) ?? "";
        if (!key.startsWith(prefix)) return;
        yield foundKey(block, at, key);
      }
    }
  }

  #block(row: number): KeyBlock {
    const held = this.#recent.get(row);
    if (held !== undefined) return held;
    const block = new KeyBlock(this.#rows.read("keys", row));
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size < maxRecent) break;
      this.#recent.delete(oldest);
    }
    this.#recent.set(row, block);
    return block;
  }

  /** The row that has a key, where any has it. */
  #rowOf(key: string): number {
    const next = firstNotBefore(this.#firsts, key);
    return this.#firsts[next] === key ? next : next - 1;
  }
}

function foundKey(block: KeyBlock, index: number, key: string): FoundKey {
  return { key, size: block.sizeOf(index), values: () => block.values(index) };
}
