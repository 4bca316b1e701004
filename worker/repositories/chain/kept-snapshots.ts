/** Kept snapshots as lists show them. Pure. */
import type { Snapshot, SnapshotRoot } from "./snapshot.ts";
import type { PendingSnapshot } from "./waiting-store.ts";

/** A kept snapshot, or the one that waits to be published. */
export interface KeptSnapshot {
  id: string;
  /** Unix ms. */
  at: number;
  generation: number;
  roots: (Pick<SnapshotRoot, "path" | "date" | "revision" | "validUntil" | "signedBy"> & {
    /** Of the root itself. */
    sha256: string;
    /** It is another than in the snapshot before; of the oldest kept, all are. */
    changed: boolean;
  })[];
  /** Payload files that are listed, and what changed against the snapshot before; absent: not known. */
  payload?: { files: number; added: number; removed: number };
  /** It isn't the current one yet, nor served: it waits for mirrors to have it. */
  pending?: {
    /** Unix ms; since when one waits. */
    since: number;
    /** Share of the mirrors' capacity that has it; absent: not known. */
    share?: number;
  };
}

/** @param all newest first */
export function keptSnapshots(
  all: readonly Snapshot[],
  pending: PendingSnapshot | undefined,
): KeptSnapshot[] {
  const kept = all.map((one, index) => listedSnapshot(one, all[index + 1]));
  if (pending === undefined) return kept;
  const { snapshot, since, share } = pending;
  const waits = { since, ...(share !== undefined && { share }) };
  return [{ ...listedSnapshot(snapshot, all[0]), pending: waits }, ...kept];
}

function listedSnapshot(
  { id, at, generation, roots, presence }: Snapshot,
  before: Snapshot | undefined,
): KeptSnapshot {
  const built = presence?.generation === generation;
  return {
    id,
    at,
    generation,
    roots: roots.map((root) => {
      const { files, manifest: _, ...shown } = root;
      const same = before?.roots.some((one) => JSON.stringify(one) === JSON.stringify(root));
      return { ...shown, sha256: files[0]?.sha256 ?? "", changed: same !== true };
    }),
    ...(presence && {
      payload: {
        files: presence.files,
        added: built ? presence.added : 0,
        removed: built ? presence.removed : 0,
      },
    }),
  };
}
