/**
 * Strings by number. Kept as bytes of their own: a part of a text keeps all of the text in memory, and an index is
 * 50 MB of text. 0 is no string. Names, versions and sections are ASCII; what isn't is kept by its low byte, and never
 * compared with anything but itself.
 */
import { Column } from "./columns.ts";

/** How many slots the hash table begins with, a power of two; it doubles when half of them are taken. */
const firstSlots = 1 << 16;
/** How many bytes the strings begin with; they double. */
const firstBytes = 1 << 18;

export class StringTable {
  #bytes = new Uint8Array(firstBytes);
  #end = 0;
  /** Where the string of each number begins; it ends where the next begins. */
  readonly #starts = new Column();
  #slots = new Int32Array(firstSlots);
  /** Strings that were asked for. */
  readonly #texts: (string | undefined)[] = [];

  constructor() {
    this.#starts.add(0);
    this.#starts.add(0);
  }

  /** One more than the highest number. */
  get count(): number {
    return this.#starts.length - 1;
  }

  /** The number of a part of a text, which is given one where it has none. An empty one has 0. */
  add(text: string, from = 0, to = text.length): number {
    if (from === to) return 0;
    const slot = this.#slotOf(text, from, to);
    const known = this.#slots[slot] ?? 0;
    if (known !== 0) return known;
    const number = this.count;
    while (this.#end + to - from > this.#bytes.length) {
      const more = new Uint8Array(2 * this.#bytes.length);
      more.set(this.#bytes);
      this.#bytes = more;
    }
    for (let place = from; place < to; place++) this.#bytes[this.#end++] = text.charCodeAt(place);
    this.#starts.add(this.#end);
    this.#slots[slot] = number;
    if (2 * number > this.#slots.length) this.#widen();
    return number;
  }

  /** 0: there is none. */
  find(text: string): number {
    return text === "" ? 0 : (this.#slots[this.#slotOf(text, 0, text.length)] ?? 0);
  }

  text(number: number): string {
    const known = this.#texts[number];
    if (known !== undefined) return known;
    let text = "";
    for (let place = this.#from(number); place < this.#from(number + 1); place++) {
      text += String.fromCharCode(this.#bytes[place] ?? 0);
    }
    this.#texts[number] = text;
    return text;
  }

  /** Not to be written, and good until the next string is added. */
  bytes(number: number): Uint8Array {
    return this.#bytes.subarray(this.#from(number), this.#from(number + 1));
  }

  #from(number: number): number {
    return this.#starts.get(number);
  }

  #slotOf(text: string, from: number, to: number): number {
    let hash = 0;
    for (let place = from; place < to; place++) {
      hash = (Math.imul(hash, 31) + (text.charCodeAt(place) & 0xff)) | 0;
    }
    const mask = this.#slots.length - 1;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot] ?? 0;
      if (number === 0 || this.#is(number, text, from, to)) return slot;
    }
  }

  #is(number: number, text: string, from: number, to: number): boolean {
    const start = this.#from(number);
    if (this.#from(number + 1) - start !== to - from) return false;
    for (let place = 0; place < to - from; place++) {
      if (this.#bytes[start + place] !== (text.charCodeAt(from + place) & 0xff)) return false;
    }
    return true;
  }

  #widen(): void {
    const mask = 2 * this.#slots.length - 1;
    const slots = new Int32Array(mask + 1);
    for (let number = 1; number < this.count; number++) {
      let hash = 0;
      for (let place = this.#from(number); place < this.#from(number + 1); place++) {
        hash = (Math.imul(hash, 31) + (this.#bytes[place] ?? 0)) | 0;
      }
      let slot = spread(hash) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number;
    }
    this.#slots = slots;
  }
}

/** Names that differ in their last letters alone come apart. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15) ^ (hash >>> 7);
}
