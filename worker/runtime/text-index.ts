/**
 * A map from text, for looking up a piece of a text that was just received.
 *
 * V8's own Map first interns such a string in the isolate's table of all strings, which takes longer than
 * everything else a redirect decides; hashing its characters ourselves doesn't, and needs no slice.
 */

import { fnv, fnvStart } from "./fast-hash.ts";

interface Entry<Value> {
  readonly text: string;
  readonly value: Value;
  /** Another text of the same hash. */
  readonly next: Entry<Value> | undefined;
}

export class TextIndex<Value> {
  readonly #entries = new Map<number, Entry<Value>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The value of the piece from `start` to before `end`; of the whole text when they are left out. */
  get(text: string, start = 0, end = text.length): Value | undefined {
    let entry = this.#entries.get(hash(text, start, end));
    while (entry !== undefined) {
      if (entry.text.length === end - start && text.startsWith(entry.text, start))
        return entry.value;
      entry = entry.next;
    }
    return undefined;
  }

  /** Adds a text that isn't there yet. */
  add(text: string, value: Value): void {
    const key = hash(text, 0, text.length);
    this.#entries.set(key, { text, value, next: this.#entries.get(key) });
    this.#size++;
  }
}

/** Cut to 30 bits: a small integer to V8, which it needs not allocate. */
function hash(text: string, start: number, end: number): number {
  return fnv(text, fnvStart, start, end) & 0x3fffffff;
}
