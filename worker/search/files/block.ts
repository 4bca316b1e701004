/**
 * Blocks: some hundred paths in the order in which they came, each with its owners. A block is
 *
 *     lines, bytes of the lines, both as 32 bits, little-endian
 *     each line: how many bytes it shares with the one before (1 byte), how many follow (2 bytes), those
 *     for each line the number of its owners (1 byte)
 *     all owners: JSON, a list of lists of names
 *
 * Front-coding alone makes a third of Debian's paths; packing makes two fifths of that.
 */
import type { FoundFile } from "../suite-question.ts";

/** Bytes of lines from which a block is full: a lookup unpacks a block or two, at some 0.1 ms each. */
const fullBytes = 16 * 1024;
/** Different owners in a block: their number is a byte. */
const maxOwners = 256;
const headBytes = 8;
/** Longest path taken, bytes: Linux opens no longer one (`PATH_MAX`). */
export const maxPathBytes = 4096;
const maxShared = 255;

/** Stands for a run where lines of several have the same owners. */
export const severalRuns = -1;

/** Packages that have the same lines of a block. */
export interface BlockOwners {
  owners: readonly string[];
  lines: number;
  /** Of all these lines, or `severalRuns`. */
  run: number;
}

/** Gathers the lines of one block after the other. */
export class BlockWriter {
  /** Room for the path that is added next. */
  readonly path = new Uint8Array(maxPathBytes);
  readonly #lines = new Uint8Array(fullBytes + maxPathBytes + 3);
  /** Each line takes 3 bytes at least. */
  readonly #owned = new Uint8Array(Math.ceil((fullBytes + maxPathBytes) / 3) + 1);
  readonly #encoder = new TextEncoder();
  #used = 0;
  #count = 0;
  #owners: (readonly string[])[] = [];
  /** Lines of each of these. */
  #counts: number[] = [];
  #runs: number[] = [];
  readonly #numbers = new Map<string, number>();
  #before: readonly string[] | undefined;
  #number = 0;
  #run = -1;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get isFull(): boolean {
    return this.#used >= fullBytes || this.#owners.length >= maxOwners;
  }

  *owners(): Generator<BlockOwners> {
    for (const [number, owners] of this.#owners.entries()) {
      yield { owners, lines: this.#counts[number] ?? 0, run: this.#runs[number] ?? severalRuns };
    }
  }

  /**
   * Adds the path that stands in `path` to a block that isn't full.
   *
   * @param length of the path, bytes
   * @param shared bytes that the path shares with the one before
   * @param run number of the run of ascending paths that it belongs to
   */
  add(length: number, shared: number, owners: readonly string[], run: number): void {
    const { path } = this;
    const lines = this.#lines;
    const same = this.#count === 0 ? 0 : Math.min(shared, maxShared);
    let used = this.#used;
    lines[used++] = same;
    lines[used++] = (length - same) & 0xff;
    lines[used++] = (length - same) >> 8;
    for (let at = same; at < length; at++) lines[used++] = path[at] ?? 0;
    this.#used = used;
    if (owners !== this.#before || run !== this.#run) this.#ownedBy(owners, run);
    this.#owned[this.#count++] = this.#number;
    this.#counts[this.#number] = (this.#counts[this.#number] ?? 0) + 1;
  }

  /** The block, unpacked; the next one begins. */
  take(): Uint8Array {
    const owners = this.#encoder.encode(JSON.stringify(this.#owners));
    const block = new Uint8Array(headBytes + this.#used + this.#count + owners.byteLength);
    const view = new DataView(block.buffer);
    view.setUint32(0, this.#count, true);
    view.setUint32(4, this.#used, true);
    block.set(this.#lines.subarray(0, this.#used), headBytes);
    block.set(this.#owned.subarray(0, this.#count), headBytes + this.#used);
    block.set(owners, headBytes + this.#used + this.#count);
    this.#used = 0;
    this.#count = 0;
    this.#owners = [];
    this.#counts = [];
    this.#runs = [];
    this.#numbers.clear();
    this.#before = undefined;
    return block;
  }

  #ownedBy(owners: readonly string[], run: number): void {
    const key = owners.length === 1 ? (owners[0] ?? "") : owners.join("\0");
    const known = this.#numbers.get(key);
    if (known === undefined) {
      this.#numbers.set(key, this.#owners.length);
      this.#number = this.#owners.push(owners) - 1;
      this.#runs[this.#number] = run;
    } else {
      this.#number = known;
      if (this.#runs[known] !== run) this.#runs[known] = severalRuns;
    }
    this.#before = owners;
    this.#run = run;
  }
}

/** A block that is read. */
export class Block {
  readonly #bytes: Uint8Array;
  readonly #count: number;
  readonly #owned: number;
  /** A path may begin with what would be taken for a mark of the byte order. */
  readonly #decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  #owners: string[][] | undefined;

  /** @param bytes as `BlockWriter.take` gave them */
  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#bytes = bytes;
    this.#count = view.getUint32(0, true);
    this.#owned = headBytes + view.getUint32(4, true);
  }

  get owners(): readonly (readonly string[])[] {
    const text = () => this.#decoder.decode(this.#bytes.subarray(this.#owned + this.#count));
    this.#owners ??= ownersOf(JSON.parse(text()));
    return this.#owners;
  }

  /**
   * The files of lines that are wanted, in their order.
   *
   * @param isWanted gets a path as bytes, of which the first `length` count, and the place of its owners in `owners`
   */
  files(isWanted: (path: Uint8Array, length: number, owners: number) => boolean): FoundFile[] {
    const bytes = this.#bytes;
    const path = new Uint8Array(maxPathBytes);
    const found: FoundFile[] = [];
    let at = headBytes;
    for (let line = 0; line < this.#count; line++) {
      let length = bytes[at] ?? 0;
      const end = at + 3 + (bytes[at + 1] ?? 0) + ((bytes[at + 2] ?? 0) << 8);
      for (at += 3; at < end; at++) path[length++] = bytes[at] ?? 0;
      const owners = bytes[this.#owned + line] ?? 0;
      if (!isWanted(path, length, owners)) continue;
      const text = this.#decoder.decode(path.subarray(0, length));
      found.push({ path: text, owners: this.owners[owners] ?? [] });
    }
    return found;
  }
}

function ownersOf(value: unknown): string[][] {
  if (!Array.isArray(value)) throw new Error("A block of a file set has no owners.");
  return value.map((one: unknown) => (Array.isArray(one) ? one.map(String) : []));
}
