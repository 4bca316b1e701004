/**
 * Columns with a place for each name, by which a search reckons. All searches of an isolate use the same ones, one after
 * the other: 1 MB of new memory for each would take longer than most of what is done with it.
 */

/** Names that columns are kept for, of 16 bytes each: twice Debian's main. A set with more gets its own each time. */
export const maxKeptNames = 2 ** 17;

export class SearchColumns {
  /** The best score. */
  readonly scores: Float32Array;
  /** Bits of `reasons`. */
  readonly reasons: Uint16Array;
  /** From 0 to 1: the part of all that was typed, the rarer words counting more. */
  readonly coverage: Float32Array;
  /** Words that were found. */
  readonly matched: Uint8Array;
  /** Characters of the name that these are. */
  readonly inName: Uint8Array;
  /** Of the word that is looked for. */
  readonly weights: Float32Array;

  constructor(names: number) {
    this.scores = new Float32Array(names);
    this.reasons = new Uint16Array(names);
    this.coverage = new Float32Array(names);
    this.matched = new Uint8Array(names);
    this.inName = new Uint8Array(names);
    this.weights = new Float32Array(names);
  }

  clear(): void {
    this.scores.fill(0);
    this.reasons.fill(0);
    this.weights.fill(0);
    this.clearWords();
  }

  /** What of it is of words. */
  clearWords(): void {
    this.coverage.fill(0);
    this.matched.fill(0);
    this.inName.fill(0);
  }
}

let kept: SearchColumns | undefined;

/** Empty columns. A search awaits nothing, so that it is done with them before the next one begins. */
export function searchColumns(names: number): SearchColumns {
  if (names > maxKeptNames) return new SearchColumns(names);
  if (kept === undefined || kept.scores.length < names) kept = new SearchColumns(names);
  else kept.clear();
  return kept;
}
