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
  /** What stands before and behind the path in a `Link` (RFC 6249 section 3); the priority's digit is still to come. */
  linkHead: string;
  linkTail: string;
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
 * @param most how many are wanted, from the first
 */
export function rank(
  sorted: readonly Candidate[],
  networkHash: number,
  most = sorted.length,
): Candidate[] {
  const equal = nearEquals(sorted);
  const ranked = equal < 2 ? [] : byRendezvous(sorted, equal, networkHash, most);
  for (let at = equal < 2 ? 0 : equal; at < sorted.length && ranked.length < most; at++) {
    const next = sorted[at];
    if (next !== undefined) ranked.push(next);
  }
  return ranked;
}

/** The first `most` of the near-equals, by falling score. Selected, not sorted: six of thirty are wanted. */
function byRendezvous(
  sorted: readonly Candidate[],
  equal: number,
  networkHash: number,
  most: number,
): Candidate[] {
  const scores = new Float64Array(equal);
  for (let at = 0; at < equal; at++) {
    const candidate = sorted[at];
    if (candidate !== undefined) scores[at] = rendezvousScore(networkHash, candidate.open);
  }
  const chosen: Candidate[] = [];
  while (chosen.length < most && chosen.length < equal) {
    let best = 0;
    for (let at = 1; at < equal; at++) {
      if ((scores[at] ?? 0) > (scores[best] ?? 0)) best = at;
    }
    scores[best] = -1;
    const candidate = sorted[best];
    if (candidate !== undefined) chosen.push(candidate);
  }
  return chosen;
}
