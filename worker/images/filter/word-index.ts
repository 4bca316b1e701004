/** Which rows hold which words, of all repositories together. Opened at the first question that has words. Pure. */
import type { ImageWords } from "./image-words.ts";
import { isWanted, type Wanted } from "./search-words.ts";

/** The words of one repository's images. */
export interface WordsPart {
  words: ImageWords;
  /** The row of each image. */
  rows: Uint32Array;
}

export class WordIndex {
  readonly #open: () => readonly WordsPart[];
  #parts: readonly WordsPart[] | undefined;

  constructor(open: () => readonly WordsPart[]) {
    this.#open = open;
  }

  /**
   * Raises the rows that have such a word from this level to the next.
   *
   * @param levels a level a row, changed
   */
  mark(wanted: Wanted, levels: Uint8Array, level: number): void {
    this.#parts ??= this.#open();
    for (const part of this.#parts) markPart(part, wanted, levels, level);
  }
}

function markPart(
  { words: { words, starts, images }, rows }: WordsPart,
  wanted: Wanted,
  levels: Uint8Array,
  level: number,
): void {
  for (let number = firstOf(words, wanted.word); number < words.length; number++) {
    const word = words[number] ?? "";
    if (!word.startsWith(wanted.word)) return;
    if (!isWanted(word, wanted)) continue;
    const end = starts[number + 1] ?? 0;
    for (let at = starts[number] ?? 0; at < end; at++) {
      const row = rows[images[at] ?? 0] ?? 0;
      if (levels[row] === level) levels[row] = level + 1;
    }
  }
}

/** The first word that isn't before this one. */
function firstOf(words: readonly string[], word: string): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((words[middle] ?? "") < word) low = middle + 1;
    else high = middle;
  }
  return low;
}
