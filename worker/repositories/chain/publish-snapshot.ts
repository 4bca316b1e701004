/**
 * Makes snapshots of verified roots and moves the pointer: once it is known what they list, and once the mirrors have
 * it where the list says so. Whatever breaks off, `advance` goes on from what is stored.
 */

import type { Blobs } from "../../blobs/blobs.ts";
import type { Releases } from "../../images/releases.ts";
import type { OriginAccess } from "../../outbound/origin-access.ts";
import { reasonOf } from "../../runtime/reason.ts";
import type { Repository } from "../catalogue.ts";
import { SnapshotFoldersBuilder } from "./build-snapshot-folders.ts";
import { SnapshotImagesBuilder } from "./build-snapshot-images.ts";
import { keyOf, SnapshotPresenceBuilder, unknownContents } from "./build-snapshot-presence.ts";
import { chooseCanaries } from "./canaries.ts";
import { revives } from "./expiry.ts";
import { isDue } from "./publish-policy.ts";
import type { ContentsReader } from "./read-contents.ts";
import type { RetentionHolds } from "./retention-holds.ts";
import type { Snapshot, SnapshotRoot } from "./snapshot.ts";
import { parseSnapshot, type SnapshotAlarm, type SnapshotStore } from "./snapshot-store.ts";
import { placeAfter } from "./snapshot-time.ts";
import type { FinishedSnapshot, PendingSnapshot } from "./waiting-store.ts";

export interface SnapshotPublisherContext {
  access: OriginAccess;
  blobs: Blobs;
  store: SnapshotStore;
  holds: RetentionHolds;
  contents: ContentsReader;
  /** Facts of releases, for images. Absent: of none anything is known. */
  releaseFacts?: Releases;
  /**
   * Share of the mirrors' capacity that has a generation of the repository, 0 to 1; undefined: not known. Absent: it
   * never is.
   */
  capacityWith?(repository: string, generation: number): Promise<number | undefined>;
  /** Unix ms. */
  now(): number;
  log(sentence: string): void;
  tell(listed: Repository, alarm: SnapshotAlarm): void;
}

/**
 * So long a new state waits for its indexes to be read, ms, so that mirrors are known to have its files when clients
 * hear of it. Twenty of Debian's take half of this; then it goes on without, and files that aren't known to be listed
 * are asked for at mirrors one by one.
 */
export const contentsWaitMs = 120_000;

/** What came of one step. */
export interface Advanced {
  /** The pointer moved. */
  moved: boolean;
  /** There is more to do, at once. */
  more: boolean;
}

export class SnapshotPublisher {
  readonly #context: SnapshotPublisherContext;
  readonly #folders: SnapshotFoldersBuilder;
  readonly #images: SnapshotImagesBuilder;
  readonly #presence: SnapshotPresenceBuilder;

  constructor(context: SnapshotPublisherContext) {
    this.#context = context;
    this.#folders = new SnapshotFoldersBuilder(context);
    this.#images = new SnapshotImagesBuilder(context);
    this.#presence = new SnapshotPresenceBuilder(context);
  }

