/** Why a mirror stands where it stands, where its estimate alone doesn't tell. Pure; the same for lists and `?trace`. */
import { nearEqualFactor, nearEqualMs } from "../directory/rank.ts";
import { type Client, countryAlone } from "../geo/client.ts";
import type { MirrorCandidate, MirrorOffer } from "./mirror-offer.ts";

/** What a list knows of its mirrors besides their ranking. */
export interface OrderKnown {
  /** The client had no luck there lately. */
  avoids?(offer: MirrorOffer): boolean;
}

/** By what a mirror's estimate is lower or higher than its distance. */
function ofEstimate({ nearness, offer }: MirrorCandidate): string[] {
  return [
    ...(nearness === "prefix" ? ["your network is listed as its own"] : []),
    ...(nearness === "asn" ? ["it is in your network"] : []),
    ...(offer.state === "degraded" ? ["degraded, which raises its estimate"] : []),
    ...(offer.carried.ramp === undefined ? [] : ["it came back lately, and takes few clients yet"]),
  ];
}

const inTurn =
  "about as near as the nearest: your network and the mirrors' capacities decide between these";
const atHome =
  "in your country: where only a client's country is known, its mirrors count as equally near";
const answers = "it is known to have the file and to answer now";

/**
 * For each mirror of a list why it is there: what its estimate is made of besides the distance, and where a mirror with
 * a lower estimate stands behind it, or it stands behind one with a higher estimate, the rule by which it does.
 * Undefined: nothing but the estimate.
 *
 * @param ordered in the list's order
 */
export function orderReasons(
  ordered: readonly MirrorCandidate[],
  client: Client,
  { avoids = () => false }: OrderKnown = {},
): (string | undefined)[] {
  const country = countryAlone(client.place);
  const shown = ordered.map(({ costMs }) => Math.round(costMs));
  const leastBehind = leastBehindEach(shown);
  return ordered.map((candidate, at) => {
    const reasons = ofEstimate(candidate);
    const { offer, open } = candidate;
    const least = leastBehind[at] ?? Number.POSITIVE_INFINITY;
    if (offer.drained) reasons.push("drained by its operator, so others come first");
    else if (avoids(offer)) reasons.push("it failed you lately, so others come first");
    else if (least < (shown[at] ?? 0)) {
      const isNear = candidate.costMs <= least * nearEqualFactor + nearEqualMs + 1;
      const isAtHome = country !== undefined && open.resource.country === country;
      reasons.push(isNear ? inTurn : isAtHome ? atHome : answers);
    }
    return reasons.length === 0 ? undefined : reasons.join("; ");
  });
}

/** For each the least of those behind it; behind the last there is none, which is infinity. */
function leastBehindEach(shown: readonly number[]): Float64Array {
  const behind = new Float64Array(shown.length);
  let least = Number.POSITIVE_INFINITY;
  for (let at = shown.length - 1; at >= 0; at--) {
    behind[at] = least;
    least = Math.min(least, shown[at] ?? least);
  }
  return behind;
}
