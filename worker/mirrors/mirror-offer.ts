/** A repository on a mirror, for one demand. */
import type { Offer } from "../directory/offer.ts";
import type { Candidate, Top } from "../directory/rank.ts";
import { type Demand, demandExclusion, type Gaps, type OpenMirror, stateFor } from "./eligible.ts";

/** A repository on a mirror, with what a redirect there is made of already spelled out. One per demand and mirror. */
export interface MirrorOffer extends Offer, Gaps {
  open: OpenMirror;
  /** Lacks something of the repository, so that the path has to be judged too. */
  selective: boolean;
  /** Base URL of the repository there, for the client's scheme; ends in `/`. */
  base: string;
  /** What stands before and behind the path in a `Link` (RFC 6249 section 3); the priority's digit is still to come. */
  linkHead: string;
  linkTail: string;
}

/** An offer to one client, with its cost. */
export type MirrorCandidate = Candidate<MirrorOffer>;

/** The first of a client's ranking. */
export type MirrorTop = Top<MirrorOffer>;

/** The mirror's offer for a demand; `undefined` where it can't meet it. */
export function makeOffer(open: OpenMirror, demand: Demand): MirrorOffer | undefined {
  const carried = open.resource.carries[demand.repository];
  const base = carried?.[demand.scheme];
  if (carried === undefined || base === undefined) return undefined;
  if (demandExclusion(open, demand) !== undefined) return undefined;
  const country = open.resource.country?.toLowerCase();
  const state = stateFor(open.resource, carried, demand.scheme);
  const without = open.without.get(demand.repository);
  return {
    open,
    carried,
    state,
    drained: state === "drained",
    ramp: carried.ramp,
    without,
    selective: carried.exclude !== undefined || without !== undefined,
    base,
    linkHead: `<${base}`,
    linkTail: `>; rel=duplicate${country === undefined ? "" : `; geo=${country}`}; pri=`,
  };
}
