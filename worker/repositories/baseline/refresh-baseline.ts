/**
 * Keeps a repository's reference: reads the origin when somebody needs it newer than it is, once for all who
 * wait, and stores what it read. Knows no platform: storage, clock and randomness are passed in.
 */

import type { OriginAccess } from "../../outbound/origin-access.ts";
import type { Repository } from "../catalogue.ts";
import type { Baseline } from "./baseline.ts";
import { OriginRanges } from "./origin-ranges.ts";
import type { PathSet } from "./path-set.ts";
import { readBaseline } from "./read-baseline.ts";

/** Where a reference outlives the process. */
export interface BaselineStore {
  load(): Baseline | undefined;
  /** What an index listed when it was last read. */
  loadListing(index: string): PathSet | undefined;
  /** All or nothing. */
  save(reference: Baseline, listings: ReadonlyMap<string, PathSet>): void;
}

export interface BaselineContext {
  access: OriginAccess;
  store: BaselineStore;
  /** Unix ms. */
  now(): number;
  random(): number;
}

/** An origin that failed is asked again after this share of the age that is asked for. */
export const retryShare = 0.5;
export class OriginBaseline {
  readonly #context: BaselineContext;
  #reference: Baseline | undefined;
  #loaded = false;
  #reading: Promise<Baseline> | undefined;
  /** When the origin was last asked, whatever came of it. */
  #triedAt = Number.NEGATIVE_INFINITY;
  /** Bytes of any file there. */
  readonly ranges: OriginRanges;

  constructor(context: BaselineContext) {
    this.#context = context;
    this.ranges = new OriginRanges(context.access, context.now);
  }

  /**
   * What the origin has, known no longer ago than `maxAgeMs` where the origin can be read; else what is known, with
   * `failed` in it. Rejects only when the store does.
   */
  async reference(listed: Repository, maxAgeMs: number): Promise<Baseline> {
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
   * As `OriginRanges.read`, of one of the samples; undefined for what is none.
   */
  async range(
    listed: Repository,
    path: string,
    first: number,
    last: number,
  ): Promise<Uint8Array | undefined> {
    const file = this.#known(listed)?.samples.find((sample) => sample.path === path);
    return file === undefined ? undefined : this.ranges.read(listed, file, first, last);
  }

  /** What is known of this very list entry: other roots or another origin are another thing to know. */
  #known(listed: Repository): Baseline | undefined {
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

  async #read(listed: Repository): Promise<Baseline> {
    const { access, store, now, random } = this.#context;
    const startedAt = now();
    this.#triedAt = startedAt;
    const listings = new Map<string, PathSet>();
    const reference = await readBaseline(listed, this.#reference, access, startedAt, random, {
      get: (index) => store.loadListing(index),
      put: (index, paths) => listings.set(index, paths),
    });
    store.save(reference, listings);
    this.#reference = reference;
    return reference;
  }
}
