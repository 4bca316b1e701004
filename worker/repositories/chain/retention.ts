/** Which snapshots are kept, and which blobs nobody names any more. */

import type { Blobs } from "../../blobs/blobs.ts";
import { DamagedBlob } from "../../blobs/segmented/stored-bytes.ts";
import { storedName } from "../../blobs/stored-name.ts";
import { maxGenerations } from "../baseline/baseline.ts";
import { foldersBlobs } from "../contents/folders/build-folders.ts";
import { presenceBlobs } from "../contents/presence/build-presence.ts";
import type { RetentionHolds } from "./retention-holds.ts";
import type { Manifest, Snapshot } from "./snapshot.ts";
import type { SnapshotStore } from "./snapshot-store.ts";

/** Whatever is kept longer by either of these is kept. */
export interface Retention {
  /** From when another took a snapshot's place, ms. */
  keepMs: number;
  /** So many of the newest, the current one among them. */
  keepCount: number;
}

/** Clients may be days behind, and pinned installs longer; a day of Debian's indexes that change has some 100 MB. */
export const usualRetention: Retention = { keepMs: 7 * 86_400_000, keepCount: 10 };

/**
 * The snapshots that may go. Pure.
 * @param snapshots newest first; the first is the current one
 */
export function outlived(
  snapshots: readonly Snapshot[],
  now: number,
  { keepMs, keepCount }: Retention,
): Snapshot[] {
  return snapshots.filter((_, index) => {
    const successor = snapshots[index - 1];
    return (
      successor !== undefined && index >= Math.max(1, keepCount) && now - successor.at > keepMs
    );
  });
}

/**
 * States kept of what is watched, however they follow each other: all versions of the 16 roots that a list entry may
 * have, were no two of them ever in one state. Each is some KB, and all are read for a baseline.
 */
const maxWatched = 16 * maxGenerations;

/**
 * The snapshots of a watched repository that may go: without them `baselineFromSnapshots` tells the same. What stays is
 * the current one, of each root the first snapshot with each of `maxGenerations` versions, and what stands between two of
 * them that would otherwise seem to be one. So the store doesn't grow with how often an origin publishes. Pure.
 *
 * @param snapshots newest first; the first is the current one
 */
export function uncompared<One extends Pick<Snapshot, "roots">>(snapshots: readonly One[]): One[] {
  const paths = [...new Set(snapshots.flatMap(({ roots }) => roots.map(({ path }) => path)))];
  const needed = new Set(snapshots.slice(0, 1));
  for (const path of paths) {
    for (const first of firstWithVersion(path, snapshots)) needed.add(first);
  }
  const gone: One[] = [];
  let older: One | undefined;
  for (let at = snapshots.length - 1; at > 0; at--) {
    const [newer, one] = [snapshots[at - 1], snapshots[at]];
    if (one === undefined) continue;
    const separates = paths.some((path) => {
      const hash = older && hashIn(older, path);
      return hash !== undefined && hash !== hashIn(one, path) && hash === hashIn(newer, path);
    });
    if (at < maxWatched && (needed.has(one) || separates)) older = one;
    else gone.push(one);
  }
  return gone;
}

function hashIn(snapshot: Pick<Snapshot, "roots"> | undefined, path: string): string | undefined {
  return snapshot?.roots.find((root) => root.path === path)?.files[0]?.sha256;
}

/** Of each version of a root, as often as it is compared, the snapshot that had it first. */
function firstWithVersion<One extends Pick<Snapshot, "roots">>(
  path: string,
  snapshots: readonly One[],
): Iterable<One> {
  const firsts = new Map<string, One>();
  /** The version of the snapshot before; undefined: it counts by a newer one. */
  let run: string | undefined;
  for (const snapshot of snapshots) {
    const hash = hashIn(snapshot, path);
    if (hash === undefined) continue;
    if (hash !== run && firsts.has(hash)) {
      run = undefined;
      continue;
    }
    if (hash !== run && firsts.size === maxGenerations) break;
    firsts.set(hash, snapshot);
    run = hash;
  }
  return firsts.values();
}

/** What names blobs: a snapshot, roots that wait to be one, and other names. */
export interface Named
  extends Partial<Pick<Snapshot, "roots" | "presence" | "folders" | "images">> {
  others?: readonly string[];
}

/** All that a store keeps, and what waits in it. */
export function namedIn(store: SnapshotStore): Named[] {
  const [staged, pending] = [store.staged(), store.pending()];
  return [
    ...store.all(),
    ...(staged ? [{ roots: staged.roots }] : []),
    ...(pending ? [pending.snapshot] : []),
    { others: store.contents.blobs() },
  ];
}

/** What a collection needs. */
export interface Collecting {
  /** Asked for once the holds are taken note of, so that what is published meanwhile is in one or the other. */
  kept(): readonly Named[];
  manifestOf(sha256: string): Promise<Manifest>;
  blobs: Blobs;
  holds: RetentionHolds;
  /** Is told of each presence, and of all folders, whose head is lost. */
  lost(of: { head: string }, error: DamagedBlob): void;
}

/**
 * Removes the blobs that nothing kept names: as root or beside it, as manifest, in a manifest, as presence, as
 * folders or as images.
 * A blob in use by a snapshot or index that is being written stays (`holds`), as does everything when one manifest can't
 * be read. What a presence or folders name whose head is lost nobody can find any more, and it goes unless another names
 * it.
 *
 * @returns how many were removed
 * @throws what the blobs or `manifestOf` throw; nothing that is named is removed before
 */
export async function collectBlobs(collecting: Collecting): Promise<number> {
  const { blobs, holds } = collecting;
  const collection = holds.beginCollection();
  try {
    const named = await namesOf(collecting);
    let removed = 0;
    let after: string | undefined;
    do {
      const page = await blobs.list(after);
      const unnamed = page.names.filter((name) => !named.has(name));
      removed += await collection.remove(unnamed, (names) => blobs.delete(names));
      after = page.after;
    } while (after !== undefined);
    return removed;
  } finally {
    collection.end();
  }
}

async function namesOf({ kept, manifestOf, blobs, lost }: Collecting): Promise<Set<string>> {
  const named = new Set<string>();
  const addAll = async (of: { head: string } | undefined, read: () => Promise<string[]>) => {
    if (of === undefined || named.has(of.head)) return;
    named.add(of.head);
    try {
      for (const sha256 of await read()) named.add(sha256);
    } catch (error) {
      if (!(error instanceof DamagedBlob)) throw error;
      lost(of, error);
    }
  };
  for (const { roots = [], presence, folders, images, others = [] } of kept()) {
    for (const sha256 of others) named.add(sha256);
    if (images !== undefined) named.add(images.blob);
    await addAll(presence, async () => (presence ? presenceBlobs(blobs, presence) : []));
    await addAll(folders, async () => (folders ? foldersBlobs(blobs, folders) : []));
    for (const { files, manifest } of roots) {
      for (const { sha256 } of files) named.add(sha256);
      if (named.has(manifest)) continue;
      named.add(manifest);
      for (const entry of Object.values((await manifestOf(manifest)).files)) {
        const name = storedName(entry);
        if (name !== undefined) named.add(name);
      }
    }
  }
  return named;
}
