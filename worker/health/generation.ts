/** Which of a repository's snapshots a mirror has reached, by its roots, and what may be asked of it then. Pure. */
import type {
  Baseline,
  RootBaseline,
  RootVersion,
  SampleFile,
} from "../repositories/baseline/baseline.ts";
import type { SeenRoot } from "./observation.ts";

/** What a root that is in no snapshot we know counts as: generations begin at 1. */
const noGeneration = 0;

/**
 * The least generation of what was seen last at each root.
 *
 * @param roots those the mirror is to carry; of one that the origin isn't known to have, nothing is asked
 * @returns 0 where a root shows what is in no generation that is known; undefined where a root wasn't seen yet or can't
 *   be, or there are no generations
 */
export function generationOf(
  roots: readonly RootBaseline[],
  seen: readonly SeenRoot[],
): number | undefined {
  let least: number | undefined;
  for (const known of roots) {
    const { path, generations } = known;
    if (generations.length === 0) continue;
    if (!canBeTold(known) || generations.every(({ generation }) => generation === undefined))
      return undefined;
    const root = seen.find((one) => one.path === path);
    if (root === undefined) return undefined;
    const reached = versionOf(root, generations)?.generation ?? noGeneration;
    least = Math.min(least ?? reached, reached);
  }
  return least;
}

/** Whether a probe can tell which version of a root a mirror has: it is read whole, or told by its end. */
export function canBeTold({ large, generations: [newest] }: RootBaseline): boolean {
  return large !== true || newest?.end !== undefined;
}

/**
 * The version that a mirror's root is, or, where its bytes are unknown, the newest that isn't later than it: mirrors
 * may be quicker than our poll of the origin, and roots come and go between two polls. Only dates in the text itself
 * count: one that a server tells may be when it fetched the file.
 */
function versionOf(
  { hash, textDate }: SeenRoot,
  generations: readonly RootVersion[],
): RootVersion | undefined {
  const known = generations.find((version) => version.hash === hash);
  if (known !== undefined || textDate === undefined) return known;
  return generations.find(({ date }) => date !== undefined && date <= textDate);
}

/**
 * The samples that a mirror of that generation has promised to have: one that is behind may lack what came since. Of one
 * whose generation isn't known all are expected that weren't added lately. Where there are no generations, its roots
 * tell: after each publication all mirrors are behind for a while, and that they lack what is new is no failure.
 *
 * @param generation as `generationOf` gives it
 * @param isBehind some root of the mirror is older than the origin's
 */
export function promised(
  { samples, generation: newest }: Pick<Baseline, "samples" | "generation">,
  generation: number | undefined,
  isBehind: boolean,
): readonly SampleFile[] {
  if (newest === undefined ? !isBehind : generation !== undefined && generation >= newest) {
    return samples;
  }
  return samples.filter(({ recent }) => recent !== true);
}
