/** Versions that a package set has and the one before hadn't. Pure: what is known of a set's versions is one hash of each. */
import type { PackageRecord } from "../../formats/package-record.ts";
import { fnv, fnvStart } from "../../runtime/fast-hash.ts";

/** Changes kept of a suite, the newest: bookworm has some hundred a month, sid a thousand a day. */
export const maxChanges = 200_000;

/** A version that came. */
export interface NewVersion {
  name: string;
  version: string;
  architecture: string;
}

/** What is known of the versions in the set before. */
export interface VersionsBefore {
  /** As `KnownVersions.hashes`. */
  hashes: Float64Array;
  /** Names of the indexes that it was read from: what another one has isn't new for being read at last. */
  indexes: ReadonlySet<string>;
}

/** Any other than the usual one. */
const otherStart = fnvStart ^ 0x5bd1e995;
const low = 2 ** 32;
/** Of the second hash, its upper bits: 52 together, of which one pair in 2,000,000 sets of 63,440 versions is equal. */
const upperShift = 12;

/** Gathers the versions of a set while it is built. */
export class KnownVersions {
  readonly #before: VersionsBefore | undefined;
  readonly #hashes = new Set<number>();
  readonly #came: NewVersion[] = [];

  /** @param before absent: it is the first set, and nothing of it is new */
  constructor(before?: VersionsBefore) {
    this.#before = before;
  }

  /**
   * One more package. @param index name of the index that has it
   * @returns whether it is the first of that name, version and architecture: `all` is listed with each architecture
   */
  add({ name, version, architecture }: PackageRecord, index: string): boolean {
    const hash = versionHash(name, version, architecture);
    if (this.#hashes.has(hash)) return false;
    this.#hashes.add(hash);
    const before = this.#before;
    if (before?.indexes.has(index) && !has(before.hashes, hash) && this.#came.length < maxChanges) {
      this.#came.push({ name, version, architecture });
    }
    return true;
  }

  /** Hashes of all versions, sorted. */
  hashes(): Float64Array {
    return Float64Array.from(this.#hashes).sort();
  }

  /** Versions that the set before hadn't, in the order of their indexes. */
  get came(): readonly NewVersion[] {
    return this.#came;
  }
}

/** Of 52 bits: exact in a number. */
export function versionHash(name: string, version: string, architecture: string): number {
  const text = `${name}\0${version}\0${architecture}`;
  return (fnv(text, otherStart) >>> upperShift) * low + (fnv(text) >>> 0);
}

function has(sorted: Float64Array, hash: number): boolean {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] ?? 0) < hash) from = middle + 1;
    else to = middle;
  }
  return sorted[from] === hash;
}
