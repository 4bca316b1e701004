/** The mirrors that a list names, by the decision that a redirect goes by. Pure. */
import { isProven } from "./choice.ts";
import type { Decision } from "./decision.ts";
import type { Facts, Ranked } from "./decision-facts.ts";
import { knownOf, livenessOf } from "./known.ts";

/** Mirrors for a list. */
export interface Named<Candidate> {
  /** Usable ones, then those that the client avoids, then drained ones. */
  candidates: readonly Candidate[];
  /** None could be asked, so that these are all that might have the file. */
  unproven: boolean;
}

/**
 * All mirrors that are proven to have the file and aren't known to fail, in the client's order: where the decision is a
 * redirect, its own mirror is the first. Drained ones are named beside others, never alone.
 *
 * @param decision made from these facts
 */
export function named<Candidate extends Ranked>(
  facts: Facts<Candidate>,
  decision: Decision<Candidate["offer"]>,
): Named<Candidate> {
  if ("refuse" in decision) return { candidates: [], unproven: false };
  const file = knownOf(facts);
  const mayFail = facts.someFailed() || facts.tried.checked !== undefined;
  const having = facts.ranked(
    (offer) => isProven(offer, file) && !(mayFail && livenessOf(offer, facts) === "failed"),
  );
  if (having.some(({ offer }) => !offer.drained)) {
    const to = "redirect" in decision ? decision.redirect[0] : undefined;
    return { candidates: ordered(having, facts, to), unproven: false };
  }
  const isCutOff = "bytes" in decision && decision.cutOff;
  const able = isCutOff ? facts.ranked(({ drained }) => !drained) : [];
  return { candidates: ordered(able, facts, undefined), unproven: isCutOff };
}

function ordered<Candidate extends Ranked>(
  candidates: readonly Candidate[],
  facts: Facts<Candidate>,
  to: Candidate["offer"] | undefined,
): Candidate[] {
  const first: Candidate[] = [];
  const usable: Candidate[] = [];
  const avoided: Candidate[] = [];
  const drained: Candidate[] = [];
  const mayAvoid = facts.mayLeave();
  for (const candidate of candidates) {
    const { offer } = candidate;
    if (offer === to) first.push(candidate);
    else if (offer.drained) drained.push(candidate);
    else if (mayAvoid && facts.avoids(offer)) avoided.push(candidate);
    else usable.push(candidate);
  }
  return [...first, ...usable, ...avoided, ...drained];
}
