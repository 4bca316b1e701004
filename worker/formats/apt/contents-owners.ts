/** Lists of packages, found by how `Contents` writes them: `section/package[,section/package...]`. */
import { Buffer } from "node:buffer";
import { fnvBytes } from "../../runtime/fast-hash.ts";

const comma = 0x2c;
const slash = 0x2f;
/** Lists that are remembered: Debian's main has 60,000 packages with files. */
const maxLists = 65_536;
/** Bytes of all that is written of them: Debian's main has 2 MB. */
const maxWritten = 8 * 1024 * 1024;
/** Bytes that there is room for at first: most files have few packages. */
const firstRoom = 16 * 1024;
/** Places of the table at first: a power of two, of which no more than half are taken. */
const firstSlots = 512;

/** The same list for the same bytes, for as long as it is remembered: of a list a line, a text would cost the most. */
export class ContentsOwners {
  #written = new Uint8Array(firstRoom);
  /** By list: where what is written of it begins; one more behind the last. */
  #begins: number[] = [0];
  #lists: (readonly string[])[] = [];
  /** Numbers of lists, from 1. */
  #table = new Uint32Array(firstSlots);
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
    const table = this.#table;
    let slot = slotOf(bytes, from, to) & (table.length - 1);
    for (let known = table[slot] ?? 0; known > 0; known = table[slot] ?? 0) {
      if (this.#isList(known - 1, bytes, from, to)) return known - 1;
      slot = (slot + 1) & (table.length - 1);
    }
    const end = this.#begins[this.#lists.length] ?? 0;
    if (this.#lists.length === maxLists || end + to - from > maxWritten) {
      this.#forget();
      return this.#find(bytes, from, to);
    }
    table[slot] = this.#remember(bytes, from, to);
    if (2 * this.#lists.length >= table.length) this.#grow();
    return this.#lists.length - 1;
  }

  #grow(): void {
    const table = new Uint32Array(2 * this.#table.length);
    for (const list of this.#lists.keys()) {
      const [from, to] = [this.#begins[list] ?? 0, this.#begins[list + 1] ?? 0];
      let slot = slotOf(this.#written, from, to) & (table.length - 1);
      while ((table[slot] ?? 0) > 0) slot = (slot + 1) & (table.length - 1);
      table[slot] = list + 1;
    }
    this.#table = table;
  }

  #isList(list: number, bytes: Uint8Array, from: number, to: number): boolean {
    const begin = this.#begins[list] ?? 0;
    if ((this.#begins[list + 1] ?? begin) - begin !== to - from) return false;
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
    this.#table = new Uint32Array(firstSlots);
    this.#begins = [0];
  }
}

/** Of a table that has a power of two places: the upper bits are mixed into the lower ones. */
function slotOf(bytes: Uint8Array, from: number, to: number): number {
  const hash = fnvBytes(bytes, from, to);
  return hash ^ (hash >>> 16);
}

/** Each name is a text of its own: a piece of a longer one would keep all of that alive. */
function namesIn(bytes: Uint8Array, from: number, to: number): readonly string[] {
  const names: string[] = [];
  let begin = from;
  for (let at = from; at <= to; at++) {
    if (at < to && bytes[at] === slash) begin = at + 1;
    if (at < to && bytes[at] !== comma) continue;
    if (begin === at) return [];
    names.push(Buffer.from(bytes.buffer, bytes.byteOffset + begin, at - begin).toString("latin1"));
    begin = at + 1;
  }
  return names;
}
