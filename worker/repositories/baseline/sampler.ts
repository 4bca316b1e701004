/** Picks the files to sample mirrors by while an index streams past: each file once, few of them kept. */
import { detached } from "../../formats/index-reader.ts";
import type { IndexedFile } from "../../formats/indexed-file.ts";
import { seatFor } from "../../runtime/reservoir.ts";
import type { SampleFile } from "./baseline.ts";
import { PathSet, pathHash } from "./path-set.ts";

/** Files kept of all. Probes take one each; more variety than this per day shows nothing more. */
export const maxOrdinary = 128;
/** Files kept that weren't listed at the last reading: the ones a mirror is most likely to lack. */
export const maxRecent = 64;
/**
 * Paths remembered for telling the recent ones next time: 1.6 MB, under the 2 MB that a row of a Durable Object's
 * database takes. Of a larger index nothing is remembered.
 */
export const maxRemembered = 200_000;
/** Files of one index. The largest known, Fedora's and Debian's, have under 100,000. */
export const maxListed = 1_000_000;

/** A fair choice among files offered one by one (reservoir sampling, Vitter's algorithm R). */
export class Sampler {
  readonly #before: PathSet | undefined;
  readonly #random: () => number;
  /** Ordinary files first, then the seats of the recent ones. */
  readonly #seats: (SampleFile | undefined)[] = [];
  #hashes = new Float64Array(4096);
  #listed = 0;
  #ordinary = 0;
  #recent = 0;

  /** `before`: what the last reading of the same index listed; without it, nothing is recent. */
  constructor(before: PathSet | undefined, random: () => number) {
    this.#before = before;
    this.#random = random;
  }

  /** Files offered. */
  get listed(): number {
    return this.#listed;
  }

  /**
   * A sink of an index's reader: says so when the index lists too many.
   *
   * @param base what all paths begin with; they are remembered without it
   */
  offer({ path, size = 0, sha256 }: IndexedFile, base: string): string | undefined {
    if (this.#listed >= maxListed) return `more than ${maxListed} files are listed`;
    const seat = this.seat(pathHash(path, base.length));
    if (seat < 0) return undefined;
    const hash = sha256 !== undefined && { sha256: detached(sha256) };
    this.put(seat, { path: detached(path), size, ...hash });
    return undefined;
  }

  /** Counts a file by its path's hash. The seat to `put` it in, or -1: it isn't kept. */
  seat(hash: number): number {
    this.#remember(hash);
    if (this.#before !== undefined && !this.#before.has(hash)) {
      const seat = seatFor(this.#recent++, maxRecent, this.#random);
      return seat < 0 ? -1 : maxOrdinary + seat;
    }
    return seatFor(this.#ordinary++, maxOrdinary, this.#random);
  }

  put(seat: number, file: SampleFile): void {
    this.#seats[seat] = seat >= maxOrdinary ? { ...file, recent: true } : file;
  }

  /** What was kept, recent ones first. */
  samples(): SampleFile[] {
    const kept = (from: number, to: number) =>
      this.#seats.slice(from, to).filter((file) => file !== undefined);
    return [...kept(maxOrdinary, maxOrdinary + maxRecent), ...kept(0, maxOrdinary)];
  }

  /** All files offered; undefined where they were more than are remembered. */
  paths(): PathSet | undefined {
    if (this.#listed > maxRemembered) return undefined;
    return PathSet.of(this.#hashes.slice(0, this.#listed));
  }

  #remember(hash: number): void {
    const at = this.#listed++;
    if (at >= maxRemembered) return;
    if (at === this.#hashes.length) {
      const larger = new Float64Array(Math.min(2 * at, maxRemembered));
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    this.#hashes[at] = hash;
  }
}
