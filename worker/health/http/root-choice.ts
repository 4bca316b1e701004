/** Which of a repository's roots a probe asks a mirror for. Pure. */
import type { RootBaseline } from "../../repositories/baseline/baseline.ts";
import type { SeenRoot } from "../observation.ts";

/** All roots are asked at each probe where there are no more than this. */
const defaultRoots = 2;
/** Roots that one probe asks at most, so that files and their bytes keep half of its requests. */
export const mostRoots = 6;
/** Chance that the one root of a probe is among those that the mirror is behind with: they are what will change. */
const behindShare = 0.75;

/** Whether it was another than the origin's newest when it was seen last, or wasn't seen. */
export function isBehind({ generations }: RootBaseline, seen: SeenRoot | undefined): boolean {
  return seen?.hash !== generations[0]?.hash;
}

/** Whether the origin has published since it was seen last, or it wasn't seen. */
function isNews(root: RootBaseline, seen: SeenRoot | undefined): boolean {
  return isBehind(root, seen) && seen?.newest !== root.generations[0]?.hash;
}

/**
 * All of them where they are few. Else those that the origin changed since they were seen, so that a publish is noticed
 * soon; where there are none, one at random.
 *
 * @param expected roots that the origin has and the mirror is to carry
 * @param known what was seen last, by path
 * @param random in [0, 1)
 * @param few absent: 2
 */
export function chooseRoots(
  expected: readonly RootBaseline[],
  known: ReadonlyMap<string, SeenRoot>,
  random: () => number,
  few = defaultRoots,
): Set<RootBaseline> {
  if (expected.length <= few) return new Set(expected);
  const left = expected.filter((root) => isNews(root, known.get(root.path)));
  const chosen = new Set<RootBaseline>();
  // Drawn, so that of too many none has to wait for the others again and again.
  while (chosen.size < mostRoots && left.length > 0) {
    for (const root of left.splice(Math.floor(random() * left.length), 1)) chosen.add(root);
  }
  if (chosen.size > 0) return chosen;
  const behind = expected.filter((root) => isBehind(root, known.get(root.path)));
  const from = behind.length > 0 && random() < behindShare ? behind : expected;
  const one = from[Math.floor(random() * from.length)];
  return new Set(one === undefined ? [] : [one]);
}
