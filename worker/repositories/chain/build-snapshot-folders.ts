/** Makes the folders of a snapshot: never in the way of its publication. */

import type { Blobs } from "../../blobs/blobs.ts";
import { DamagedBlob } from "../../blobs/segmented/stored-bytes.ts";
import { reasonOf } from "../../runtime/reason.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import type { Repository } from "../catalogue.ts";
import { buildFolders } from "../contents/folders/build-folders.ts";
import type { RetentionHolds } from "./retention-holds.ts";
import type { Snapshot, SnapshotFolders } from "./snapshot.ts";
import { parseSnapshot, type SnapshotStore } from "./snapshot-store.ts";

export interface SnapshotFoldersContext {
  blobs: Blobs;
  store: Pick<SnapshotStore, "current" | "pending">;
  holds: RetentionHolds;
  log(sentence: string): void;
}

/** A store that hiccups must not leave a repository that is seldom published without folders for months. */
const triesAtOnce = 3;

export interface BuiltFolders {
  /** Undefined: no names are kept, or they can't be made. */
  folders: SnapshotFolders | undefined;
  /** Blobs of names that aren't what they were, or aren't there any more. */
  lost: string[];
}

export class SnapshotFoldersBuilder {
  readonly #context: SnapshotFoldersContext;

  constructor(context: SnapshotFoldersContext) {
    this.#context = context;
  }

  /**
   * The folders with the names that were read of indexes; those of the last snapshot where they are of the same names.
   * Never rejects: what folders hold is the origin's to say then.
   *
   * @param names blobs of names, sorted, each once
   * @param releases gets what ends the holds on the blobs that are put
   */
  async build(
    listed: Repository,
    names: readonly string[],
    releases: (() => void)[],
  ): Promise<BuiltFolders> {
    const lost: string[] = [];
    for (let tries = triesAtOnce; tries > 0; ) {
      const left = names.filter((one) => !lost.includes(one));
      if (left.length === 0) break;
      const of = sha256Of(left.join(" ")).slice(0, 32);
      try {
        const last = this.#last()?.folders;
        // A head that is lost is made again.
        if (last?.of === of && (await this.#isStored(last))) return { folders: last, lost };
        return { folders: { head: await this.#build(left, last?.head, releases), of }, lost };
      } catch (error) {
        this.#context.log(`${listed.name}: its folders lack names, ${reasonOf(error)}.`);
        if (error instanceof DamagedBlob && left.includes(error.sha256)) lost.push(error.sha256);
        else tries--;
      }
    }
    return { folders: undefined, lost };
  }

  /** The newest snapshot that was made, published or not. */
  #last(): Snapshot | undefined {
    const { store } = this.#context;
    const json = store.current()?.json;
    const current = json === undefined ? undefined : parseSnapshot(json);
    const pending = store.pending()?.snapshot;
    const isNewer = pending !== undefined && pending.generation > (current?.generation ?? 0);
    return isNewer ? pending : current;
  }

  /** A store that doesn't answer says nothing against it. */
  #isStored({ head }: SnapshotFolders): Promise<boolean> {
    return this.#context.blobs.has(head).catch(() => true);
  }

  #build(
    names: readonly string[],
    previous: string | undefined,
    releases: (() => void)[],
  ): Promise<string> {
    const { blobs, holds } = this.#context;
    const put: Blobs["put"] = async (name, bytes) => {
      releases.push(await holds.hold([name]));
      await blobs.put(name, bytes);
    };
    return buildFolders({ blobs: { get: blobs.get, put }, names, previous });
  }
}
