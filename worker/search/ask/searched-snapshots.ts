/** Snapshots for a search: the current one of a repository that is named, the stored one of every other. */
import type { Repository } from "../../repositories/catalogue.ts";
import type { Snapshot } from "../../repositories/chain/snapshot.ts";
import { readSnapshot } from "../../repositories/reader/open-snapshot.ts";
import { snapshotKey } from "../../repositories/reader/snapshot-key.ts";
import type { SnapshotsAtEdge } from "../../repositories/reader/snapshots-at-edge.ts";
import type { Background } from "../../runtime/background.ts";
import { LastUsed } from "../../runtime/last-used.ts";
import { andThen } from "../../runtime/now-or-later.ts";
import { SharedWork } from "../../runtime/shared-work.ts";
import { askWaitMs, type PackageSources } from "./sources.ts";

/** A stored snapshot is read again after so long, ms: packages are to be found two minutes after their publication. */
const storedMs = 15_000;
/** Characters of stored snapshots held: one of eight suites has 6,400, and takes twice that; the list has ten. */
const heldStoredText = 256 * 1024;
/** What is held of a repository that has none. */
const emptyCharacters = 100;

export class SearchedSnapshots {
  readonly #snapshots: Pick<SnapshotsAtEdge, "current" | "kept">;
  readonly #store: { get(key: string): Promise<string | null> };
  /** By repository; `until` is Unix ms. */
  readonly #stored = new LastUsed<{ snapshot: Snapshot | undefined; until: number }>(
    heldStoredText,
  );
  /** By repository. */
  readonly #reading = new SharedWork<Snapshot | undefined>(askWaitMs);

  /** @param store that published snapshots are in */
  constructor(
    snapshots: Pick<SnapshotsAtEdge, "current" | "kept">,
    store: { get(key: string): Promise<string | null> },
  ) {
    this.#snapshots = snapshots;
    this.#store = store;
  }

  /** What one request reads. @param now Unix ms */
  for(
    background: Background,
    now: () => number,
  ): Pick<PackageSources, "current" | "stored" | "kept"> {
    const snapshots = this.#snapshots;
    return {
      current: (listed) =>
        andThen(snapshots.current.of(listed, now(), background), (found) => found?.snapshot),
      stored: (listed) => this.#storedOf(listed, now(), background),
      kept: async (listed, wanted) => (await snapshots.kept(listed, wanted, background))?.snapshot,
    };
  }

  async #storedOf(
    { name }: Repository,
    now: number,
    background: Background,
  ): Promise<Snapshot | undefined> {
    const held = this.#stored.get(name);
    if (held !== undefined && now < held.until) return held.snapshot;
    return await this.#reading.run(name, () => this.#read(name, now), background);
  }

  async #read(name: string, now: number): Promise<Snapshot | undefined> {
    const text = await this.#store.get(snapshotKey(name));
    const snapshot = text === null ? undefined : readSnapshot(text);
    const size = text?.length ?? emptyCharacters;
    this.#stored.set(name, { snapshot, until: now + storedMs }, size);
    return snapshot;
  }
}
