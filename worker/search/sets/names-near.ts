/** Sorted names within one edit of a word: as in a tree of letters, a stretch of names for each beginning. Pure. */

const hyphen = 0x2d;

/** A stretch of names, and how many first characters they have in common. */
interface Stretch {
  from: number;
  to: number;
  depth: number;
}

/** All names between line ends in one text, in the order of code units. */
export interface SortedNames {
  readonly text: string;
  /** Where each begins, and where one behind the last would. */
  readonly begins: Uint32Array;
}

/**
 * Names that one edit makes of a word, or whose first part, before a hyphen, it makes. An edit is a character more, less or
 * another, or two neighbours that changed places (optimal string alignment). Only names that are the word up to the edit
 * are looked at, by bisection: a twentieth of the time that comparing all 60,000 takes.
 *
 * @param see is told each in the order of the names, and which it was
 */
export function namesNear(
  names: SortedNames,
  word: string,
  see: (id: number, isWhole: boolean) => void,
): void {
  // A line end stands between names alone.
  if (word.length < 2 || word.includes("\n")) return;
  const near = new Near(names, word);
  near.look();
  for (const { id, isWhole } of near.found.sort((one, other) => one.id - other.id)) {
    see(id, isWhole);
  }
}

class Near {
  readonly found: { id: number; isWhole: boolean }[] = [];
  readonly #text: string;
  readonly #begins: Uint32Array;
  readonly #word: string;

  constructor({ text, begins }: SortedNames, word: string) {
    this.#text = text;
    this.#begins = begins;
    this.#word = word;
  }

  look(): void {
    const word = this.#word;
    let stretch: Stretch = { from: 0, to: this.#begins.length - 1, depth: 0 };
    for (let at = 0; at <= word.length && stretch.from < stretch.to; at++) {
      const here = word.charCodeAt(at);
      const next = word.charCodeAt(at + 1);
      // Of two that are alike only the last one is left out: both make the same name.
      if (at < word.length && here !== next) this.#tail(stretch, at + 1);
      if (at + 1 < word.length && here !== next) {
        const swapped = this.#with(this.#with(stretch, next), here);
        this.#tail(swapped, at + 2);
      }
      this.#otherCharacters(stretch, at);
      stretch = this.#with(stretch, here);
    }
  }

  /** A character more at a place of the word, and another one there. */
  #otherCharacters(stretch: Stretch, at: number): void {
    const word = this.#word;
    const here = at < word.length ? word.charCodeAt(at) : -1;
    const { depth, to } = stretch;
    let from = this.#pastEnd(stretch);
    while (from < to) {
      const code = this.#code(from, depth);
      const end = this.#firstAbove({ from, to, depth }, code);
      if (code !== here) {
        const inserted = { from, to: end, depth: depth + 1 };
        this.#tail(inserted, at);
        if (at < word.length) this.#tail(inserted, at + 1);
      }
      from = end;
    }
  }

  /** Takes names that go on with the word from `at` to its end, and are at their end then, or at a hyphen. */
  #tail(stretch: Stretch, at: number): void {
    let rest = stretch;
    for (let next = at; next < this.#word.length; next++) {
      if (rest.from >= rest.to) return;
      rest = this.#with(rest, this.#word.charCodeAt(next));
    }
    const past = this.#pastEnd(rest);
    for (let id = rest.from; id < past; id++) this.found.push({ id, isWhole: true });
    const parts = this.#with(rest, hyphen);
    for (let id = parts.from; id < parts.to; id++) {
      // As long as the word may be, it is judged as a whole alone.
      if (this.#length(id) > this.#word.length + 1) this.found.push({ id, isWhole: false });
    }
  }

  /** Those of a stretch that have a character behind what they have in common. */
  #with({ from, to, depth }: Stretch, code: number): Stretch {
    if (from >= to) return { from, to: from, depth: depth + 1 };
    const first = this.#firstAbove({ from, to, depth }, code - 1);
    return {
      from: first,
      to: this.#firstAbove({ from: first, to, depth }, code),
      depth: depth + 1,
    };
  }

  /** The first name of a stretch that doesn't end where their common characters do: shorter names come first. */
  #pastEnd(stretch: Stretch): number {
    const { from, depth } = stretch;
    return from < stretch.to && this.#length(from) === depth ? from + 1 : from;
  }

  /** The first whose character at the depth is above one. A name that ends there has a line end in its place. */
  #firstAbove({ from, to, depth }: Stretch, code: number): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#code(middle, depth) <= code) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #code(id: number, place: number): number {
    return this.#text.charCodeAt((this.#begins[id] ?? 0) + place);
  }

  #length(id: number): number {
    return (this.#begins[id + 1] ?? 0) - (this.#begins[id] ?? 0) - 1;
  }
}
