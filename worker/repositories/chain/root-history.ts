/**
 * What is known of a watched root besides its snapshots: versions that were never the current one here, by which mirrors
 * that have them are known all the same; and since when the origin shows something older. Pure.
 */
import { maxGenerations, type RootVersion } from "../baseline/baseline.ts";
import type { SnapshotRoot } from "./snapshot.ts";

export interface RootHistory {
  /** The last noted first. */
  versions?: readonly RootVersion[];
  /** Since when the origin has answered with something older than the current one, Unix ms; absent: it doesn't. */
  olderSince?: number;
}

/** A root as its origin showed it. */
export type SeenRoot = Pick<RootVersion, "hash" | "date">;

/**
 * A watched origin that shows something older than it has shown before is believed after this, ms. Origins are often
 * several servers, or a cache of them, of which one may be hours behind; an archive that was really put back stays so.
 * What is served from snapshots never goes back.
 */
export const rollbackAfterMs = 6 * 3_600_000;

/** A root as a snapshot has it. */
export function seenIn({ files, date }: SnapshotRoot): SeenRoot {
  return { hash: files[0]?.sha256 ?? "", ...(date !== undefined && { date }) };
}

/** Whether what the origin shows is older than what it showed before, and not for so long that it is believed. */
export function isDoubted(
  current: SeenRoot,
  seen: SeenRoot,
  { olderSince }: RootHistory,
  now: number,
): boolean {
  const isOlder =
    seen.hash !== current.hash &&
    seen.date !== undefined &&
    current.date !== undefined &&
    seen.date < current.date;
  return isOlder && now - (olderSince ?? now) < rollbackAfterMs;
}

/** The history after the origin showed an older root. @param now Unix ms */
export function withOlder(
  { versions = [], olderSince }: RootHistory,
  seen: SeenRoot,
  now: number,
): RootHistory {
  const isKnown = versions.some(({ hash }) => hash === seen.hash);
  const all = isKnown ? versions : [{ ...seen, seenAt: now }, ...versions];
  return { versions: all.slice(0, maxGenerations), olderSince: olderSince ?? now };
}

/** The history after the origin showed the current root, or a newer one. */
export function confirmed({ olderSince: _, ...history }: RootHistory): RootHistory {
  return history;
}

/**
 * The versions of a root's snapshots together with others that are known of it; newest first, bounded. The newest of the
 * snapshots is what the origin publishes, and stays the newest.
 *
 * One that is among the others too was seen first when one of the two says. One that is there alone stands behind the
 * last one that is later by its date; where a date is lacking, by when it was seen. It had been published before the one
 * that follows it was seen: a later moment would make older copies look less old.
 */
export function merged(
  versions: readonly RootVersion[],
  others: readonly RootVersion[],
): readonly RootVersion[] {
  const all = versions.map((one, at) => {
    const other = others.find(({ hash }) => hash === one.hash);
    // Of one that returned, the return counts.
    const isOldest = at === versions.length - 1;
    return other !== undefined && isOldest && other.seenAt < one.seenAt
      ? { ...one, seenAt: other.seenAt }
      : one;
  });
  for (const other of others) {
    if (all.some(({ hash }) => hash === other.hash)) continue;
    const at = Math.max(
      all.findLastIndex((one) => isLater(one, other)),
      Math.min(0, all.length - 1),
    );
    const seenAt = Math.min(other.seenAt, all[at]?.seenAt ?? other.seenAt);
    all.splice(at + 1, 0, { ...other, seenAt });
  }
  return all.slice(0, maxGenerations);
}

function isLater(one: RootVersion, other: RootVersion): boolean {
  return one.date !== undefined && other.date !== undefined
    ? one.date > other.date
    : one.seenAt >= other.seenAt;
}
