/**
 * The chain of a repository's snapshots: polls its origin, verifies, stores, moves the pointer, and clears away. Where it
 * is only watched, what is polled is compared with mirrors and served to nobody. Knows no platform: the origin, blobs,
 * database, clock and keys are passed in.
 *
 * The order of a publish: all blobs of the roots first, then what was learnt and the roots as staged ones, in one
 * transaction; then the blobs of what they list; last the snapshot with the pointer, in one transaction. So whatever
 * breaks off leaves the old state or the new one, and the next poll goes on; blobs that nothing names are collected.
 */

import type { Blobs } from "../../blobs/blobs.ts";
import type { XzModule } from "../../formats/compression/xz-decoder.ts";
import type { Keyring } from "../../formats/openpgp/keyring.ts";
import type { OriginAccess } from "../../outbound/origin-access.ts";
import { Turns } from "../../runtime/turns.ts";
import type { SampleFile } from "../baseline/baseline.ts";
import type { Repository } from "../catalogue.ts";
import type { Purpose } from "../follow-policy.ts";
import { unknownContents } from "./build-snapshot-presence.ts";
import { contentsName } from "./choose-contents.ts";
import { type KeptSnapshot, keptSnapshots } from "./kept-snapshots.ts";
import { OriginPoll } from "./poll-origin.ts";
import { SnapshotPublisher, type SnapshotPublisherContext } from "./publish-snapshot.ts";
import { type IndexAsker, IndexPulls } from "./pull-indexes.ts";
import { ContentsReader } from "./read-contents.ts";
import {
  collectBlobs,
  type Named,
  namedIn,
  outlived,
  type Retention,
  usualRetention,
} from "./retention.ts";
import { RetentionHolds } from "./retention-holds.ts";
import type { Snapshot } from "./snapshot.ts";
import { SnapshotSamples } from "./snapshot-samples.ts";
import { parseSnapshot, type SnapshotAlarm, type SnapshotStore } from "./snapshot-store.ts";
import { timeOf } from "./snapshot-time.ts";
import { Manifests } from "./stored-manifests.ts";
import { WatchedRoots } from "./watched-roots.ts";

export type { KeptSnapshot } from "./kept-snapshots.ts";

export interface SnapshotChainContext
  extends Pick<SnapshotPublisherContext, "capacityWith" | "releaseFacts"> {
  access: OriginAccess;
  /** What the origin is read for; `store` is of the same. */
  purpose: Purpose;
  blobs: Blobs;
  store: SnapshotStore;
  /** The repository's pinned keys; rejects with a sentence where they can't be read. */
  keyring(listed: Repository): Promise<Keyring>;
  /** Unix ms. */
  now(): number;
  /** 0 to 1. */
  random(): number;
  /** One sentence for the operator's log. */
  log(sentence: string): void;
  /** Absent: indexes in xz aren't read. */
  xz?: XzModule;
  /** Absent: `usualRetention`. */
  retention?: Retention;
  /** Absent: `readAtOnceBytes`. */
  readAtOnce?: number;
}

export class SnapshotChain {
  readonly #context: SnapshotChainContext;
  readonly #manifests: Manifests;
  readonly #holds = new RetentionHolds();
  readonly #samples: SnapshotSamples;
  readonly #pulls: IndexPulls;
  readonly #poll: OriginPoll;
  readonly #watched: WatchedRoots;
  readonly #publish: SnapshotPublisher;
  #following: Promise<boolean> | undefined;
  #collecting: Promise<number> | undefined;
  /** A poll of the origin and a step further never cross. */
  readonly #turns = new Turns();
  /** Nothing is left to do with what is stored. */
  #settled = false;
  /** What a process before this one left is cleared away, of what is watched. */
  #cleared = false;
  /** The last step left something for the next. */
  #more = false;

