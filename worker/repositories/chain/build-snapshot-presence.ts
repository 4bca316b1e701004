/** Makes the presence of a snapshot: which payload files it has and had. */

import type { Blobs } from "../../blobs/blobs.ts";
import { DamagedBlob } from "../../blobs/segmented/stored-bytes.ts";
import { LastUsed } from "../../runtime/last-used.ts";
import { reasonOf } from "../../runtime/reason.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import type { Repository } from "../catalogue.ts";
import { buildPresence } from "../contents/presence/build-presence.ts";
import type { RetentionHolds } from "./retention-holds.ts";
import type { Snapshot, SnapshotPresence } from "./snapshot.ts";
import { parseSnapshot, type SnapshotAlarm, type SnapshotStore } from "./snapshot-store.ts";

export interface SnapshotPresenceContext {
  blobs: Blobs;
  store: SnapshotStore;
  holds: RetentionHolds;
  /** Unix ms. */
  now(): number;
  log(sentence: string): void;
  tell(listed: Repository, alarm: SnapshotAlarm): void;
}

/** In place of what tells contents from others: what the presence is of isn't known, and it is built again. */
export const unknownContents = "unknown";

/** A presence that is to be built. */
export interface WantedPresence {
  /** Blobs of the contents of its indexes, sorted, each once. */
  contents: readonly string[];
  generation: number;
  /** Whether it may begin anew where it can't be built on what was before. */
  mayBeginAnew: boolean;
}

/** What came of it. */
export interface BuiltPresence {
  presence?: SnapshotPresence | undefined;
  /** Tells which contents it is of, as `keyOf`. */
  listings: string;
}

/** Blobs remembered as lost; one that is forgotten is let go of and built anew once more. */
const maxLost = 1024;

export class SnapshotPresenceBuilder {
  readonly #context: SnapshotPresenceContext;
  /** Blobs of contents that were found to be lost; one that is lost again is not read again. */
  readonly #lost = new LastUsed<true>(maxLost);

  constructor(context: SnapshotPresenceContext) {
    this.#context = context;
  }

  /** The presence at a generation: the one before where it lists the same. Undefined: contents of an index are lost. */
  async build(
    listed: Repository,
    { contents, generation, mayBeginAnew }: WantedPresence,
    releases: (() => void)[],
  ): Promise<BuiltPresence | undefined> {
    const { blobs, store, holds } = this.#context;
    const key = keyOf(contents);
    const current = currentOf(store);
    const pending = store.pending();
    // Mirrors may have been at the state that waits: what it listed counts, published or not.
    const last =
      pending !== undefined && pending.snapshot.generation > (current?.generation ?? 0)
        ? { presence: pending.snapshot.presence, key: pending.listings }
        : { presence: current?.presence, key: store.state("listings") };
    if (last.key === key) return { presence: last.presence, listings: key };
    if (last.presence === undefined && contents.length === 0) return { listings: key };
    const oldestKept = Math.min(generation, ...store.all().map((one) => one.generation));
    const put: Blobs["put"] = async (sha256, bytes) => {
      releases.push(await holds.hold([sha256]));
      await blobs.put(sha256, bytes);
    };
    const build = (previous: SnapshotPresence | undefined) =>
      buildPresence({
        blobs: { get: blobs.get, put },
        listings: contents,
        previous,
        generation,
        oldestKept,
      });
    try {
      const presence = await build(last.presence);
      if (last.presence !== undefined) store.clearPresence();
      return { presence, listings: key };
    } catch (error) {
      try {
        if (!(error instanceof DamagedBlob)) throw error;
        if (error.part === "listing") return this.#again(error);
        // To ask again is no use. Nobody is told what isn't so: mirrors that aren't at this generation are as good as
        // without any file until they are.
        this.#alarm(listed, error, generation);
        return { presence: await build(undefined), listings: key };
      } catch (again) {
        if (again instanceof DamagedBlob && again.part === "listing" && again !== error) {
          return this.#again(again);
        }
        // A presence that can't be built must not keep a repository from its next state for good.
        if (!mayBeginAnew) throw again;
        this.#alarm(listed, again, generation);
        return { listings: unknownContents };
      }
    }
  }

  /** Has the index of lost contents read again. @throws the error where that was done before */
  #again(error: DamagedBlob): undefined {
    if (this.#lost.get(error.sha256) !== undefined) throw error;
    this.#lost.set(error.sha256, true);
    this.#context.store.contents.lost(error.sha256);
    this.#context.log(`An index is read again: ${error.message}.`);
  }

  #alarm(listed: Repository, error: unknown, generation: number): void {
    const { store, now, tell } = this.#context;
    const said = `What was known of its files is lost, ${reasonOf(error)}: mirrors are known to have them from generation ${generation} on.`;
    const alarm = store.raisePresence(said, now());
    if (alarm !== undefined) tell(listed, alarm);
  }
}

/** Tells one set of contents from another. */
export function keyOf(contents: readonly string[]): string {
  return sha256Of(contents.join(" ")).slice(0, 16);
}

function currentOf(store: SnapshotStore): Snapshot | undefined {
  const current = store.current();
  return current === undefined ? undefined : parseSnapshot(current.json);
}
