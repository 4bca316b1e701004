/**
 * Redirects as an isolate counts them: by hour, mirror, repository, country and class of file. A table of fixed size with
 * integers as keys (open addressing): a count allocates nothing but at a combination's first time.
 */
import {
  type CountedRedirect,
  countryNumber,
  fileClasses,
  hourOf,
  otherCountryNumber,
  otherNumber,
} from "./counted.ts";

/** Room of the table, 24 bytes each, 196 KB. A power of two. */
const slots = 8192;
/**
 * Combinations counted apart between two takes: three quarters of the room, so that a look-up takes two or three slots.
 * A redirect of one more is counted at mirror, repository and country `(other)`.
 */
export const maxRows = 6144;
/** With so many it is time to take them: the rest holds what comes meanwhile. */
export const nearlyFullRows = 4096;
/** Names of mirrors counted apart between two takes; a roster has 1,576. */
const maxMirrors = 4095;
const maxRepositories = 1023;

/** Numbers a row of `CountedRows` has. */
export const rowLength = 8;

/** What was counted, as it is sent. */
export interface CountedRows {
  /** Names of mirrors; the row's number counts from 1, 0 is `(other)`. */
  mirrors: string[];
  /** The same of repositories. */
  repositories: string[];
  /** For each row: Unix hour, mirror, repository, country, class, redirects, bytes, redirects of unknown size. */
  rows: number[];
}

export class RedirectCounts {
  /** Two words a slot: mirror and repository; hour, country and class. */
  readonly #keys = new Uint32Array(2 * slots);
  /** 0: the slot is free. */
  readonly #redirects = new Uint32Array(slots);
  readonly #unsized = new Uint32Array(slots);
  readonly #bytes = new Float64Array(slots);
  readonly #mirrors = new Numbers(maxMirrors);
  readonly #repositories = new Numbers(maxRepositories);
  #rows = 0;
  #lost = 0;

  /** Combinations counted since the last take. */
  get rows(): number {
    return this.#rows;
  }

  get isNearlyFull(): boolean {
    return this.#rows >= nearlyFullRows;
  }

  /** Redirects since the isolate began that not even the row of all others had room for. */
  get lost(): number {
    return this.#lost;
  }

  /** Counts one. In every redirect's way. @param now Unix ms */
  count({ mirror, repository, country, fileClass, size }: CountedRedirect, now: number): void {
    const first = ((this.#mirrors.of(mirror) << 16) | this.#repositories.of(repository)) >>> 0;
    const hour = hourOf(now);
    const second = wordOf(hour, countryNumber(country), fileClasses.indexOf(fileClass));
    let slot = this.#slotOf(first, second);
    if (this.#redirects[slot] === 0) {
      if (this.#rows >= maxRows) {
        slot = this.#slotOf(0, wordOf(hour, otherCountryNumber, fileClasses.indexOf(fileClass)));
      }
      if (this.#redirects[slot] === 0 && !this.#begin(slot, first, second)) return;
    }
    this.#redirects[slot] = (this.#redirects[slot] ?? 0) + 1;
    if (size === undefined) this.#unsized[slot] = (this.#unsized[slot] ?? 0) + 1;
    else this.#bytes[slot] = (this.#bytes[slot] ?? 0) + size;
  }

  /** All that was counted since the last take; then begins anew. */
  take(): CountedRows {
    const rows: number[] = [];
    for (let slot = 0; slot < slots; slot++) {
      const redirects = this.#redirects[slot] ?? 0;
      if (redirects === 0) continue;
      const first = this.#keys[2 * slot] ?? 0;
      const second = this.#keys[2 * slot + 1] ?? 0;
      rows.push(
        ...[second >>> 12, first >>> 16, first & 0xffff, (second >>> 2) & 0x3ff, second & 3],
        ...[redirects, this.#bytes[slot] ?? 0, this.#unsized[slot] ?? 0],
      );
    }
    const taken = { mirrors: this.#mirrors.take(), repositories: this.#repositories.take(), rows };
    this.#redirects.fill(0);
    this.#unsized.fill(0);
    this.#bytes.fill(0);
    this.#rows = 0;
    return taken;
  }

  /** Makes a free slot that of a key, but for the last ones: the search for a key ends at a free one. */
  #begin(slot: number, first: number, second: number): boolean {
    if (this.#rows >= slots - 1) {
      this.#lost++;
      return false;
    }
    const isOver = this.#rows >= maxRows;
    this.#keys[2 * slot] = isOver ? otherNumber : first;
    this.#keys[2 * slot + 1] = isOver
      ? wordOf(second >>> 12, otherCountryNumber, second & 3)
      : second;
    this.#rows++;
    return true;
  }

  /** The slot of a key, or the free one where it belongs. */
  #slotOf(first: number, second: number): number {
    const keys = this.#keys;
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
    let slot = (hash ^ (hash >>> 13)) & (slots - 1);
    while (this.#redirects[slot] !== 0) {
      if (keys[2 * slot] === first && keys[2 * slot + 1] === second) return slot;
      slot = (slot + 1) & (slots - 1);
    }
    return slot;
  }
}

/** 20 bits are hours until the year 2089. */
function wordOf(hour: number, country: number, fileClass: number): number {
  return ((hour << 12) | (country << 2) | fileClass) >>> 0;
}

/** Numbers of names, from 1 on in the order in which they come. */
class Numbers {
  readonly #most: number;
  readonly #known = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** 0: there is no more room. */
  of(name: string): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.#known.size >= this.#most) return otherNumber;
    const number = this.#known.size + 1;
    this.#known.set(name, number);
    return number;
  }

  take(): string[] {
    const names = [...this.#known.keys()];
    this.#known.clear();
    return names;
  }
}
