/** What a repository's origin has, by the snapshots that are kept of it. Pure. */
import { maxRootBytes } from "../../formats/roots.ts";
import { revisionDate } from "../../formats/rpm/repomd-date.ts";
import { merged } from "../chain/root-history.ts";
import type { Snapshot, SnapshotFile, SnapshotRoot } from "../chain/snapshot.ts";
import {
  type Baseline,
  maxGenerations,
  type RootBaseline,
  type RootVersion,
  type SampleFile,
} from "./baseline.ts";

/** A snapshot as far as it is compared with; without a generation where mirrors prove nothing by having it. */
export type ComparedSnapshot = Pick<Snapshot, "at" | "roots"> &
  Partial<Pick<Snapshot, "generation">>;

/** What a baseline is made of. */
export interface KeptState {
  /** All that are kept, newest first; a pending one, which the pointer isn't on yet, goes before them. */
  snapshots: readonly ComparedSnapshot[];
  /** Files of the current one. */
  samples: readonly SampleFile[];
  /** Of the current one, which lists the samples; absent: they are of none. */
  current?: number;
  /** When the origin last answered, Unix ms. */
  askedAt: number;
  /** Versions of a root that are known besides those of the snapshots; absent: there are none. */
  versions?(root: string): readonly RootVersion[];
  /** Why the last poll of a root gave nothing, by root; absent: it isn't told. */
  faults?: ReadonlyMap<string, string>;
  withoutSamples?: string | undefined;
}

/**
 * The baseline of a repository.
 *
 * A version of a root counts as the newest generation that has it: a mirror that shows it has all that any of them had of
 * this root. One that returns after another was in its place counts from its return.
 *
 * @param listed its `roots` are those of the baseline, in that order
 */
export function baselineFromSnapshots(
  listed: { name: string; origin: string; roots?: readonly string[] },
  kept: KeptState,
): Baseline {
  const { samples, current, askedAt, withoutSamples } = kept;
  const roots = (listed.roots ?? []).map((path) => rootBaseline(path, kept));
  const failed = roots.every((root) => root.failed !== undefined) ? roots[0] : undefined;
  return {
    repository: listed.name,
    origin: listed.origin,
    askedAt,
    roots,
    samples,
    ...(current !== undefined && { generation: current }),
    ...(failed !== undefined && { failed: `${failed.path}: ${failed.failed}` }),
    ...(withoutSamples !== undefined && { withoutSamples }),
  };
}

function rootBaseline(path: string, { snapshots, versions, faults }: KeptState): RootBaseline {
  const { newest, kept } = keptVersions(path, snapshots);
  const failed = faults?.get(path);
  return {
    path,
    ...(newest !== undefined && newest.path !== path && { file: newest.path }),
    ...(newest !== undefined && newest.size > maxRootBytes && { large: true }),
    generations: merged(kept, versions?.(path) ?? []),
    ...(failed !== undefined && { failed }),
  };
}

function keptVersions(
  path: string,
  snapshots: readonly ComparedSnapshot[],
): { newest: SnapshotFile | undefined; kept: RootVersion[] } {
  const versions: RootVersion[] = [];
  let newest: SnapshotFile | undefined;
  /** The version of the snapshot before; undefined: it is told by its newest time. */
  let run: string | undefined;
  for (const { generation, at, roots } of snapshots) {
    const root = roots.find((one) => one.path === path);
    const main = root?.files[0];
    if (root === undefined || main === undefined) continue;
    newest ??= main;
    const last = versions.at(-1);
    const { sha256: hash } = main;
    if (hash === run && last !== undefined) {
      versions[versions.length - 1] = { ...last, seenAt: at };
      continue;
    }
    // Where another came between, it is told by its newest time.
    run = versions.some((one) => one.hash === hash) ? undefined : hash;
    if (run === undefined) continue;
    if (versions.length === maxGenerations) break;
    const date = dateOf(root);
    versions.push({
      hash,
      ...(date !== undefined && { date }),
      seenAt: at,
      ...(generation !== undefined && { generation }),
      ...(main.last !== undefined && {
        end: { size: main.size, last: main.last },
      }),
    });
  }
  return { newest, kept: versions };
}

/** As `rootDate` reads it from a mirror's copy, so that the two can be compared. */
function dateOf({ date, revision }: SnapshotRoot): number | undefined {
  return (revision === undefined ? undefined : revisionDate(revision)) ?? date;
}
