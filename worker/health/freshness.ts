/** How far behind its origin a mirror is, by the generation that its root shows. Pure. */
import type { Freshness } from "../mirrors/roster.ts";
import type { RootBaseline } from "../repositories/baseline/baseline.ts";
import type { FreshnessLimits } from "../repositories/catalogue.ts";
import type { FreshnessObservation } from "./observation.ts";

/** Seconds behind after which a copy is stale, where the repository doesn't say: two days. */
export const defaultStaleAfter = 2 * 86_400;

/**
 * Compares a mirror's root with the origin's generations.
 *
 * A generation we know is behind since the one right after it was first seen at the origin. One that we don't
 * know is judged by its date; one as new as the origin's newest is fresh, as the mirror may have been quicker
 * than our poll of the origin. Without dates it is `lagging`, since the newest was seen: it isn't the newest, and
 * nothing tells by how much.
 *
 * @param now Unix ms
 * @returns undefined where the origin's generations aren't known
 */
export function freshnessOf(
  seen: { hash: string; date?: number },
  root: RootBaseline,
  limits: FreshnessLimits | undefined,
  now: number,
): FreshnessObservation | undefined {
  const { generations, path } = root;
  const [newest] = generations;
  if (newest === undefined) return undefined;
  const index = generations.findIndex(({ hash }) => hash === seen.hash);
  if (index === 0) return { is: "fresh", behind: 0, lagSeconds: 0, root: path };
  const next = generations[index - 1];
  if (next !== undefined) {
    const lagSeconds = secondsBetween(next.seenAt, now);
    return { is: judge(lagSeconds, index, limits), behind: index, lagSeconds, root: path };
  }
  const { date } = seen;
  if (date === undefined || newest.date === undefined) {
    return { is: "lagging", lagSeconds: secondsBetween(newest.seenAt, now), root: path };
  }
  if (date >= newest.date) return { is: "fresh", lagSeconds: 0, root: path };
  const lacked = generations.findLast((known) => known.date !== undefined && known.date > date);
  const lagSeconds = Math.max(
    secondsBetween(lacked?.seenAt ?? newest.seenAt, now),
    secondsBetween(date, newest.date),
  );
  return { is: judge(lagSeconds, undefined, limits), lagSeconds, root: path };
}

/** Of a mirror's roots the worst counts: by verdict, then by lag. Undefined of none. */
export function worstFreshness(
  found: readonly FreshnessObservation[],
): FreshnessObservation | undefined {
  return found.toSorted((a, b) => badness[b.is] - badness[a.is] || b.lagSeconds - a.lagSeconds)[0];
}

const badness: Readonly<Record<Freshness, number>> = { fresh: 0, lagging: 1, stale: 2 };

function judge(
  lagSeconds: number,
  behind: number | undefined,
  limits: FreshnessLimits | undefined,
): Freshness {
  const { laggingAfter = 0, staleAfter = defaultStaleAfter, staleGenerations } = limits ?? {};
  if (lagSeconds >= staleAfter) return "stale";
  if (staleGenerations !== undefined && behind !== undefined && behind >= staleGenerations) {
    return "stale";
  }
  return lagSeconds >= laggingAfter ? "lagging" : "fresh";
}

/** Whole seconds, never negative: two clocks may differ. */
function secondsBetween(from: number, to: number): number {
  return Math.max(0, Math.round((to - from) / 1000));
}
