/** Pulls indexes: what a client asks for, what clients used of the state before, and what the list has pulled ahead. */

import type { Blobs } from "../../blobs/blobs.ts";
import type { OriginAccess } from "../../outbound/origin-access.ts";
import { LastUsed } from "../../runtime/last-used.ts";
import { reasonOf } from "../../runtime/reason.ts";
import type { Repository } from "../catalogue.ts";
import { contentsAhead, contentsName } from "./choose-contents.ts";
import { hasFault } from "./contents-store.ts";
import { heldFiles } from "./held-files.ts";
import { namedIndex } from "./named-index.ts";
import type { PolledRoot } from "./poll-roots.ts";
import { type AheadFile, byUse, filesToPull, nameOf } from "./pull-ahead.ts";
import { type NamedFile, type Pulled, pullIndex } from "./pull-index.ts";
import type { RetentionHolds } from "./retention-holds.ts";
import { chooseSampled } from "./sampled-index.ts";
import type { Manifest, SnapshotRoot } from "./snapshot.ts";
import type { SnapshotAlarm, SnapshotStore } from "./snapshot-store.ts";
import type { Manifests } from "./stored-manifests.ts";
import { usualTimes } from "./used-indexes.ts";

export interface IndexPullsContext {
  access: OriginAccess;
  blobs: Blobs;
  store: SnapshotStore;
  manifests: Manifests;
  holds: RetentionHolds;
  /** Unix ms. */
  now(): number;
  random(): number;
  tell(listed: Repository, alarm: SnapshotAlarm): void;
}

/** Files pulled at a time: of the six questions a Worker may have waiting, half, as each may ask the store besides. */
const pulledAtOnce = 3;
/** Indexes of held roots that are known as not asked for; one that is forgotten counts as used, as after a restart. */
const maxUnused = 4096;
/** Files that wait until their state is current, of all roots; what is forgotten is left until a client asks. */
const maxBehind = 16_384;

/**
 * Who wants an index. What a client asks for is used: the next state's is had ahead of it. `search` is the service's own
 * reading, which can wait: no new state is held back for it.
 */
export type IndexAsker = "client" | "search";

export class IndexPulls {
  readonly #context: IndexPullsContext;
  /** By hash. */
  readonly #pulls = new Map<string, Promise<"stored" | "absent" | string>>();
  /** Stored by `held` or for `unused`, and not asked for by a client since. */
  readonly #unused = new LastUsed<true>(maxUnused);
  /** Seldom used files of each root's next state, with its manifest: pulled once that is current. */
  readonly #behind = new LastUsed<{ manifest: string; files: AheadFile[] }>(maxBehind);

  constructor(context: IndexPullsContext) {
    this.#context = context;
  }

  /** As `SnapshotChain.index`. */
  async index(
    listed: Repository,
    path: string,
    sha256: string,
    asker: IndexAsker = "client",
  ): Promise<"stored" | "absent" | string> {
    const { store, blobs, now } = this.#context;
    if (asker === "search") {
      store.used.begin();
      // What a client has asked for is used all the same.
      const isNew = !this.#pulls.has(sha256) && !(await blobs.has(sha256));
      if (isNew) this.#unused.set(sha256, true);
      // Nor is it read for presence, which would be another snapshot: that is for what clients ask.
      return this.#shared(listed, path, sha256);
    }
    this.#unused.delete(sha256);
    // Edges tell once of an index that is there, as it is for probes: it needs no second question.
    const times = (await blobs.has(sha256)) ? usualTimes : 1;
    const outcome = await this.#once(listed, path, sha256);
    // Names that no root has are no files.
    if (outcome !== "absent") store.used.note(nameOf(path), times, now());
    return outcome;
  }

