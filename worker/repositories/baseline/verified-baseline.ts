/**
 * The reference of a repository that is verified: from its kept snapshots, so that its origin is asked by whoever keeps
 * those, and not a second time. Knows no platform.
 */
import type { Repository } from "../catalogue.ts";
import type { Snapshot } from "../chain/snapshot.ts";
import type { Baseline, SampleFile } from "./baseline.ts";
import { baselineFromSnapshots } from "./baseline-from-snapshots.ts";
import type { OriginBaseline } from "./refresh-baseline.ts";

export interface VerifiedBaselineContext {
  /** Has the repository followed for as long as somebody asks. */
  asked(): Promise<unknown>;
  /** Id of the snapshot that the pointer is on; undefined: there is none yet. */
  current(): string | undefined;
  /** All that are kept, newest first. */
  kept(): readonly Snapshot[];
  /** One that the pointer isn't on yet, as it waits for its mirrors; absent: there never is one. */
  pending?(): Snapshot | undefined;
  /** Files that the current one lists; none where no index was read yet. */
  samples(): readonly SampleFile[];
  /** Has indexes read for that. */
  wantSamples(): void;
  /** Reads the origin itself. */
  origin: Pick<OriginBaseline, "reference" | "range" | "ranges">;
}

export class VerifiedBaseline {
  readonly #context: VerifiedBaselineContext;
  /** Of the same snapshots and list entry it is the same: hundreds are read for it. */
  #made: { of: string; reference: Baseline } | undefined;

  constructor(context: VerifiedBaselineContext) {
    this.#context = context;
  }

  /**
   * What the origin has; as `ReferenceKeeper.reference` as long as there is no snapshot. Being asked is what has the
   * repository followed.
   */
  async reference(listed: Repository, maxAgeMs: number): Promise<Baseline> {
    const { asked, wantSamples, origin, samples } = this.#context;
    wantSamples();
    await asked();
    const made = this.#ofSnapshots(listed);
    return made === undefined
      ? origin.reference(listed, maxAgeMs)
      : { ...made, samples: samples() };
  }

  /** As `OriginRanges.read`, of one of the samples; undefined for what is none. */
  async range(
    listed: Repository,
    path: string,
    first: number,
    last: number,
  ): Promise<Uint8Array | undefined> {
    const { samples, origin } = this.#context;
    const file = samples().find((sample) => sample.path === path);
    return file === undefined
      ? origin.range(listed, path, first, last)
      : origin.ranges.read(listed, file, first, last);
  }

  #ofSnapshots(listed: Repository): Baseline | undefined {
    const { current, pending, kept } = this.#context;
    const id = current();
    if (id === undefined) return undefined;
    const waiting = pending?.();
    const of = JSON.stringify([waiting?.id, waiting?.generation, id, listed.origin, listed.roots]);
    if (this.#made?.of === of) return this.#made.reference;
    const snapshots = kept();
    const now = snapshots.find((snapshot) => snapshot.id === id);
    const reference = baselineFromSnapshots(listed, {
      snapshots: waiting === undefined ? snapshots : [waiting, ...snapshots],
      samples: [],
      ...(now !== undefined && { current: now.generation }),
      askedAt: waiting?.at ?? now?.at ?? 0,
    });
    this.#made = { of, reference };
    return reference;
  }
}
