/** Gathers what one index lists, each file once: what a blob of contents is made of. */

import { pathCheck32, pathHash64 } from "../../blobs/segmented/path-hash.ts";
import { IndexRefused } from "../../formats/index-refused.ts";
import type { FileSink, IndexedFile } from "../../formats/indexed-file.ts";
import { writeHex } from "../../runtime/hex.ts";
import {
  hashText,
  Records,
  recordBytes,
  setSize,
  sha256At,
  tailAt,
  unknownSize,
} from "./file-record.ts";

/**
 * Files of one index. The largest known, Debian's Sources, has 130,000; so many take 46 MB while
 * they are gathered and stored, and the decoder and parser beside them have to stay within 64 MB as well.
 */
export const maxIndexedFiles = 400_000;

/** Files by the hash of their path. */
export interface IndexContents {
  /** No hash twice, in the order in which they were found; their tails are the paths' checks. */
  records: Records;
  /** The numbers of the records, sorted by hash. */
  order: Uint32Array;
  /** Hashes that two paths have, 16 hex digits. Their records are marked as left out. */
  collisions: readonly string[];
}

/** Gathers files in any order. */
export class IndexContentsBuilder {
  #records = new Records(new Uint8Array(1024 * recordBytes));
  #count = 0;
  /** Open addressing; numbers of records plus one. Never more than half full. */
  #slots = new Int32Array(2048);
  readonly #collided: number[] = [];
  readonly #contradicted = new Set<number>();
  /** One file on its way in. */
  readonly #fresh = new Records(new Uint8Array(recordBytes));

  get count(): number {
    return this.#count;
  }

  /**
   * A sink of an index's reader. A file may come again with the same size and SHA-256, or with what wasn't told
   * before. Where it comes with others, which of them is right isn't known: it is left out, and that is said each time.
   * Throws `IndexRefused` when there are too many.
   */
  readonly add: FileSink = (file: IndexedFile) => {
    const { bytes, view } = this.#fresh;
    const { high, low } = pathHash64(file.path);
    bytes.fill(0);
    view.setUint32(0, high);
    view.setUint32(4, low);
    setSize(view, 0, file.size ?? unknownSize);
    if (file.sha256 !== undefined) writeHex(bytes, sha256At, file.sha256);
    view.setUint32(tailAt, pathCheck32(file.path));
    const mask = this.#slots.length - 1;
    let slot = low & mask;
    for (let taken = this.#slots[slot] ?? 0; taken !== 0; taken = this.#slots[slot] ?? 0) {
      if (this.#records.compare(taken - 1, high, low) === 0) return this.#again(taken - 1, file);
      slot = (slot + 1) & mask;
    }
    if (this.#count >= maxIndexedFiles) {
      throw new IndexRefused(`more than ${maxIndexedFiles} files`, `package ${this.#count + 1}`);
    }
    this.#append(slot);
    return undefined;
  };

  /** What was gathered. Its records are the builder's own: nothing may be added any more. */
  listing(): IndexContents {
    const records = new Records(this.#records.bytes.subarray(0, this.#count * recordBytes));
    const order = new Uint32Array(this.#count);
    for (let index = 0; index < this.#count; index++) order[index] = index;
    order.sort((a, b) => records.high(a) - records.high(b) || records.low(a) - records.low(b));
    const collisions = this.#collided.map((index) => hashText(records.hash(index))).sort();
    return { records, order, collisions };
  }

  #append(slot: number): void {
    const index = this.#count++;
    if (index === this.#records.count) {
      const room = Math.min(2 * index, maxIndexedFiles);
      const larger = new Uint8Array(room * recordBytes);
      larger.set(this.#records.bytes);
      this.#records = new Records(larger);
    }
    this.#records.bytes.set(this.#fresh.bytes, index * recordBytes);
    this.#slots[slot] = index + 1;
    if (2 * this.#count > this.#slots.length) this.#grow();
  }

  /** A hash that is known: the same path, or another. */
  #again(index: number, { path }: IndexedFile): string | undefined {
    const records = this.#records;
    const said = `lists ${path} again with another size or SHA-256`;
    if (this.#contradicted.has(index)) return said;
    if (records.leftOut(index)) return undefined;
    if (!records.samePath(index, this.#fresh, 0)) {
      records.leaveOut(index);
      this.#collided.push(index);
      return undefined;
    }
    if (records.learn(index, this.#fresh, 0)) return undefined;
    records.leaveOut(index);
    this.#contradicted.add(index);
    return said;
  }

  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let index = 0; index < this.#count; index++) {
      let slot = this.#records.low(index) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }
}