  constructor(context: SnapshotChainContext) {
    this.#context = context;
    this.#manifests = new Manifests(context.blobs);
    const tell = (listed: Repository, alarm: SnapshotAlarm) => this.#tell(listed, alarm);
    const shared = { ...context, manifests: this.#manifests, holds: this.#holds, tell };
    const contents = new ContentsReader({
      ...shared,
      refused: (listed, { root, ...fault }) => {
        const alarm = context.store.raiseIndex(root, fault, context.now());
        if (alarm !== undefined) this.#tell(listed, alarm);
      },
    });
    const pulls = new IndexPulls(shared);
    this.#samples = new SnapshotSamples({ ...context, pulls, contents });
    this.#pulls = pulls;
    this.#poll = new OriginPoll({ ...shared, pulls });
    this.#publish = new SnapshotPublisher({ ...shared, contents });
    this.#watched = new WatchedRoots({ ...shared, pulls, contents });
  }

  /** Id and JSON of the current snapshot. */
  current(): { id: string; json: string } | undefined {
    return this.#context.store.current();
  }

  /** JSON of a kept snapshot: by its id, or the newest not after a time (`2026-11-23T02:55Z`, `20261123T0255Z`). */
  kept(idOrTime: string): string | undefined {
    const { store } = this.#context;
    const time = timeOf(idOrTime);
    return store.byId(idOrTime) ?? (time === undefined ? undefined : store.atTime(time));
  }

  /** All kept snapshots, newest first, with what changed; before them the one that waits to be published. */
  snapshots(): KeptSnapshot[] {
    const { store } = this.#context;
    return keptSnapshots(store.all(), store.pending());
  }

  /** What is kept out at present. */
  alarms(): SnapshotAlarm[] {
    return this.#context.store.alarms();
  }

  /** Files to sample mirrors by, of the current snapshot; those that were new in it are marked. */
  samples(): readonly SampleFile[] {
    const { purpose } = this.#context;
    return purpose === "watching" ? this.#watched.samples() : this.#samples.current();
  }

  /** Whether what is known of a watched repository is of this origin, and of just these roots. */
  isOf(listed: Repository): boolean {
    return this.#watched.isOf(listed);
  }

  /** Why there are no newer samples of a watched repository, for people; undefined: there are. */
  withoutSamples(): string | undefined {
    return this.#watched.withoutSamples();
  }

  /** Mirrors are sampled by this repository's files: where none is known, some indexes are pulled for that. */
  wantSamples(): void {
    this.#samples.want();
  }

  /** Whether there is more to do, at once: `advance`. */
  get unfinished(): boolean {
    return this.#more;
  }

  /** Whether the origin answered anything when it was last asked for the roots. */
  get originAnswered(): boolean {
    return this.#poll.originAnswered;
  }

  /** Whether newer roots were verified that aren't in a snapshot yet, current or waiting. */
  get staged(): boolean {
    return this.#context.store.staged() !== undefined;
  }

  /** Whether a finished snapshot waits to be published. */
  get waiting(): boolean {
    return this.#context.store.pending() !== undefined;
  }

  /**
   * Asks the origin for all roots, once for all who call meanwhile, then goes on as `advance` does.
   *
   * @returns whether the pointer moved
   * @throws what the store throws; what is current then is as it was
   */
  follow(listed: Repository): Promise<boolean> {
    this.#following ??= this.#turns
      .next(async () => {
        if (this.#context.purpose === "watching") this.#watched.begin(listed);
        const followed = await this.#poll.poll(listed);
        return followed && (await this.#advance(listed));
      })
      .finally(() => {
        this.#following = undefined;
      });
    return this.#following;
  }

  /**
   * Goes one step on: reads indexes that came to be stored, and publishes what is ready. `unfinished` tells whether
   * more is left.
   *
   * @returns and throws as `follow`
   */
  advance(listed: Repository): Promise<boolean> {
    return this.#turns.next(() => this.#advance(listed));
  }

  /**
   * Has an index of the current or a kept snapshot stored: pulls it, verified, where it isn't. One pull at a time for
   * all who ask for the same bytes. Where it lists payload there is more to do then.
   *
   * @param asker as of `IndexPulls.index`
   * @returns a sentence where it can't be had; `absent` where the origin has no such file, or no manifest names it
   */
  async index(
    listed: Repository,
    path: string,
    sha256: string,
    asker: IndexAsker = "client",
  ): Promise<"stored" | "absent" | string> {
    const outcome = await this.#pulls.index(listed, path, sha256, asker);
    const isRead = asker === "client" && outcome === "stored";
    if (isRead && contentsName(listed.kind, path) !== undefined) {
      const row = this.#context.store.contents.all().get(sha256);
      if (row?.blob === undefined && row?.refused === undefined) this.#unsettle();
    }
    return outcome;
  }

  /**
   * Forgets the snapshots that are old enough, then removes what nothing names any more.
   * @returns how many blobs were removed
   * @throws what the store or the blobs throw; what is named by a kept snapshot stays in any case
   */
  collect(): Promise<number> {
    this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = undefined;
    });
    return this.#collecting;
  }

  #unsettle(): void {
    this.#settled = false;
    this.#more = true;
  }

  async #advance(listed: Repository): Promise<boolean> {
    this.#more = false;
    if (this.#context.purpose === "watching") return this.#watch(listed);
    if (await this.#samples.pull(listed)) this.#settled = false;
    const settled = this.#settled;
    // Set before: what comes to be stored meanwhile unsettles it again.
    this.#settled = true;
    try {
      const { moved, more } = await this.#publish.advance(listed, settled);
      // Once there is nothing else to do, and one a step: polls of the origin come between.
      const { roots = [] } = this.#currentSnapshot() ?? {};
      const behind = !more && (await this.#pulls.behind(listed, roots, !moved));
      if (more || behind) this.#unsettle();
      return moved;
    } catch (error) {
      this.#settled = false;
      throw error;
    }
  }

  async #watch(listed: Repository): Promise<boolean> {
    const { moved, drawn, more } = await this.#watched.advance(listed);
    this.#more = more;
    if (moved || drawn || !this.#cleared) {
      await this.#collectUnnamed(() => [{ others: this.#watched.forgetRest() }]);
      this.#cleared = true;
    }
    return moved;
  }

  async #collect(): Promise<number> {
    const { store, now, retention = usualRetention, purpose } = this.#context;
    // Each step of what is watched clears away behind itself.
    if (purpose === "watching") return 0;
    const gone = outlived(store.all(), now(), retention);
    store.remove(gone.map(({ id }) => id));
    return this.#collectUnnamed(() => namedIn(store));
  }

  #collectUnnamed(kept: () => readonly Named[]): Promise<number> {
    const { blobs, store, log } = this.#context;
    const lost = ({ head }: { head: string }, { message }: Error) => {
      log(`${message}: pinned snapshots go on without it.`);
      const { presence, folders } = this.#currentSnapshot() ?? {};
      if (head !== presence?.head && head !== folders?.head) return;
      // Built again by the next step, which tells of it.
      store.setState("listings", unknownContents);
      this.#unsettle();
    };
    const manifestOf = (sha256: string) => this.#manifests.read(sha256);
    return collectBlobs({ kept, manifestOf, blobs, holds: this.#holds, lost });
  }

  #currentSnapshot(): Snapshot | undefined {
    const current = this.current();
    return current === undefined ? undefined : parseSnapshot(current.json);
  }

  #tell({ name }: Repository, { root, file, said }: SnapshotAlarm): void {
    this.#context.log(`${name}: ${file}${file === root ? "" : ` (of ${root})`}: ${said}`);
  }
}
