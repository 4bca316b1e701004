/**
 * The baseline of a repository: from its served snapshots where there are any, so that its origin is polled for those and
 * not a second time; else from what is watched of its origin. Knows no platform.
 */
import type { Repository } from "../catalogue.ts";
import type { Snapshot } from "../chain/snapshot.ts";
import type { Baseline, SampleFile } from "./baseline.ts";
import { baselineFromSnapshots } from "./baseline-from-snapshots.ts";
import type { ByteRange, OriginRanges } from "./origin-ranges.ts";

/** A chain whose snapshots are served. */
export interface ServedSnapshots {
  /** Has the repository followed for as long as somebody asks. */
  asked(): Promise<unknown>;
  /** Waits for a first poll, though not for long. */
  polled(): Promise<unknown>;
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
}

/** A chain that is only compared with. */
export interface WatchedOrigin {
  /** As `RepositorySnapshots.knownSince`. */
  knownSince(maxAgeMs: number): Promise<void>;
  samples(): readonly SampleFile[];
  baseline(): Baseline;
}

export interface OriginBaselineContext {
  /** Undefined: the repository isn't served from snapshots. */
  served(listed: Repository): ServedSnapshots | undefined;
  watched(listed: Repository): WatchedOrigin;
  ranges: Pick<OriginRanges, "read">;
}

export class OriginBaseline {
  readonly #context: OriginBaselineContext;
  /** Of the same snapshots and list entry it is the same: hundreds are read for it. */
  #made: { of: string; baseline: Baseline } | undefined;

  constructor(context: OriginBaselineContext) {
    this.#context = context;
  }

  /**
   * What the origin has. Where no snapshots are served, or none yet, it was known no longer ago than `maxAgeMs` where the
   * origin can be read; else what is known, with `failed` in it. Being asked is what has the repository followed. Rejects
   * only when the store does.
   */
  async baseline(listed: Repository, maxAgeMs: number): Promise<Baseline> {
    const { served, watched } = this.#context;
    const snapshots = served(listed);
    if (snapshots !== undefined) {
      snapshots.wantSamples();
      if (snapshots.current() === undefined) await snapshots.polled();
      else await snapshots.asked();
      const made = this.#ofSnapshots(listed, snapshots);
      if (made !== undefined) return { ...made, samples: snapshots.samples() };
    }
    const origin = watched(listed);
    await origin.knownSince(maxAgeMs);
    return origin.baseline();
  }

  /** As `OriginRanges.read`, of one of the samples; undefined for what is none. */
  async range(listed: Repository, path: string, range: ByteRange): Promise<Uint8Array | undefined> {
    const { served, watched, ranges } = this.#context;
    const named = (samples: readonly SampleFile[]) => samples.find((one) => one.path === path);
    const file = named(served(listed)?.samples() ?? []) ?? named(watched(listed).samples());
    return file === undefined ? undefined : ranges.read(listed, file, range);
  }

  #ofSnapshots(
    listed: Repository,
    { current, pending, kept }: ServedSnapshots,
  ): Baseline | undefined {
    const id = current();
    if (id === undefined) return undefined;
    const waiting = pending?.();
    const of = JSON.stringify([waiting?.id, waiting?.generation, id, listed.origin, listed.roots]);
    if (this.#made?.of === of) return this.#made.baseline;
    const snapshots = kept();
    const now = snapshots.find((snapshot) => snapshot.id === id);
    const baseline = baselineFromSnapshots(listed, {
      snapshots: waiting === undefined ? snapshots : [waiting, ...snapshots],
      samples: [],
      ...(now !== undefined && { current: now.generation }),
      askedAt: waiting?.at ?? now?.at ?? 0,
    });
    this.#made = { of, baseline };
    return baseline;
  }
}
