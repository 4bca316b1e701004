/** What a snapshot's indexes list, each file once, sorted: what a presence index is made of. */
import type { FileSink, ListedFile } from "../indexes/listed-file.ts";
import { pathCheck32, pathHash64 } from "./path-hash.ts";
import {
  hashText,
  Records,
  recordBytes,
  sha256At,
  sha256Bytes,
  sizeAt,
  tailAt,
  unknownSize,
} from "./record.ts";

/** Files of one repository. Debian's whole archive has 1.5 million; 100 MB here, so what has more takes parts. */
export const maxListedFiles = 1_000_000;

/** Files by the hash of their path. */
export interface Listing {
  /** Sorted, no hash twice; their tails are the paths' checks. */
  records: Records;
  /** Hashes that two paths have, 16 hex digits. None of those files is in the listing: it is as if they weren't listed. */
  collisions: readonly string[];
}

/** Gathers files in any order, of one index or several. */
export class ListingBuilder {
  #records = new Records(new Uint8Array(1024 * recordBytes));
  #count = 0;
  /** Open addressing; numbers of records plus one. Never more than half full. */
  #slots = new Int32Array(2048);
  readonly #collided = new Set<number>();
  readonly #collisions = new Set<string>();

  get count(): number {
    return this.#count;
  }

  /**
   * A sink of an index's reader. A file may come again with the same size and SHA-256, or with what wasn't told
   * before; says so when it comes with others, or when there are too many.
   */
  readonly add: FileSink = (file: ListedFile) => {
    const { high, low } = pathHash64(file.path);
    const fresh = new Uint8Array(recordBytes);
    const view = new DataView(fresh.buffer);
    view.setUint32(0, high);
    view.setUint32(4, low);
    setSize(view, 0, file.size ?? unknownSize);
    if (file.sha256 !== undefined) setHex(fresh, sha256At, file.sha256);
    view.setUint32(tailAt, pathCheck32(file.path));
    return this.#put(fresh, high, low) ? undefined : this.#fault(file.path);
  };

  /** Adds all of another listing; says what doesn't fit, as `add` does. */
  addListing({ records, collisions }: Listing): string | undefined {
    for (const collision of collisions) this.#collisions.add(collision);
    for (let index = 0; index < records.count; index++) {
      const bytes = records.bytes.subarray(index * recordBytes, (index + 1) * recordBytes);
      if (!this.#put(bytes, records.high(index), records.low(index))) {
        return this.#fault(`the path with the hash ${hashText(records.hash(index))}`);
      }
    }
    return undefined;
  }

  /** What was gathered. */
  listing(): Listing {
    const records = this.#records;
    const order = new Uint32Array(this.#count);
    for (let index = 0; index < this.#count; index++) order[index] = index;
    order.sort((a, b) => records.high(a) - records.high(b) || records.low(a) - records.low(b));
    const sorted = new Uint8Array(this.#count * recordBytes);
    let at = 0;
    for (const index of order) {
      if (this.#collisions.size > 0 && this.#collisions.has(hashText(records.hash(index))))
        continue;
      sorted.set(records.bytes.subarray(index * recordBytes, (index + 1) * recordBytes), at);
      at += recordBytes;
    }
    return {
      records: new Records(sorted.subarray(0, at)),
      collisions: [...this.#collisions].sort(),
    };
  }

  #fault(path: string): string {
    return this.#count >= maxListedFiles
      ? `more than ${maxListedFiles} files are listed`
      : `lists ${path} again with another size or SHA-256`;
  }

  /** False: it can't be. */
  #put(record: Uint8Array, high: number, low: number): boolean {
    const mask = this.#slots.length - 1;
    let slot = low & mask;
    for (let taken = this.#slots[slot] ?? 0; taken !== 0; taken = this.#slots[slot] ?? 0) {
      if (this.#records.compare(taken - 1, high, low) === 0) return this.#again(taken - 1, record);
      slot = (slot + 1) & mask;
    }
    if (this.#count >= maxListedFiles) return false;
    const index = this.#count++;
    if (index === this.#records.count) {
      const larger = new Uint8Array(2 * index * recordBytes);
      larger.set(this.#records.bytes);
      this.#records = new Records(larger);
    }
    this.#records.bytes.set(record, index * recordBytes);
    this.#slots[slot] = index + 1;
    if (2 * this.#count > this.#slots.length) this.#grow();
    return true;
  }

  /** A hash that is known: the same path, or another. */
  #again(index: number, record: Uint8Array): boolean {
    const known = this.#records;
    const fresh = new Records(record);
    if (this.#collided.has(index)) return true;
    const at = index * recordBytes;
    if (known.view.getUint32(at + tailAt) !== fresh.view.getUint32(tailAt)) {
      this.#collided.add(index);
      this.#collisions.add(hashText(fresh.hash(0)));
      return true;
    }
    const [size, freshSize] = [known.size(index), fresh.size(0)];
    if (size === undefined && freshSize !== undefined) setSize(known.view, at, freshSize);
    const [hash, freshHash] = [known.sha256(index), fresh.sha256(0)];
    if (hash === undefined && freshHash !== undefined) known.bytes.set(freshHash, at + sha256At);
    return (
      (size === undefined || freshSize === undefined || size === freshSize) &&
      (hash === undefined ||
        freshHash === undefined ||
        hash.every((byte, n) => byte === freshHash[n]))
    );
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

function setSize(view: DataView, record: number, size: number): void {
  view.setUint16(record + sizeAt, Math.floor(size / 2 ** 32));
  view.setUint32(record + sizeAt + 2, size >>> 0);
}

function setHex(bytes: Uint8Array, at: number, hex: string): void {
  for (let index = 0; index < sha256Bytes; index++) {
    bytes[at + index] = Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16);
  }
}
