/** Merges runs of sorted texts, of each of which one row is in memory. */

interface Cursor {
  run: number;
  row: number;
  texts: string[];
  at: number;
  text: string;
  /** Orders as the text does, where two differ: numbers are compared in a tenth of the time. */
  order: number;
}

/**
 * Characters that a number has room for, and the values of each. What isn't ASCII counts as the last, and what is behind it
 * as nothing: two texts that differ in such a character are told apart by themselves.
 */
const orderLength = 7;
const orderValues = 128;

function orderOf(text: string): number {
  let order = 0;
  let isPlain = true;
  for (let at = 0; at < orderLength; at++) {
    const unit: number = isPlain && at < text.length ? text.charCodeAt(at) : 0;
    isPlain &&= unit < orderValues - 1;
    order = order * orderValues + Math.min(unit, orderValues - 1);
  }
  return order;
}

function isBefore(one: Cursor, other: Cursor): boolean {
  return one.order === other.order ? one.text < other.text : one.order < other.order;
}

export class SortedRuns {
  readonly #read: (run: number, row: number) => string[];
  /** Rows of each run. */
  readonly #rows: readonly number[];
  /** A heap: none is less than the one at half its place. */
  readonly #heap: Cursor[] = [];

  /** @param rows of each run @param read gives the texts of a row, at least one */
  constructor(rows: readonly number[], read: (run: number, row: number) => string[]) {
    this.#rows = rows;
    this.#read = read;
    for (const run of rows.keys()) {
      const texts = read(run, 0);
      const text = texts[0] ?? "";
      this.#heap.push({ run, row: 0, texts, at: 0, text, order: orderOf(text) });
    }
    for (let at = this.#heap.length >> 1; at >= 0; at--) this.#sink(at);
  }

  /** The least text that wasn't given yet; undefined: there are no more. */
  next(): string | undefined {
    const least = this.#heap[0];
    if (least === undefined) return undefined;
    const { text } = least;
    if (!this.#advance(least)) {
      const last = this.#heap.pop();
      if (last !== undefined && last !== least) this.#heap[0] = last;
    }
    this.#sink(0);
    return text;
  }

  #advance(cursor: Cursor): boolean {
    cursor.at++;
    if (cursor.at === cursor.texts.length) {
      cursor.row++;
      if (cursor.row === this.#rows[cursor.run]) return false;
      cursor.texts = this.#read(cursor.run, cursor.row);
      cursor.at = 0;
    }
    cursor.text = cursor.texts[cursor.at] ?? "";
    cursor.order = orderOf(cursor.text);
    return true;
  }

  #sink(from: number): void {
    const heap = this.#heap;
    let at = from;
    for (;;) {
      const own = heap[at];
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      if (own === undefined || left === undefined) return;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!isBefore(child, own)) return;
      const to = 2 * at + (isRight ? 2 : 1);
      heap[at] = child;
      heap[to] = own;
      at = to;
    }
  }
}
