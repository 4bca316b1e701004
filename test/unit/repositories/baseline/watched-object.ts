/** What a repository's object does for probes, as it puts it together: over a stand-in origin, a clock and a database. */
import { join } from "node:path";
import { sqlBlobs } from "../../../../worker/blobs/sql-blobs.ts";
import type { Baseline } from "../../../../worker/repositories/baseline/baseline.ts";
import { takeOverReference } from "../../../../worker/repositories/baseline/former-reference.ts";
import { OriginBaseline } from "../../../../worker/repositories/baseline/origin-baseline.ts";
import { OriginRanges } from "../../../../worker/repositories/baseline/origin-ranges.ts";
import { watchedBaseline } from "../../../../worker/repositories/baseline/watched-baseline.ts";
import type { Repository } from "../../../../worker/repositories/catalogue.ts";
import { SnapshotChain } from "../../../../worker/repositories/chain/chain.ts";
import { RepositorySnapshots } from "../../../../worker/repositories/chain/repository-snapshots.ts";
import { SnapshotStore } from "../../../../worker/repositories/chain/snapshot-store.ts";
import { xz } from "../../formats/packed.ts";
import { BreakableSqlite } from "../../runtime/sqlite.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { repository, StandInOrigin, seeded } from "../origin.ts";

export const minute = 60_000;

export class WatchedObject {
  readonly origin = new StandInOrigin();
  readonly sqlite = new BreakableSqlite(join(temporaryFolder("watched"), "object.sqlite"));
  readonly logged: string[] = [];
  /** The object's own entry. */
  listed: Repository;
  /** The clock, Unix ms. */
  now = 1_000_000;
  alarmAt: number | null = null;
  store: SnapshotStore;
  chain: SnapshotChain;
  asking: RepositorySnapshots;
  #baseline: OriginBaseline;

  constructor(more: Partial<Repository> = {}) {
    this.listed = repository(more);
    [this.store, this.chain, this.asking, this.#baseline] = this.#made();
  }

  /** Another process over the same data. */
  restart(): void {
    this.sqlite.reopen();
    [this.store, this.chain, this.asking, this.#baseline] = this.#made();
  }

  #made(): [SnapshotStore, SnapshotChain, RepositorySnapshots, OriginBaseline] {
    const { sql } = this.sqlite;
    const store = new SnapshotStore(sql, "watching");
    takeOverReference(sql, store, this.listed);
    const log = (sentence: string) => void this.logged.push(sentence);
    const now = () => this.now;
    const { access } = this.origin;
    const chain = new SnapshotChain({
      access,
      purpose: "watching",
      blobs: sqlBlobs(sql),
      store,
      keyring: () => Promise.reject(new Error("no keys are wanted")),
      now,
      random: seeded(1),
      log,
      xz,
    });
    const asking = new RepositorySnapshots({
      chain,
      store,
      purpose: "watching",
      entry: () => this.listed,
      alarm: {
        get: async () => this.alarmAt,
        set: async (at) => {
          this.alarmAt = at;
        },
      },
      now,
      log,
    });
    const baseline = new OriginBaseline({
      served: () => undefined,
      watched: () => ({
        knownSince: (maxAgeMs) => asking.knownSince(maxAgeMs),
        samples: () => (chain.isOf(this.listed) ? chain.samples() : []),
        baseline: () => watchedBaseline(this.listed, chain, store),
      }),
      ranges: new OriginRanges(access, now),
    });
    return [store, chain, asking, baseline];
  }

  baseline(maxAgeMs = minute): Promise<Baseline> {
    return this.#baseline.baseline(this.listed, maxAgeMs);
  }

  range(path: string, first: number, last: number): Promise<Uint8Array | undefined> {
    return this.#baseline.range(this.listed, path, { first, last });
  }

  /** The baseline after the clock went on, of an origin that is asked for it, with all that is left to do done. */
  async later(ms: number): Promise<Baseline> {
    this.now += ms;
    await this.baseline(0);
    await this.settle();
    return watchedBaseline(this.listed, this.chain, this.store);
  }

  /** Does all that is left to do at once. */
  async settle(): Promise<void> {
    for (let steps = 0; this.chain.unfinished; steps++) {
      if (steps === 100) throw new Error("the chain doesn't come to an end");
      await this.chain.advance(this.listed);
    }
  }

  /** The platform: the clock reaches the alarm, which is unset when it fires. */
  async fire(): Promise<void> {
    this.now = Math.max(this.now, this.alarmAt ?? 0);
    this.alarmAt = null;
    await this.asking.alarm();
  }

  /** How often the origin was asked for roots. */
  get rootsAsked(): number {
    return this.origin.paths().filter((path) => path.endsWith("InRelease")).length;
  }
}
