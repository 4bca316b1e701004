/** Names that are found, each with its best score and all its reasons, in columns: one search may find half of all. */

import type { SearchColumns } from "./search-columns.ts";

/** So many are put in order by themselves; of more, those that can't be on the page are left out first. */
const fewHits = 500;
/** Scores up to here are told apart when some are left out: more than any reason is worth. */
const mostScore = 2500;

export class Hits {
  readonly #scores: Float32Array;
  readonly #reasons: Uint16Array;
  #found: number[] = [];

  /** @param columns of this search: what is found is told until the next one begins */
  constructor({ scores, reasons }: SearchColumns) {
    this.#scores = scores;
    this.#reasons = reasons;
  }

  /** @param score above 0; the best one of a name counts */
  add(id: number, reason: number, score: number): void {
    const before = this.#reasons[id];
    if (before === undefined) return;
    if (before === 0) this.#found.push(id);
    this.#reasons[id] = before | reason;
    if (score > (this.#scores[id] ?? 0)) this.#scores[id] = score;
  }

  get total(): number {
    return this.#found.length;
  }

  score(id: number): number {
    return this.#scores[id] ?? 0;
  }

  reasons(id: number): number {
    return this.#reasons[id] ?? 0;
  }

  /** Leaves out what isn't wanted. */
  keep(isWanted: (id: number) => boolean): void {
    this.#found = this.#found.filter(isWanted);
  }

  /** A page of names, the best first, those of one score in their own order. */
  best(from: number, count: number): number[] {
    const scores = this.#scores;
    const end = from + count;
    let found = this.#found;
    if (found.length > fewHits) {
      const least = this.#leastOf(end);
      found = found.filter((id) => (scores[id] ?? 0) >= least);
    }
    return found
      .toSorted((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0) || one - other)
      .slice(from, end);
  }

  /** A score that so many have at least, and few more. Sorting all of them would take three times as long. */
  #leastOf(count: number): number {
    const steps = new Uint32Array(mostScore + 1);
    for (const id of this.#found) {
      const step = stepOf(this.#scores[id] ?? 0);
      steps[step] = (steps[step] ?? 0) + 1;
    }
    let above = 0;
    for (let step = mostScore; step > 0; step--) {
      above += steps[step] ?? 0;
      if (above >= count) return step;
    }
    return 0;
  }
}

/** The whole number below a score. */
function stepOf(score: number): number {
  return Math.max(0, Math.min(mostScore, Math.floor(score)));
}
