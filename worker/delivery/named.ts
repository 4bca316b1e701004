/** The mirrors that a list names, by the decision that a redirect goes by. Pure. */
import { isProven } from "./choice.ts";
import type { Decision } from "./decision.ts";
import type { Facts, Ranked } from "./decision-facts.ts";
import { knownOf, livenessOf } from "./known.ts";

/** Mirrors for a list. */
export interface Named<Item> {
  /** Usable ones, then those that the client avoids, then drained ones. */
  mirrors: readonly Item[];
  /** None could be asked, so that these are all that might have the file. */
  unproven: boolean;
}

/** A client's ranking: of candidates with their costs, or of offers alone, which takes a fraction of the time. */
export interface Ranking<Item, Offer> {
  /** In rank order, as `Facts.ranked`. */
  of(fits: (offer: Offer) => boolean): readonly Item[];
  offerOf(item: Item): Offer;
}

/**
 * All mirrors that are proven to have the file and aren't known to fail, in the client's order: where the decision is a
 * redirect, its own mirror is the first. Drained ones are named beside others, never alone.
 *
 * @param decision made from these facts
 */
export function named<Candidate extends Ranked, Item>(
  facts: Facts<Candidate>,
  decision: Decision<Candidate["offer"]>,
  ranking: Ranking<Item, Candidate["offer"]>,
): Named<Item> {
  if ("refuse" in decision) return { mirrors: [], unproven: false };
  const file = knownOf(facts);
  const mayFail = facts.someFailed() || facts.tried.checked !== undefined;
  const having = ranking.of(
    (offer) => isProven(offer, file) && !(mayFail && livenessOf(offer, facts) === "failed"),
  );
  const { offerOf } = ranking;
  if (having.some((item) => !offerOf(item).drained)) {
    const to = "redirect" in decision ? decision.redirect[0] : undefined;
    return { mirrors: ordered(having, facts, { to, offerOf }), unproven: false };
  }
  const isCutOff = "bytes" in decision && decision.cutOff;
  const able = isCutOff ? ranking.of(({ drained }) => !drained) : [];
  return { mirrors: ordered(able, facts, { to: undefined, offerOf }), unproven: isCutOff };
}

function ordered<Candidate extends Ranked, Item>(
  items: readonly Item[],
  facts: Facts<Candidate>,
  { to, offerOf }: { to: Candidate["offer"] | undefined; offerOf(item: Item): Candidate["offer"] },
): Item[] {
  const first: Item[] = [];
  const usable: Item[] = [];
  const avoided: Item[] = [];
  const drained: Item[] = [];
  const mayAvoid = facts.mayLeave();
  for (const item of items) {
    const offer = offerOf(item);
    if (offer === to) first.push(item);
    else if (offer.drained) drained.push(item);
    else if (mayAvoid && facts.avoids(offer)) avoided.push(item);
    else usable.push(item);
  }
  return [...first, ...usable, ...avoided, ...drained];
}
