/**
 * Counts as everybody may read them: of a small service an hour with few redirects from one country says what single
 * people fetched. Pure.
 *
 * Each count is told in multiples of a threshold. What is left over counts at `(other)` of the same repository and class,
 * again in multiples; what is left over of that at `(other)` of all repositories; the rest isn't told. All public sums are
 * sums of these same counts: no difference of two of them is anything but such a multiple, so that no total says what a
 * hidden count is.
 */
import type { Counts } from "./counted.ts";
import { otherCountryNumber, otherNumber } from "./counted.ts";
import { classOf, keyOf, repositoryOf, type View } from "./tally.ts";

/**
 * The threshold, in redirects of one combination in one period. A host that is installed or upgraded asks for some tens
 * of files within minutes, and whose redirects they are isn't known here: ten could be one person's.
 */
export const fewRedirects = 50;

/** Of totals that grow: bytes are told in multiples of what the threshold's redirects usually are, 10 MB each. */
const usualBytes = 10_000_000;

type Take = (key: number, counts: Counts) => void;

/** Takes the counts of one period, one by one, and hands on what may be told. With a threshold of 1 that is all. */
export class ToldCounts {
  readonly #few: number;
  readonly #other: number;
  readonly #take: Take;
  readonly #left = new Map<number, Counts>();

  /** @param view that the counts are of @param few threshold */
  constructor(view: View, few: number, take: Take) {
    this.#few = few;
    this.#other = view === "mirror" ? otherNumber : otherCountryNumber;
    this.#take = take;
  }

  /** @param counts may be changed afterwards */
  add(key: number, counts: Counts): void {
    if (this.#few <= 1) this.#take(key, counts);
    else this.#tell(key, counts, keyOf(this.#other, repositoryOf(key), classOf(key)));
  }

  /** The period is whole. Tells what is left over, together. */
  end(): void {
    const ofRepositories = [...this.#left];
    this.#left.clear();
    for (const [key, counts] of ofRepositories) {
      this.#tell(key, counts, keyOf(this.#other, otherNumber, classOf(key)));
    }
    const ofClasses = [...this.#left];
    this.#left.clear();
    for (const [key, counts] of ofClasses) this.#tell(key, counts, key);
    this.#left.clear();
  }

  #tell(key: number, counts: Counts, otherwise: number): void {
    const { redirects, bytes, unsized } = counts;
    const told = redirects - (redirects % this.#few);
    if (told === redirects) {
      this.#take(key, counts);
      return;
    }
    const part = (of: number) => Math.round((of * told) / redirects);
    const shown = { redirects: told, bytes: part(bytes), unsized: part(unsized) };
    if (told > 0) this.#take(key, shown);
    const left = this.#left.get(otherwise) ?? { redirects: 0, bytes: 0, unsized: 0 };
    left.redirects += redirects - told;
    left.bytes += bytes - shown.bytes;
    left.unsized += unsized - shown.unsized;
    this.#left.set(otherwise, left);
  }
}

/** A total since the beginning, which everybody may read again each minute: it grows by multiples alone. */
export function toldTotal({ redirects, bytes, unsized }: Counts, few: number): Counts {
  if (few <= 1) return { redirects, bytes, unsized };
  const inMultiples = (of: number, size: number) => of - (of % size);
  return {
    redirects: inMultiples(redirects, few),
    bytes: inMultiples(bytes, few * usualBytes),
    unsized: inMultiples(unsized, few),
  };
}