  /**
   * Goes one step on with what waits: reads indexes, finishes the snapshot, publishes it. One call at a time.
   *
   * @param settled no index has come to be stored since there was nothing more to do
   * @throws what the store or the blobs throw; what is stored then is as it was, or a step further
   */
  async advance(listed: Repository, settled: boolean): Promise<Advanced> {
    const { store } = this.#context;
    const before = store.current()?.id;
    const staged = store.staged();
    let more = false;
    if (staged !== undefined) {
      more = await this.#finishStaged(listed, staged.roots, staged.since);
    } else if (!settled || this.#images.isDue(listed)) more = await this.#extend(listed);
    await this.#judge(listed);
    // Sizes of images are asked for once all else is done.
    if (store.current() !== undefined && this.#images.isDue(listed)) more = true;
    return { moved: store.current()?.id !== before, more };
  }

  /** New roots. @returns whether something is left to read */
  async #finishStaged(listed: Repository, roots: SnapshotRoot[], since: number): Promise<boolean> {
    const { store, contents, now } = this.#context;
    const current = currentOf(store);
    if (JSON.stringify(roots) === JSON.stringify(current?.roots)) {
      store.withdraw();
      return this.#extend(listed);
    }
    const waits =
      current?.presence !== undefined &&
      now() - since < contentsWaitMs &&
      !revives(current.roots, roots, now());
    const whole = waits
      ? await contents.readSome(listed, roots)
      : (await contents.known(listed, roots)).unread.length === 0;
    if (waits && !whole) return true;
    const mayBeginAnew = now() - since >= contentsWaitMs;
    const made = await this.#finish(listed, roots, mayBeginAnew);
    return !whole || !made;
  }

  /** What came to be stored of the roots that are current or wait. @returns whether something is left to read */
  async #extend(listed: Repository): Promise<boolean> {
    const { store, contents } = this.#context;
    const current = currentOf(store);
    if (current === undefined) return false;
    const pending = store.pending();
    const all = [...current.roots, ...(pending?.snapshot.roots ?? [])];
    if (!(await contents.readSome(listed, all))) return true;
    const known = await contents.known(listed, current.roots);
    const isOther = keyOf(known.blobs) !== (store.state("listings") ?? keyOf([]));
    if (isOther || (await this.#images.extend(listed, current))) {
      await this.#finish(listed, current.roots, false);
    }
    if (pending === undefined) return false;
    const key = keyOf((await contents.known(listed, pending.snapshot.roots)).blobs);
    // Generations follow each other as snapshots do.
    const overtaken = pending.snapshot.generation < (currentOf(store)?.generation ?? 0);
    if (key !== pending.listings || overtaken) {
      await this.#finish(listed, pending.snapshot.roots, false);
    }
    return false;
  }

  /**
   * Makes the snapshot of these roots, with the presence of what is known to be listed, and publishes it or has it
   * wait.
   *
   * @returns whether its presence is what it should be; false as well where the contents of an index were lost: then no snapshot is made,
   * and its index is read again by the next step
   */
  async #finish(
    listed: Repository,
    roots: SnapshotRoot[],
    mayBeginAnew: boolean,
  ): Promise<boolean> {
    const { store, contents, now } = this.#context;
    const current = currentOf(store);
    const { blobs, read, names } = await contents.known(listed, roots);
    const generation = store.nextGeneration();
    const releases: (() => void)[] = [];
    // While presence waits for the blobs.
    const building = this.#folders.build(listed, names, releases);
    const listing = this.#images.build(listed, roots, releases);
    try {
      const made = await this.#presence.build(
        listed,
        { contents: blobs, generation, mayBeginAnew },
        releases,
      );
      const { folders, lost } = await building;
      for (const one of lost) store.contents.lostNames(one);
      if (made === undefined) return false;
      const images = await listing;
      const chosen = { presence: made.presence, samples: contents.samples(read), last: current };
      const lookFiles = await chooseCanaries({ ...this.#context, ...chosen });
      const snapshot: Snapshot = {
        repository: listed.name,
        generation,
        ...placeAfter(current, roots, now()),
        roots,
        ...(made.presence && { presence: made.presence }),
        ...(folders && { folders }),
        ...(images && { images }),
        ...(lookFiles && { lookFiles }),
      };
      const finished = { snapshot, listings: made.listings, read };
      const sameRoots = JSON.stringify(roots) === JSON.stringify(current?.roots);
      if (current === undefined || sameRoots || listed.publish === undefined) {
        await this.#publish(listed, finished, sameRoots ? [] : ["staged", "pending"]);
      } else {
        // What is staged became this, or is newer and takes its place soon.
        const same = JSON.stringify(store.staged()?.roots) === JSON.stringify(roots);
        const since = store.pending()?.since ?? now();
        store.pend({ ...finished, since }, same ? ["staged"] : []);
      }
      return made.listings !== unknownContents;
    } finally {
      await Promise.all([building, listing]);
      for (const release of releases) release();
    }
  }

  /**
   * Publishes what waits, where the list's policy has it so, or has none any more, or clients refuse what is current.
   */
  async #judge(listed: Repository): Promise<void> {
    const { store, now } = this.#context;
    const pending = store.pending();
    if (pending === undefined) return;
    const share = await this.#share(listed, pending);
    const revived = revives(currentOf(store)?.roots ?? [], pending.snapshot.roots, now());
    if (revived || isDue(listed.publish, pending.since, share, now())) {
      const { snapshot, listings, read } = pending;
      const placed = { ...snapshot, ...placeAfter(currentOf(store), snapshot.roots, now()) };
      await this.#publish(listed, { snapshot: placed, listings, read }, ["pending"]);
    } else if (share !== undefined && share !== pending.share) {
      store.pend({ ...pending, share }, []);
    }
  }

  /** To a hundredth: finer ones would be a row written at each poll. */
  async #share(listed: Repository, pending: PendingSnapshot): Promise<number | undefined> {
    const { capacityWith, log } = this.#context;
    try {
      const share = await capacityWith?.(listed.name, pending.snapshot.generation);
      return share === undefined ? undefined : Math.floor(share * 100) / 100;
    } catch (error) {
      log(`${listed.name}: which mirrors have its next snapshot isn't known: ${reasonOf(error)}.`);
      return undefined;
    }
  }

  async #publish(
    listed: Repository,
    finished: FinishedSnapshot,
    drops: readonly ("staged" | "pending")[],
  ): Promise<void> {
    const { store, contents } = this.#context;
    const others = [
      ...(drops.includes("staged") ? [] : (store.staged()?.roots ?? [])),
      ...(drops.includes("pending") ? [] : (store.pending()?.snapshot.roots ?? [])),
    ];
    const { named } = await contents.known(listed, [...finished.snapshot.roots, ...others]);
    store.publish({ ...finished, named, drops });
  }
}

function currentOf(store: SnapshotStore): Snapshot | undefined {
  const current = store.current();
  return current === undefined ? undefined : parseSnapshot(current.json);
}
