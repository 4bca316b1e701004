/** The mirrors that can meet one demand, as offers: made once per roster, and taken over from the roster before. */
import {
  type Demand,
  demandExclusion,
  forNetworksOnly,
  type OpenMirror,
  stateFor,
} from "../mirrors/eligible.ts";
import type { Carried } from "../mirrors/roster.ts";
import type { PlaceCandidates } from "./place-candidates.ts";
import type { Offer } from "./rank.ts";

/** The mirrors that can meet one demand. */
export interface DemandOffers {
  /** By the mirror's index; those that can't meet the demand are absent. */
  offers: readonly (Offer | undefined)[];
  /** By the mirror's index: 1 for candidates by place alone. */
  common: Uint8Array;
  /** Came back lately and get a share of the networks only: judged for each client. Nearly always empty. */
  ramping: readonly Offer[];
  /** Indices of those whose offer isn't that of the lane before; without such a lane, of none. */
  changed: readonly number[];
  /** By the place's key. */
  places: Map<string, PlaceCandidates>;
}

/**
 * @param before the same demand's under the roster that this one follows: what hasn't changed is the same offer still,
 *   and where nothing has, it is that lane again
 */
export function openDemandOffers(
  mirrors: readonly OpenMirror[],
  demand: Demand,
  before?: DemandOffers,
): DemandOffers {
  const offers = new Array<Offer | undefined>(mirrors.length).fill(undefined);
  const common = new Uint8Array(mirrors.length);
  const ramping: Offer[] = [];
  const changed: number[] = [];
  for (const open of mirrors) {
    const known = before?.offers[open.index];
    const offer = known?.open === open ? known : makeOffer(open, demand);
    offers[open.index] = offer;
    if (before !== undefined && known !== offer) changed.push(open.index);
    if (offer === undefined || forNetworksOnly(open)) continue;
    if (isRamping(offer.carried)) ramping.push(offer);
    else common[open.index] = 1;
  }
  if (before !== undefined && changed.length === 0) return before;
  return { offers, common, ramping, changed, places: new Map() };
}

function isRamping({ ramp }: Carried): boolean {
  return ramp !== undefined && ramp < 1;
}

function makeOffer(open: OpenMirror, demand: Demand): Offer | undefined {
  const carried = open.mirror.carries[demand.repository];
  const base = carried?.[demand.scheme];
  if (carried === undefined || base === undefined) return undefined;
  if (demandExclusion(open, demand) !== undefined) return undefined;
  const country = open.mirror.country?.toLowerCase();
  const state = stateFor(open.mirror, carried, demand.scheme);
  const without = open.without.get(demand.repository);
  return {
    open,
    carried,
    state,
    drained: state === "drained",
    without,
    selective: carried.exclude !== undefined || without !== undefined,
    base,
    linkHead: `<${base}`,
    linkTail: `>; rel=duplicate${country === undefined ? "" : `; geo=${country}`}; pri=`,
  };
}
