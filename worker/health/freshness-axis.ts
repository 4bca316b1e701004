/** How far a target is behind its origin, from what several regions read at several roots. */
import type { Freshness } from "../mirrors/roster.ts";
import type { RegionProbe } from "./record.ts";
import type { Rules } from "./rules.ts";

/** What one region read last at one root. */
export interface FreshnessView {
  region: string;
  root: string;
  is: Freshness;
  /** Unix ms. */
  at: number;
  behind?: number;
  lagSeconds: number;
}

const order: readonly Freshness[] = ["fresh", "lagging", "stale"];

/**
 * Views after a probe, oldest first.
 *
 * Each root has a view of its own: a probe reads one or two of a repository's roots, and a mirror that is
 * behind at one of three would else be fresh and lagging in turns.
 */
export function withFreshness(
  views: readonly FreshnessView[],
  { region, observation: { at, freshness } }: Pick<RegionProbe, "region" | "observation">,
  now: number,
  rules: Rules,
): readonly FreshnessView[] {
  if (freshness === undefined || freshness.root.length > rules.pathChars) return views;
  const { is, root, lagSeconds, behind } = freshness;
  const kept = views.filter(
    (view) => now - view.at < rules.freshnessMs && !(view.region === region && view.root === root),
  );
  const view = { region, root, is, at, lagSeconds, ...(behind !== undefined && { behind }) };
  return [...kept, view].slice(-rules.freshnessKept);
}

/** The view that says the worst; absent: nothing is known. */
export function worstView(views: readonly FreshnessView[]): FreshnessView | undefined {
  let worst: FreshnessView | undefined;
  for (const view of views) {
    if (worst === undefined || order.indexOf(view.is) > order.indexOf(worst.is)) worst = view;
  }
  return worst;
}