  /** Has it stored; where it lists payload it is read then. */
  async #once(
    listed: Repository,
    path: string,
    sha256: string,
  ): Promise<"stored" | "absent" | string> {
    const outcome = await this.#shared(listed, path, sha256);
    if (outcome === "stored") this.#read(listed, path, sha256);
    return outcome;
  }

  #shared(listed: Repository, path: string, sha256: string): Promise<"stored" | "absent" | string> {
    const running = this.#pulls.get(sha256);
    if (running !== undefined) return running;
    const pull = this.#index(listed, path, sha256).finally(() => this.#pulls.delete(sha256));
    this.#pulls.set(sha256, pull);
    return pull;
  }

  /**
   * Pulls one of the files that are seldom used, of a state that is current by now. What can't be had is left until a
   * client asks: it held nothing back, and holds nothing up.
   *
   * @param isTime false: it is left for the next step
   * @returns whether there was one
   */
  async behind(
    listed: Repository,
    current: readonly SnapshotRoot[],
    isTime: boolean,
  ): Promise<boolean> {
    for (const { path, manifest } of current) {
      const waiting = this.#behind.get(path);
      const [next] = waiting?.manifest === manifest ? waiting.files : [];
      if (next === undefined) continue;
      if (isTime) {
        waiting?.files.shift();
        await this.#once(listed, next.path, next.sha256);
      }
      return true;
    }
    return false;
  }

  /**
   * Pulls what clients usually use of a root's last state in its new one, and what the list names; the root stays as it
   * was where that fails. What the origin doesn't have any more is no failure: it may have been given up.
   *
   * @param releases takes what lets go of the pulled bytes, once the new roots are remembered
   */
  async ahead(
    listed: Repository,
    before: SnapshotRoot | undefined,
    followed: PolledRoot,
    releases: (() => void)[],
  ): Promise<PolledRoot> {
    const { path, next } = followed;
    if (next === undefined) return followed;
    const { blobs, holds, manifests, store, now } = this.#context;
    try {
      const manifest = await manifests.read(next.root.manifest);
      const usable = {
        has: async (name: string) =>
          this.#unused.get(name) === undefined && (await blobs.has(name)),
      };
      const stored =
        before === undefined
          ? []
          : await filesToPull(await manifests.read(before.manifest), manifest, usable);
      const isOld = store.used.isEmpty;
      const { usual, seldom } = byUse(stored, manifest, (name) =>
        isOld ? "usual" : store.used.of(name, now()),
      );
      this.#behind.set(path, { manifest: next.root.manifest, files: seldom }, 1 + seldom.length);
      const waiting = [...usual.map((file) => [file]), ...contentsAhead(listed, manifest)];
      releases.push(await holds.hold(waiting.flat().map(({ sha256 }) => sha256)));
      let fault: { file: string; said: string } | undefined;
      const pullNext = async () => {
        for (let one = waiting.shift(); one && fault === undefined; one = waiting.shift()) {
          fault ??= await this.#firstOf(listed, one, manifest);
        }
      };
      await Promise.all(Array.from({ length: pulledAtOnce }, pullNext));
      return fault === undefined ? followed : { path, faults: [fault] };
    } catch (error) {
      const said = `Its indexes can't be had: ${reasonOf(error)}.`;
      return { path, faults: [{ file: path, said }] };
    }
  }

  /**
   * Pulls what a held root names and isn't stored: a newer one was refused, clients go by the held one for as long as
   * that lasts, and the origin won't have its indexes for long. What can't be had is left; it is told when a client asks.
   * @throws what the blobs or the database throw
   */
  async held(listed: Repository, root: SnapshotRoot): Promise<void> {
    const { access, blobs, holds, manifests } = this.#context;
    const manifest = await manifests.read(root.manifest);
    const { byHash } = manifest;
    const files = heldFiles(listed, manifest);
    const release = await holds.hold(files.map(({ sha256 }) => sha256));
    try {
      for (const { path, sha256: name } of files) {
        const size = manifest.files[path]?.size;
        if (size === undefined || (await blobs.has(name))) continue;
        // Stored and not read: a state that is refused changes nothing of what is served.
        const pulled = await pullIndex({ access, listed, blobs }, { path, name, size, byHash });
        if (pulled === "stored") this.#unused.set(name, true);
        // One that the origin fails to give: the others won't come either, and each takes its time.
        if (typeof pulled !== "string") return;
      }
    } finally {
      release();
    }
  }

  /**
   * Pulls one index of each root that lists payload, chosen by chance, for sampling mirrors by its files.
   * @throws what the blobs or the database throw
   */
  async samples(listed: Repository, roots: readonly SnapshotRoot[]): Promise<void> {
    const { manifests, store, now, random } = this.#context;
    for (const root of roots) {
      const manifest = await manifests.read(root.manifest);
      const index = chooseSampled(listed, root, manifest, random);
      if (typeof index === "string" || index.isRoot) continue;
      const [first] = index.variants;
      // What can't be had is told as an alarm, as when a client asks.
      if (first === undefined) continue;
      await this.#once(listed, first.path, first.sha256);
      // Probes need the next state's as well, with the state: else each one would be published twice.
      store.used.note(nameOf(first.path), usualTimes, now());
    }
  }

  /** The first of these that the origin has; undefined: it is stored, or there is none. */
  async #firstOf(
    listed: Repository,
    files: readonly AheadFile[],
    manifest: Manifest,
  ): Promise<{ file: string; said: string } | undefined> {
    for (const { path, sha256 } of files) {
      const entry = manifest.files[path];
      if (entry === undefined) continue;
      const pulled = await this.#pull(listed, {
        path,
        name: sha256,
        size: entry.size,
        byHash: manifest.byHash,
      });
      if (pulled === "stored") {
        this.#read(listed, path, sha256);
        return undefined;
      }
      if (pulled !== "absent") return { file: path, said: `It can't be had. ${pulled.failed}` };
    }
    return undefined;
  }

  /** Has it stored; its bytes are held by the caller. */
  async #pull(listed: Repository, file: NamedFile): Promise<Pulled> {
    const { access, blobs } = this.#context;
    if (await blobs.has(file.name)) return "stored";
    return pullIndex({ access, listed, blobs }, file);
  }

  /** Notes that it is stored, where it lists payload. */
  #read({ kind }: Repository, path: string, sha256: string): void {
    const name = contentsName(kind, path);
    if (name !== undefined) this.#context.store.contents.add({ sha256, name, path });
  }

  async #index(
    listed: Repository,
    path: string,
    sha256: string,
  ): Promise<"stored" | "absent" | string> {
    const { store, now, holds, tell } = this.#context;
    const release = await holds.hold([sha256]);
    try {
      const named = await namedIndex(listed, { path, sha256 }, this.#context);
      if (named === undefined) return "absent";
      const pulled = await this.#pull(listed, named.file);
      if (typeof pulled === "string") {
        // One that can't be read is stored all the same.
        const stored = store.contents.all().get(sha256);
        if (stored === undefined || !hasFault(stored)) {
          store.clearIndex(named.root, path);
        }
        return pulled;
      }
      const alarm = store.raiseIndex(named.root, { file: path, said: pulled.failed }, now());
      if (alarm !== undefined) tell(listed, alarm);
      return `${path} can't be had from the origin. ${pulled.failed}`;
    } catch (error) {
      return `${path} can't be had: ${reasonOf(error)}.`;
    } finally {
      release();
    }
  }
}
