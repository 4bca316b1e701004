/** Days in which redirects are counted, and mirrors with more than their part made to count as farther, as Fleet does it. */
import { type Client, type Locate, recognise, unknownPlace } from "../../worker/geo/client.ts";
import { loadAdded } from "../../worker/health/nearness/load.ts";
import type { SimulatedClient } from "./clients.ts";
import type { Knowledge } from "./contestants.ts";
import type { Field } from "./field.ts";

/** After so many what load adds hardly changes any more. */
export const countedDays = 20;

/** The same client as the Worker would see it, by the platform's word or by the databases'. */
export function recognised(
  address: SimulatedClient["address"],
  truth: SimulatedClient,
  knows: Knowledge,
  locate: Locate,
): Client {
  const { country, asn, at } = truth;
  // The platform gives coordinates as text.
  const cf = { country, asn, latitude: String(at.latitude), longitude: String(at.longitude) };
  const how = { locate, platform: knows === "city", ownPlace: unknownPlace };
  return recognise(address.text, knows === "city" ? cf : undefined, how);
}

/**
 * The field as it is after days of counting, by what is known of clients.
 *
 * @param clientsOf the clients of the day with that number, other ones each day; asked once for each
 */
export function withCountedLoad(
  field: Field,
  locate: Locate,
  clientsOf: (day: number) => readonly SimulatedClient[],
): Record<Knowledge, Field> {
  let now = { city: new CountedField(field), country: new CountedField(field) };
  for (let day = 0; day < countedDays; day++) {
    const clients = clientsOf(day);
    now = {
      city: now.city.after(clients, "city", locate),
      country: now.country.after(clients, "country", locate),
    };
  }
  return { city: now.city.field, country: now.country.field };
}

/** A field with what load adds to costs there, ms by mirror. Never changed in place. */
class CountedField {
  readonly field: Field;
  readonly #added: ReadonlyMap<string, number>;

  constructor(field: Field, added: ReadonlyMap<string, number> = new Map()) {
    this.field = field;
    this.#added = added;
  }

  /** A day later. */
  after(clients: readonly SimulatedClient[], knows: Knowledge, locate: Locate): CountedField {
    const { field } = this;
    const counts = new Map<string, number>();
    for (const truth of clients) {
      const client = recognised(truth.address, truth, knows, locate);
      const first = field.roster.top(field.demand(client.family), client, 1).offers[0];
      const name = first?.open.resource.name ?? "";
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const loaded = field.roster.mirrors.map(({ resource: { name, capacity } }) => {
      return { name, capacity, redirects: counts.get(name) ?? 0 };
    });
    const added = loadAdded(loaded, this.#added);
    return new CountedField(field.withLoad(added), added);
  }
}
