/** What a directory has made of its resources for demands and places, as much as fits. */
import type { DemandOffers } from "./demand-offers.ts";
import type { Offer } from "./offer.ts";
import type { PlaceCandidates } from "./place-candidates.ts";

/**
 * Of demands' offers held, bytes as they are reckoned here. Debian's at 350 mirrors of 1,576 are 130 KB, and those of a
 * repository in the middle 45: ninety of these. A demand that comes back costs a pass over the resources, 0.1 ms for 1,000.
 */
const heldOfferBytes = 4 * 1024 * 1024;
/** An offer takes so much, bytes, and each resource so much whether or not it makes one. */
const offerBytes = 330;
const resourceBytes = 9;
/**
 * Places whose candidates are held, those of all demands together, 2.3 KB each. An isolate's clients are near each other:
 * a few hundred places, each with some demands. The oldest half of each demand's goes when there are as many.
 */
export const maxCandidates = 2304;

/** Of one list of resources. */
export class DemandTable<Offered extends Offer> {
  /** The oldest first: to keep them in the order of their use would cost each redirect more than making some anew. */
  readonly #offers = new Map<string, { made: DemandOffers<Offered>; bytes: number }>();
  #bytes = 0;
  /** At least as many places as are held: those of a demand that has gone are counted until there is no more room. */
  #candidates = 0;

  /** @param key of the demand */
  get(key: string): DemandOffers<Offered> | undefined {
    return this.#offers.get(key)?.made;
  }

  /** Adds a demand that isn't there yet. */
  add(key: string, offers: DemandOffers<Offered>): void {
    const made = offers.offers.reduce((sum, one) => (one === undefined ? sum : sum + 1), 0);
    const bytes = resourceBytes * offers.offers.length + offerBytes * made;
    this.#offers.set(key, { made: offers, bytes });
    this.#bytes += bytes;
    for (const [oldest, held] of this.#offers) {
      if (this.#bytes <= heldOfferBytes || oldest === key) break;
      this.#offers.delete(oldest);
      this.#bytes -= held.bytes;
    }
    // Offers that are taken over from the list before come with their places.
    this.#candidates += offers.places.size;
  }

  /** Adds candidates of a place that the demand hasn't got yet. */
  addCandidates(
    { places }: DemandOffers<Offered>,
    place: string,
    candidates: PlaceCandidates<Offered>,
  ): void {
    if (this.#candidates >= maxCandidates) this.#makeRoom();
    places.set(place, candidates);
    this.#candidates++;
  }

  #makeRoom(): void {
    this.#count();
    if (this.#candidates < maxCandidates) return;
    for (const { made } of this.#offers.values()) {
      const { places } = made;
      // A Map iterates oldest first.
      for (const key of [...places.keys()].slice(0, Math.ceil(places.size / 2))) places.delete(key);
    }
    this.#count();
  }

  #count(): void {
    this.#candidates = 0;
    for (const { made } of this.#offers.values()) this.#candidates += made.places.size;
  }
}
