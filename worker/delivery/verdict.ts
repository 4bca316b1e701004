/** A decision in words: as a whole, and for each mirror. Pure. */
import type { NotHad } from "../outbound/not-had.ts";
import { standingOf } from "./choice.ts";
import { bytesBecause, type Decision } from "./decision.ts";
import type { Facts, Ranked } from "./decision-facts.ts";
import { knownOf, livenessOf } from "./known.ts";

/** A decision as `?trace` tells it. Mirrors by name, the first is the best. */
export type DescribedDecision =
  | { redirect: string[]; though?: "last resort" | "avoided" }
  /** For a redirect to be decided, these have to be asked first, at once. */
  | { ask: string[]; for: string }
  | { bytes: string }
  | { refuse: NotHad };

const askedFor = {
  // Of a file that is listed as well: lists of sums tell no sizes.
  origin: "its size, which no index tells",
  file: "whether they have the file",
  liveness: "whether they answer",
};

/** @param most mirrors that a redirect names */
export function describedDecision<Offer>(
  decision: Decision<Offer>,
  nameOf: (offer: Offer) => string,
  most: number,
): DescribedDecision {
  if ("redirect" in decision) {
    const { redirect, though } = decision;
    return { redirect: redirect.slice(0, most).map(nameOf), ...(though && { though }) };
  }
  if ("ask" in decision) {
    const { ask } = decision;
    return {
      ask: ask.of === "origin" ? ["origin"] : ask.mirrors.map(nameOf),
      for: askedFor[ask.of],
    };
  }
  return "bytes" in decision ? { bytes: bytesBecause[decision.bytes] } : decision;
}

const unproven = {
  unknown: "not known to have the file",
  refuted: "found not to have the file",
  unreachable: "gave no answer when it was asked for the file",
};

/** What the decision means for one mirror, in a few words. */
export function verdictOf<Candidate extends Ranked>(
  offer: Candidate["offer"],
  decision: Decision<Candidate["offer"]>,
  facts: Facts<Candidate>,
): string {
  if ("redirect" in decision) {
    const at = decision.redirect.indexOf(offer);
    if (at >= 0) return at === 0 ? "is redirected to" : "is a duplicate";
  }
  if ("ask" in decision && decision.ask.of !== "origin" && decision.ask.mirrors.includes(offer)) {
    return "is asked first";
  }
  const standing = standingOf(offer, knownOf(facts));
  if (standing !== "generation" && standing !== "head") return unproven[standing];
  if (livenessOf(offer, facts) === "failed") return "failed to answer this edge";
  if (facts.avoids(offer)) return "is avoided by this client";
  return offer.drained ? "is drained" : "is proven to have the file, and comes after others";
}
