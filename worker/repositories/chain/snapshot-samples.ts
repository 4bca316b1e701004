/** Files of the current snapshot to sample mirrors by: of the indexes that are read anyway, or of some that are pulled for that. */
import type { SampleFile } from "../baseline/baseline.ts";
import type { Repository } from "../catalogue.ts";
import type { IndexPulls } from "./pull-indexes.ts";
import type { ContentsReader } from "./read-contents.ts";
import { parseSnapshot, type SnapshotStore } from "./snapshot-store.ts";

export interface SnapshotSamplesContext {
  store: SnapshotStore;
  pulls: IndexPulls;
  contents: ContentsReader;
  /** Unix ms. */
  now(): number;
}

/** Indexes to sample mirrors by that couldn't be had are looked for again after this, ms: each is up to 25 MB. */
const samplesRetryMs = 15 * 60_000;

export class SnapshotSamples {
  readonly #context: SnapshotSamplesContext;
  /** Of the current snapshot, by its id: read once for many questions. */
  #held: { of: string; files: readonly SampleFile[] } | undefined;
  #triedAt = Number.NEGATIVE_INFINITY;

  constructor(context: SnapshotSamplesContext) {
    this.#context = context;
  }

  /** Those of the current snapshot; those that were new in it are marked. */
  current(): readonly SampleFile[] {
    const { store, contents } = this.#context;
    const of = store.current()?.id ?? "";
    if (this.#held?.of !== of) this.#held = { of, files: contents.samples(store.read()) };
    return this.#held.files;
  }

  /** Mirrors are sampled by this repository's files: where none is known, some indexes are pulled for that. */
  want(): void {
    const { store } = this.#context;
    if (store.state("samples") === undefined) store.setState("samples", "wanted");
  }

  /**
   * Pulls one index of each root, where samples are wanted and nothing is known of what the roots list.
   * @returns whether that was tried
   */
  async pull(listed: Repository): Promise<boolean> {
    const { store, pulls, now } = this.#context;
    const current = store.current();
    if (current === undefined || store.state("samples") === undefined) return false;
    const known = [...store.contents.all().values()].some((one) => one.refused === undefined);
    if (known || now() - this.#triedAt < samplesRetryMs) return false;
    this.#triedAt = now();
    await pulls.samples(listed, parseSnapshot(current.json).roots);
    return true;
  }
}
