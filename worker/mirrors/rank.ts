/** Rank: put the mirrors that may serve a client in a total order. Pure; the whole decision is in this file. */
import { mix } from "../geo/address.ts";
import type { Nearness, PlaceCost } from "./cost.ts";
import type { OpenMirror } from "./eligible.ts";

/** A mirror that may serve this client, with its cost. */
export interface Candidate {
  open: OpenMirror;
  /** Base URL of the repository there, for the client's scheme; ends in `/`. */
  base: string;
  /** Estimated milliseconds, all counted. */
  costMs: number;
  parts: PlaceCost;
  nearness: Nearness;
}

/**
 * Up to this much more than the best candidate's cost is "as good": below what a person or a package
 * manager could notice, above the error of the estimate.
 */
export const nearEqualFactor = 1.3;
export const nearEqualMs = 4;

/** Total order by cost: cheaper first, then the roster's own order. */
export function byCost(a: Candidate, b: Candidate): number {
  return a.costMs - b.costMs || a.open.index - b.open.index;
}

/**
 * How many of the candidates, sorted by cost, count as equally good. Where the client's own network has
 * a mirror, only its kind counts: traffic that can stay inside a network stays there.
 */
export function nearEquals(sorted: readonly Candidate[]): number {
  const best = sorted[0];
  if (best === undefined) return 0;
  const limit = best.costMs * nearEqualFactor + nearEqualMs;
  let count = 1;
  for (; count < sorted.length; count++) {
    const next = sorted[count];
    if (next === undefined || next.costMs > limit) break;
    if (best.nearness !== "none" && next.nearness !== best.nearness) break;
  }
  return count;
}

/**
 * Weighted rendezvous score: the highest wins, each mirror in proportion to its capacity
 * (-w / ln(u); Schindelhauer and Schomaker, "Weighted Distributed Hash Tables", 2005).
 * Removing a mirror moves only that mirror's clients.
 */
export function rendezvousScore(networkHash: number, open: OpenMirror): number {
  const uniform = (mix(networkHash ^ open.nameHash) + 0.5) / 0x1_0000_0000;
  return -open.mirror.capacity / Math.log(uniform);
}

/**
 * The order for one client network: near-equals by rendezvous, the rest by cost.
 *
 * @param sorted candidates by `byCost`; not changed
 * @param networkHash the same number for a whole network keeps it on one mirror
 */
export function rank(sorted: readonly Candidate[], networkHash: number): Candidate[] {
  const equal = nearEquals(sorted);
  if (equal < 2) return sorted.slice();
  const scored = sorted
    .slice(0, equal)
    .map((candidate) => ({ candidate, score: rendezvousScore(networkHash, candidate.open) }));
  scored.sort((a, b) => b.score - a.score || a.candidate.open.index - b.candidate.open.index);
  const ranked = scored.map((entry) => entry.candidate);
  for (let at = equal; at < sorted.length; at++) {
    const rest = sorted[at];
    if (rest !== undefined) ranked.push(rest);
  }
  return ranked;
}
