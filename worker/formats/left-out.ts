/**
 * Entries of an index that can't be used. One odd entry costs the others nothing, as it costs clients nothing (observed:
 * apt 2.6, dnf 4.14 and libsolv install all other packages): it is left out and counted, and the first is named.
 */
import { IndexRefused } from "./index-refused.ts";

/** How many entries of an index are left out; `first` is a sentence with its place. */
export interface LeftOut {
  count: number;
  first: string;
}

/** Counts the entries of one index while it is read. */
export class EntryCount {
  #taken = 0;
  #leftOut = 0;
  #first: IndexRefused | undefined;
  #passed: IndexRefused | undefined;

  /**
   * One more entry.
   *
   * @param fault what is wrong with the entry, in words that follow its place; undefined: it is taken
   */
  add(fault: string | undefined, place: () => string): void {
    if (fault === undefined) {
      this.#taken++;
      return;
    }
    this.#leftOut++;
    this.#first ??= new IndexRefused(fault, place());
  }

  /** One that belongs there and is of no use here: it isn't counted as left out. */
  pass(why: string, place: () => string): void {
    this.#passed ??= new IndexRefused(why, place());
  }

  /** There are no more entries. Throws `IndexRefused` where none of them can be used. */
  end(): void {
    const why = this.#first ?? this.#passed;
    if (this.#taken === 0 && why !== undefined) throw why;
  }

  /** What was left out until now; undefined: nothing. */
  get leftOut(): LeftOut | undefined {
    return this.#first && { count: this.#leftOut, first: this.#first.message };
  }
}

/** A sentence on what is left out. */
export function leftOutSaid({ count, first }: LeftOut): string {
  return `${count} of its entries can't be used and ${count === 1 ? "is" : "are"} left out: ${first}.`;
}
