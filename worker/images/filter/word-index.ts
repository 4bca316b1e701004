/** Which rows hold which words: all words in order, and behind each its rows. Pure. */
import { isWanted, type Wanted } from "./search-words.ts";

export class WordIndex {
  /** In the order of their code units. */
  readonly #words: readonly string[];
  /** Where a word's rows begin in `#rows`; one more than there are words. */
  readonly #starts: Uint32Array;
  readonly #rows: Uint32Array;

  /** @param words of each row */
  constructor(words: readonly Iterable<string>[]) {
    const rowsOf = new Map<string, number[]>();
    let count = 0;
    words.forEach((own, row) => {
      for (const word of own) {
        const rows = rowsOf.get(word);
        if (rows === undefined) rowsOf.set(word, [row]);
        // A row's words come together: one that it has twice was just written.
        else if (rows.at(-1) !== row) rows.push(row);
        else continue;
        count++;
      }
    });
    this.#words = [...rowsOf.keys()].sort();
    this.#starts = new Uint32Array(this.#words.length + 1);
    this.#rows = new Uint32Array(count);
    let at = 0;
    this.#words.forEach((word, number) => {
      this.#starts[number] = at;
      const rows = rowsOf.get(word) ?? [];
      this.#rows.set(rows, at);
      at += rows.length;
    });
    this.#starts[this.#words.length] = at;
  }

  /**
   * Raises the rows that have such a word from this level to the next.
   *
   * @param levels a level a row, changed
   */
  mark(wanted: Wanted, levels: Uint8Array, level: number): void {
    const rows = this.#rows;
    for (let number = this.#first(wanted.word); number < this.#words.length; number++) {
      const word = this.#words[number] ?? "";
      if (!word.startsWith(wanted.word)) return;
      if (!isWanted(word, wanted)) continue;
      const end = this.#starts[number + 1] ?? 0;
      for (let at = this.#starts[number] ?? 0; at < end; at++) {
        const row = rows[at] ?? 0;
        if (levels[row] === level) levels[row] = level + 1;
      }
    }
  }

  /** The first word that isn't before this one. */
  #first(word: string): number {
    let low = 0;
    let high = this.#words.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#words[middle] ?? "") < word) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
