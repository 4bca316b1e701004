/** Rank: put the resources that may serve a client in a total order. Pure; the whole decision is in this file. */
import { type Client, countryAlone } from "../geo/client.ts";
import { mix } from "../runtime/fast-hash.ts";
import { drainedMs, type Nearness, type PlaceCost } from "./cost.ts";
import type { Offer } from "./offer.ts";
import type { OpenResource } from "./resource.ts";

/** The first of a client's ranking. */
export interface Top<Offered extends Offer = Offer> {
  /** In rank order. */
  offers: readonly Offered[];
  /** What it was made of: right under every list in which that is the same object. */
  token: object;
}

/** An offer to this client, with its cost. */
export interface Candidate<Offered extends Offer = Offer> {
  offer: Offered;
  open: Offered["open"];
  /** Estimated milliseconds, all counted. */
  costMs: number;
  parts: PlaceCost;
  nearness: Nearness;
}

/**
 * Up to this much more than the best candidate's cost is "as good": below what a person or a package manager
 * could notice, above the error of the estimate. `npm run simulate` shows what other values do: a larger
 * factor sends countries without a mirror of their own needlessly far.
 */
export const nearEqualFactor = 1.1;
export const nearEqualMs = 6;
/**
 * The same where load is told of resources: then those with more than their part of the clients count as farther, which
 * spreads better than sending many clients a little too far (`npm run simulate`).
 */
export const nearEqualByLoadMs = 4.5;

/** What counts as equally near. @param hasLoad whether load is told of any resource of the list */
export function nearEqualMsOf(hasLoad: boolean): number {
  return hasLoad ? nearEqualByLoadMs : nearEqualMs;
}

/**
 * For a client known by country alone, the distance within the country is a guess: mirrors in the country
 * count as equally good up to this much more. Without it a few mirrors near the country's centre get its
 * whole load (the ten largest 44 % of Debian's; with it 17 %, for 1 ms more on average).
 */
export const sameCountryMs = 20;

/**
 * Candidates among which near-equals are searched, from the cheapest. The cheapest of a place are all that
 * is kept of it, and the decision must not depend on whether they came from there or were judged anew.
 */
export const candidatesPerPlace = 48;

/** Total order by cost: cheaper first, then the order of names. */
export function byCost(a: Candidate, b: Candidate): number {
  return a.costMs - b.costMs || a.open.index - b.open.index;
}

/**
 * The candidates that count as equally good, out of those sorted by cost. Where the client's own network has
 * a mirror, only its kind counts: traffic that can stay inside a network stays there.
 *
 * @param country the client's, where nothing finer is known
 * @param equalMs as `nearEqualMsOf` has it
 */
export function nearEquals<Offered extends Offer>(
  sorted: readonly Candidate<Offered>[],
  country: string | undefined,
  equalMs = nearEqualMs,
): Candidate<Offered>[] {
  const best = sorted[0];
  // Where only drained resources are left, there is no load to spread.
  if (best === undefined || best.costMs >= drainedMs) return [];
  const limit = best.costMs * nearEqualFactor + equalMs;
  const atHome =
    country !== undefined && best.nearness === "none" && best.open.resource.country === country;
  const limitAtHome = atHome ? Math.max(limit, best.costMs + sameCountryMs) : limit;
  const equal: Candidate<Offered>[] = [];
  for (let at = 0; at < sorted.length && at < candidatesPerPlace; at++) {
    const next = sorted[at];
    if (next === undefined || next.costMs > limitAtHome) break;
    if (next.costMs > limit && next.open.resource.country !== country) continue;
    if (best.nearness === "none" || next.nearness === best.nearness) equal.push(next);
  }
  return equal;
}

/**
 * Weighted rendezvous score: the highest wins, each resource in proportion to its capacity
 * (-w / ln(u); Schindelhauer and Schomaker, "Weighted Distributed Hash Tables", 2005).
 * Removing a resource moves only that resource's clients.
 */
export function rendezvousScore(networkHash: number, open: OpenResource): number {
  const uniform = (mix(networkHash ^ open.nameHash) + 0.5) / 0x1_0000_0000;
  return -open.resource.capacity / Math.log(uniform);
}

/** Makes the ramp's share independent of the rendezvous score, which is of the same two hashes. */
const rampSalt = 0x72616d70;

/**
 * Whether a client network is among the share that a resource which came back gets again. A network that is let in at
 * one share is let in at every larger one.
 *
 * Drawn apart from the rendezvous score: by the score's own number, a share would be of those networks that
 * prefer the resource least, or most, so that a tenth of the networks would be none of its clients, or most.
 *
 * @param share 0 to 1
 */
export function isLetIn(networkHash: number, open: OpenResource, share: number): boolean {
  return mix(mix(networkHash ^ open.nameHash) ^ rampSalt) < share * 0x1_0000_0000;
}

/**
 * The order for one client network: near-equals by rendezvous, the rest by cost.
 *
 * @param sorted candidates by `byCost`; not changed
 * @param client whose network hash keeps its whole network on one resource
 * @param most how many are wanted, from the first
 * @param equalMs as `nearEqualMsOf` has it
 */
export function rank<Offered extends Offer>(
  sorted: readonly Candidate<Offered>[],
  client: Client,
  most = sorted.length,
  equalMs = nearEqualMs,
): Candidate<Offered>[] {
  const equal = nearEquals(sorted, countryAlone(client.place), equalMs);
  const ranked = byRendezvous(equal, client.networkHash, most);
  if (ranked.length >= most) return ranked;
  for (const next of sorted) {
    if (ranked.length >= most) break;
    if (!equal.includes(next)) ranked.push(next);
  }
  return ranked;
}

/** The first `most` of the near-equals, by falling score. Selected, not sorted: six of thirty are wanted. */
function byRendezvous<Offered extends Offer>(
  equal: readonly Candidate<Offered>[],
  networkHash: number,
  most: number,
): Candidate<Offered>[] {
  if (equal.length < 2) return equal.slice(0, most);
  const scores = new Float64Array(equal.length);
  for (let at = 0; at < equal.length; at++) {
    const candidate = equal[at];
    if (candidate !== undefined) scores[at] = rendezvousScore(networkHash, candidate.open);
  }
  const chosen: Candidate<Offered>[] = [];
  while (chosen.length < most && chosen.length < equal.length) {
    let best = 0;
    for (let at = 1; at < equal.length; at++) {
      if ((scores[at] ?? 0) > (scores[best] ?? 0)) best = at;
    }
    scores[best] = -1;
    const candidate = equal[best];
    if (candidate !== undefined) chosen.push(candidate);
  }
  return chosen;
}
