/** What a repository's origin has, by the verified snapshots that are kept of it. Pure. */
import { maxRootBytes } from "../../formats/roots.ts";
import { revisionDate } from "../../formats/rpm/repomd-date.ts";
import type { Snapshot, SnapshotFile, SnapshotRoot } from "../chain/snapshot.ts";
import {
  type Baseline,
  maxGenerations,
  type RootBaseline,
  type RootVersion,
  type SampleFile,
} from "./baseline.ts";

/** What a reference is made of. */
export interface KeptState {
  /** All that are kept, newest first; a pending one, which the pointer isn't on yet, goes before them. */
  snapshots: readonly Snapshot[];
  /** Files of the current one. */
  samples: readonly SampleFile[];
  /** Of the current one, which lists the samples; absent: they are of none. */
  current?: number;
  /** When the origin was last asked, Unix ms. */
  askedAt: number;
}

/**
 * The reference of a repository.
 *
 * A version of a root counts as the newest generation that has it: whoever shows it has all that any of them had of this
 * root. One that returns after another was in its place counts from its return.
 *
 * @param listed its `roots` are those of the reference, in that order
 */
export function baselineFromSnapshots(
  listed: { name: string; origin: string; roots?: readonly string[] },
  { snapshots, samples, current, askedAt }: KeptState,
): Baseline {
  return {
    repository: listed.name,
    origin: listed.origin,
    askedAt,
    roots: (listed.roots ?? []).map((path) => rootReference(path, snapshots)),
    samples,
    ...(current !== undefined && { generation: current }),
  };
}

function rootReference(path: string, snapshots: readonly Snapshot[]): RootBaseline {
  const versions: RootVersion[] = [];
  let newest: SnapshotFile | undefined;
  let before: string | undefined;
  for (const { generation, at, roots } of snapshots) {
    const root = roots.find((one) => one.path === path);
    const main = root?.files[0];
    if (root === undefined || main === undefined) continue;
    newest ??= main;
    const last = versions.at(-1);
    const same = before === main.sha256;
    before = main.sha256;
    if (same && last?.hash === before) versions[versions.length - 1] = { ...last, seenAt: at };
    // Where another came between, it is told by its newest time.
    if (versions.some(({ hash }) => hash === before)) continue;
    if (versions.length === maxGenerations) break;
    const date = dateOf(root);
    versions.push({
      hash: before,
      ...(date !== undefined && { date }),
      seenAt: at,
      generation,
      ...(main.last !== undefined && {
        end: { size: main.size, last: main.last },
      }),
    });
  }
  return {
    path,
    ...(newest !== undefined && newest.path !== path && { file: newest.path }),
    ...(newest !== undefined && newest.size > maxRootBytes && { large: true }),
    generations: versions,
  };
}

/** As `rootDate` reads it from a mirror's copy, so that the two can be compared. */
function dateOf({ date, revision }: SnapshotRoot): number | undefined {
  return (revision === undefined ? undefined : revisionDate(revision)) ?? date;
}
