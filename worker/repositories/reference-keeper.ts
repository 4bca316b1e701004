/**
 * Keeps a repository's reference: reads the origin when somebody needs it newer than it is, once for all who
 * wait, and stores what it read. Knows no platform: storage, clock and randomness are passed in.
 */
import type { Repository } from "./catalogue.ts";
import { askOrigin, type OriginAccess } from "./origin-access.ts";
import type { PathSet } from "./path-set.ts";
import { readReference } from "./read-reference.ts";
import type { Reference, SampleFile } from "./reference.ts";

/** Where a reference outlives the process. */
export interface ReferenceStore {
  load(): Reference | undefined;
  /** What an index listed when it was last read. */
  loadListing(index: string): PathSet | undefined;
  /** All or nothing. */
  save(reference: Reference, listings: ReadonlyMap<string, PathSet>): void;
}

export interface KeeperContext {
  access: OriginAccess;
  store: ReferenceStore;
  /** Unix ms. */
  now(): number;
  random(): number;
}

/** An origin that failed is asked again after this share of the age that is asked for. */
export const retryShare = 0.5;
/** Bytes of one range: what a probe compares. */
export const maxRangeBytes = 64 * 1024;
/** Ranges kept in memory, 4 MB at most: probers of several regions compare the same file at the same time. */
export const maxRangesKept = 64;

export class ReferenceKeeper {
  readonly #context: KeeperContext;
  #reference: Reference | undefined;
  #loaded = false;
  #reading: Promise<Reference> | undefined;
  /** When the origin was last asked, whatever came of it. */
  #triedAt = Number.NEGATIVE_INFINITY;
  /** Oldest use first. */
  readonly #ranges = new Map<string, Uint8Array>();

  constructor(context: KeeperContext) {
    this.#context = context;
  }

  /**
   * What the origin has, known no longer ago than `maxAgeMs` where the origin can be read; else what is known, with
   * `failed` in it. Rejects only when the store does.
   */
  async reference(listed: Repository, maxAgeMs: number): Promise<Reference> {
    const known = this.#known(listed);
    const now = this.#context.now();
    // Without roots there is nothing to ask.
    const current = known?.roots.length === 0 || now - (known?.askedAt ?? 0) < maxAgeMs;
    if (known !== undefined && current) return known;
    if (known?.failed !== undefined && now - this.#triedAt < maxAgeMs * retryShare) return known;
    this.#reading ??= this.#read(listed).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /**
   * Bytes `first` to `last` (inclusive, at most 64 KiB) of a file at the origin, for comparing a mirror's with.
   * Undefined for what is no sample, ranges that don't fit the file, and where the origin doesn't give them.
   */
  async range(
    listed: Repository,
    path: string,
    first: number,
    last: number,
  ): Promise<Uint8Array | undefined> {
    const file = this.#known(listed)?.samples.find((sample) => sample.path === path);
    if (file === undefined || !rangeFits(file, first, last)) return undefined;
    // Images change under their name; the size or the hash then does too.
    const key = `${first}-${last} ${file.size} ${file.sha256 ?? ""} ${path}`;
    const kept = this.#ranges.get(key);
    if (kept !== undefined) {
      this.#ranges.delete(key);
      this.#ranges.set(key, kept);
      return kept;
    }
    const bytes = await this.#askRange(listed, file, first, last);
    if (bytes === undefined) return undefined;
    this.#ranges.set(key, bytes);
    const [oldest] = this.#ranges.keys();
    if (this.#ranges.size > maxRangesKept && oldest !== undefined) this.#ranges.delete(oldest);
    return bytes;
  }

  /** What is known of this very list entry: other roots or another origin are another thing to know. */
  #known(listed: Repository): Reference | undefined {
    if (!this.#loaded) {
      this.#reference = this.#context.store.load();
      this.#loaded = true;
    }
    const known = this.#reference;
    const roots = listed.roots ?? [];
    return known?.repository === listed.name &&
      known.origin === listed.origin &&
      known.roots.length === roots.length &&
      known.roots.every(({ path }, at) => path === roots[at])
      ? known
      : undefined;
  }

  async #read(listed: Repository): Promise<Reference> {
    const { access, store, now, random } = this.#context;
    const startedAt = now();
    this.#triedAt = startedAt;
    const listings = new Map<string, PathSet>();
    const reference = await readReference(listed, this.#reference, access, startedAt, random, {
      get: (index) => store.loadListing(index),
      put: (index, paths) => listings.set(index, paths),
    });
    store.save(reference, listings);
    this.#reference = reference;
    return reference;
  }

  async #askRange(
    listed: Repository,
    file: SampleFile,
    first: number,
    last: number,
  ): Promise<Uint8Array | undefined> {
    const length = last - first + 1;
    const answer = await askOrigin(this.#context.access, listed, file.path, {
      headers: { Range: `bytes=${first}-${last}` },
      // An origin without ranges answers with the whole file; its beginning is still of use.
      maxBodyBytes: length,
    });
    if ("failed" in answer || !answer.whole || answer.body.byteLength !== length) return undefined;
    const { status, headers } = answer;
    const expected = `bytes ${first}-${last}/${file.size}`;
    if (status === 206 && headers.get("Content-Range") === expected) return answer.body;
    return status === 200 && first === 0 ? answer.body : undefined;
  }
}

function rangeFits({ size }: SampleFile, first: number, last: number): boolean {
  return (
    Number.isInteger(first) &&
    Number.isInteger(last) &&
    first >= 0 &&
    first <= last &&
    last < size &&
    last - first < maxRangeBytes
  );
}
