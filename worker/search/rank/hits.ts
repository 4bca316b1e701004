/** Names that are found, each with its best score and all its reasons, in columns: one search may find half of all. */

/** So many are put in order by themselves; of more, those that can't be on the page are left out first. */
const fewHits = 500;

export class Hits {
  readonly #scores: Float64Array;
  readonly #reasons: Uint16Array;
  #found: number[] = [];

  /** @param names how many there are in all */
  constructor(names: number) {
    this.#scores = new Float64Array(names);
    this.#reasons = new Uint16Array(names);
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
    if (found.length > fewHits && end < found.length) {
      const sorted = Float64Array.from(found, (id) => scores[id] ?? 0).sort();
      const least = sorted[sorted.length - end] ?? 0;
      found = found.filter((id) => (scores[id] ?? 0) >= least);
    }
    return found
      .toSorted((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0) || one - other)
      .slice(from, end);
  }
}
