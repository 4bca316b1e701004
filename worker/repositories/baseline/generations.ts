/** The generations of a root, as its origin shows them one after the other. Pure. */
import { maxGenerations, type RootBaseline, type RootVersion } from "./baseline.ts";

/** What the origin showed: `date` as in `RootVersion`. */
export interface SeenRoot {
  hash: string;
  date?: number;
}

/**
 * An origin that shows something older than it has shown before is believed after this, ms. Origins are often
 * several servers, or a cache of them, of which one may be hours behind; an archive that was really put back
 * stays so.
 */
export const rollbackAfterMs = 6 * 3_600_000;

/**
 * The root after the origin was seen to have `seen` at `now`.
 *
 * Something new becomes the newest generation. Something with an older date than the newest doesn't: mirrors that
 * have the newest would count as strangers. It is remembered among the older ones, and becomes the newest when
 * the origin keeps to it. What returns without telling a date becomes the newest again, from now on.
 */
export function withSeen(
  root: Pick<RootBaseline, "path" | "generations" | "olderSince">,
  seen: SeenRoot,
  now: number,
): Pick<RootBaseline, "path" | "generations" | "olderSince"> {
  const { path, generations, olderSince } = root;
  const [newest] = generations;
  if (newest?.hash === seen.hash) return { path, generations };
  const older = newest?.date !== undefined && seen.date !== undefined && seen.date < newest.date;
  const believed = !older || now - (olderSince ?? now) >= rollbackAfterMs;
  if (believed) {
    const rest = generations.filter(({ hash }) => hash !== seen.hash);
    return { path, generations: [version(seen, now), ...rest].slice(0, maxGenerations) };
  }
  return {
    path,
    generations: amongOlder(generations, seen),
    olderSince: olderSince ?? now,
  };
}

function version({ hash, date }: SeenRoot, seenAt: number): RootVersion {
  return { hash, ...(date !== undefined && { date }), seenAt };
}

/**
 * Behind the last one that is later; a known one stays as it is. What wasn't seen in its time had been published
 * before the one that follows it was seen: a moment later than that would make older copies look less old.
 */
function amongOlder(generations: readonly RootVersion[], seen: SeenRoot): readonly RootVersion[] {
  if (generations.some(({ hash }) => hash === seen.hash)) return generations;
  const { date = 0 } = seen;
  const at = generations.findLastIndex((known) => known.date !== undefined && known.date > date);
  const follows = generations[at];
  if (follows === undefined) return generations;
  return generations.toSpliced(at + 1, 0, version(seen, follows.seenAt)).slice(0, maxGenerations);
}
