/** The resources that can meet one demand, as offers: made once per list, and taken over from the list before. */
import type { Offer } from "./offer.ts";
import type { PlaceCandidates } from "./place-candidates.ts";
import type { OpenResource } from "./resource.ts";
import { forNetworksOnly } from "./scope.ts";

/** The resources that can meet one demand. */
export interface DemandOffers<Offered extends Offer = Offer> {
  /** By the resource's index; those that can't meet the demand are absent. */
  offers: readonly (Offered | undefined)[];
  /** By the resource's index: 1 for candidates by place alone. */
  common: Uint8Array;
  /** Came back lately and get a share of the networks only: judged for each client. Nearly always empty. */
  ramping: readonly Offered[];
  /** Indices of those whose offer isn't that of the list before; without such offers, of none. */
  changed: readonly number[];
  /** As `nearEqualMsOf` has it. */
  equalMs: number;
  /** By the place's key. */
  places: Map<string, PlaceCandidates<Offered>>;
}

/** Resources among which some can meet a demand. */
export interface AbleResources<Open extends OpenResource> {
  /** All others can't meet it. */
  able: readonly Open[];
  /** How many there are in the list. */
  count: number;
  /** As `nearEqualMsOf` has it of the list. */
  equalMs: number;
}

/**
 * @param offerOf what a resource offers for the demand; `undefined`: it can't meet it
 * @param before the same demand's under the list that this one follows: what hasn't changed is the same offer still,
 *   and where nothing has, these are the offers again. With it `able` are all resources
 */
export function openDemandOffers<Open extends OpenResource, Offered extends Offer>(
  { able, count, equalMs }: AbleResources<Open>,
  offerOf: (open: Open) => Offered | undefined,
  before?: DemandOffers<Offered>,
): DemandOffers<Offered> {
  const offers = new Array<Offered | undefined>(count).fill(undefined);
  const common = new Uint8Array(count);
  const ramping: Offered[] = [];
  const changed: number[] = [];
  for (const open of able) {
    const known = before?.offers[open.index];
    const offer = known?.open === open ? known : offerOf(open);
    offers[open.index] = offer;
    if (before !== undefined && known !== offer) changed.push(open.index);
    if (offer === undefined || forNetworksOnly(open)) continue;
    if (offer.ramp !== undefined && offer.ramp < 1) ramping.push(offer);
    else common[open.index] = 1;
  }
  if (before !== undefined && changed.length === 0) return before;
  return { offers, common, ramping, changed, equalMs, places: new Map() };
}
