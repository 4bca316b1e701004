/** Lists of packages, found by how `Contents` writes them: `section/package[,section/package...]`. */
import { Buffer } from "node:buffer";
import { fnvStart } from "../../runtime/text-hash.ts";
import { detached } from "../index-reader.ts";

const prime = 0x01000193;
/** Lists that are remembered: Debian's main has 60,000 packages with files. */
const maxLists = 65_536;
/** Bytes of all that is written of them: Debian's main has 2 MB. */
const maxWritten = 8 * 1024 * 1024;
/** Bytes that there is room for at first. */
const firstRoom = 256 * 1024;
/** Places of the table: a power of two, of which no more than half are taken. */
const slots = 2 * maxLists;

/** The same list for the same bytes, for as long as it is remembered: of a list a line, a text would cost the most. */
export class ContentsOwners {
  #written = new Uint8Array(firstRoom);
  /** By list: where what is written of it begins; one more behind the last. */
  readonly #begins = new Uint32Array(maxLists + 1);
  #lists: (readonly string[])[] = [];
  /** Numbers of lists, from 1. */
  readonly #table = new Int32Array(slots);
  #last = 0;

  /** Empty: one of the packages has no name. The section, which has slashes of its own (`contrib/net`), is left away. */
  of(bytes: Uint8Array, from: number, to: number): readonly string[] {
    const list = this.#isList(this.#last, bytes, from, to)
      ? this.#last
      : this.#find(bytes, from, to);
    this.#last = list;
    return this.#lists[list] ?? [];
  }

  #find(bytes: Uint8Array, from: number, to: number): number {
    let hash = fnvStart;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), prime);
    let slot = (hash ^ (hash >>> 16)) & (slots - 1);
    for (let known = this.#table[slot] ?? 0; known > 0; known = this.#table[slot] ?? 0) {
      if (this.#isList(known - 1, bytes, from, to)) return known - 1;
      slot = (slot + 1) & (slots - 1);
    }
    const end = this.#begins[this.#lists.length] ?? 0;
    if (this.#lists.length === maxLists || end + to - from > maxWritten) {
      this.#forget();
      return this.#find(bytes, from, to);
    }
    this.#table[slot] = this.#remember(bytes, from, to);
    return this.#lists.length - 1;
  }

  #isList(list: number, bytes: Uint8Array, from: number, to: number): boolean {
    const begin = this.#begins[list] ?? 0;
    if ((this.#begins[list + 1] ?? 0) - begin !== to - from) return false;
    const written = this.#written;
    for (let at = from, own = begin; at < to; at++, own++) {
      if (written[own] !== bytes[at]) return false;
    }
    return true;
  }

  /** @returns how many lists there are by now */
  #remember(bytes: Uint8Array, from: number, to: number): number {
    const begin = this.#begins[this.#lists.length] ?? 0;
    const end = begin + to - from;
    if (end > this.#written.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.#written.length));
      larger.set(this.#written);
      this.#written = larger;
    }
    this.#written.set(bytes.subarray(from, to), begin);
    this.#begins[this.#lists.length + 1] = end;
    return this.#lists.push(namesIn(bytes, from, to));
  }

  #forget(): void {
    this.#lists = [];
    this.#table.fill(0);
    this.#begins.fill(0);
  }
}

function namesIn(bytes: Uint8Array, from: number, to: number): readonly string[] {
  const written = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");
  const names = written.split(",").map((one) => detached(one.slice(one.lastIndexOf("/") + 1)));
  return names.includes("") ? [] : names;
}
