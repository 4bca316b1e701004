/** Builds the index of packages: in which blocks a package's files are, and how many in each. */
import { fnv } from "../../runtime/fast-hash.ts";
import { type BlockOwners, severalRuns } from "./block.ts";
import type { FileRows } from "./file-rows.ts";

/** Pairs of a package and a block that are held in one piece of memory. */
const chunkPairs = 65_536;
/** Packages of a row: some 16 KB before it is packed. */
const rowOwners = 128;
/** Rows that are written in one step: some 2 ms. */
const stepRows = 8;
/** Names that are put into their rows in one step: some 2 ms. */
const stepNames = 8192;
/** Stands for a run where a package has no lines yet. */
const noRun = -2;

/** Pairs in the order of their blocks. Debian's main has 1.2 million: 12 MB. */
interface Pairs {
  owners: Uint32Array;
  blocks: Uint32Array;
  lines: Uint16Array;
}

/** What a row has of a package: its name, its lines, whether they are by path, and for each block the step to it and its lines. */
export type StoredOwner = [name: string, lines: number, isByPath: 0 | 1, blocks: number[]];

/** The row of a package among so many. */
export function ownerRow(name: string, rows: number): number {
  return (fnv(name) >>> 0) % rows;
}

export class OwnerBuild {
  readonly #rows: FileRows;
  readonly #numbers = new Map<string, number>();
  /** By package: the run of all its lines, or `severalRuns`, or `noRun`. */
  readonly #runs: number[] = [];
  readonly #lines: number[] = [];
  readonly #blocks: number[] = [];
  readonly #chunks: Pairs[] = [];
  #last = chunkPairs;

  constructor(rows: FileRows) {
    this.#rows = rows;
  }

  /** A block is full. */
  add(block: number, all: Iterable<BlockOwners>): void {
    const counts = new Map<number, number>();
    for (const { owners, lines, run } of all) {
      for (const name of new Set(owners)) {
        const number = this.#number(name);
        counts.set(number, (counts.get(number) ?? 0) + lines);
        const before = this.#runs[number];
        this.#runs[number] = before === noRun || before === run ? run : severalRuns;
      }
    }
    for (const [number, lines] of counts) {
      this.#lines[number] = (this.#lines[number] ?? 0) + lines;
      this.#blocks[number] = (this.#blocks[number] ?? 0) + 1;
      this.#pair(number, block, lines);
    }
  }

  /** Stores all of it in steps. @returns how many rows there are */
  *finish(): Generator<void, number> {
    const starts = new Uint32Array(this.#lines.length + 1);
    for (const [number, count] of this.#blocks.entries()) {
      starts[number + 1] = (starts[number] ?? 0) + count;
    }
    yield;
    const sorted = yield* this.#byOwner(starts);
    const rows = Math.max(1, Math.ceil(this.#lines.length / rowOwners));
    const members: string[][] = Array.from({ length: rows }, () => []);
    for (const [name, number] of this.#numbers) {
      members[ownerRow(name, rows)]?.push(name);
      if (number % stepNames === 0) yield;
    }
    const encoder = new TextEncoder();
    for (const [row, names] of members.entries()) {
      const stored = names.map((name) => this.#stored(name, starts, sorted));
      this.#rows.addPacked("owners", row, encoder.encode(JSON.stringify(stored)));
      if (row % stepRows === stepRows - 1) yield;
    }
    return rows;
  }

  #number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(name, number);
    this.#runs.push(noRun);
    this.#lines.push(0);
    this.#blocks.push(0);
    return number;
  }

  #pair(owner: number, block: number, lines: number): void {
    if (this.#last === chunkPairs) {
      this.#chunks.push({
        owners: new Uint32Array(chunkPairs),
        blocks: new Uint32Array(chunkPairs),
        lines: new Uint16Array(chunkPairs),
      });
      this.#last = 0;
    }
    const chunk = this.#chunks.at(-1);
    if (chunk === undefined) return;
    chunk.owners[this.#last] = owner;
    chunk.blocks[this.#last] = block;
    chunk.lines[this.#last] = lines;
    this.#last++;
  }

  /** All pairs by package. They come by block, and stay so. */
  *#byOwner(starts: Uint32Array): Generator<void, Omit<Pairs, "owners">> {
    const total = starts.at(-1) ?? 0;
    const blocks = new Uint32Array(total);
    const lines = new Uint16Array(total);
    const next = starts.slice();
    for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift()) {
      const count = this.#chunks.length === 0 ? this.#last : chunkPairs;
      for (let at = 0; at < count; at++) {
        const owner = chunk.owners[at] ?? 0;
        const to = next[owner] ?? 0;
        next[owner] = to + 1;
        blocks[to] = chunk.blocks[at] ?? 0;
        lines[to] = chunk.lines[at] ?? 0;
      }
      yield;
    }
    return { blocks, lines };
  }

  #stored(name: string, starts: Uint32Array, sorted: Omit<Pairs, "owners">): StoredOwner {
    const number = this.#numbers.get(name) ?? 0;
    const list: number[] = [];
    let before = 0;
    for (let at = starts[number] ?? 0; at < (starts[number + 1] ?? 0); at++) {
      const block = sorted.blocks[at] ?? 0;
      list.push(block - before, sorted.lines[at] ?? 0);
      before = block;
    }
    return [name, this.#lines[number] ?? 0, this.#runs[number] === severalRuns ? 0 : 1, list];
  }
}
