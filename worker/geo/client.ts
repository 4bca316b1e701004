/** The client: address, family, scheme, and the place on earth where it is taken to be. */
import { type Address, networkHash, readAddress } from "./address.ts";
import { countryPlace } from "./countries.ts";
import type { Family } from "./family.ts";

/**
 * Where a client is, as coarsely as it decides anything: candidates are computed once per place.
 * The same `key` always means the same values.
 */
export interface Place {
  key: string;
  /** ISO 3166-1 alpha-2; absent where not even that is known. */
  country?: string;
  continent?: string;
  /** Degrees; both or neither. */
  latitude?: number;
  longitude?: number;
}

/** What says where a client is; shown in `?trace`. */
export type PlaceSource = "platform" | "database" | "own place" | "unknown";

/** A client as the ranker sees it, but for the scheme of this one request. */
export interface Client {
  /** Empty where nothing says it. */
  address: string;
  family: Family;
  place: Place;
  source: PlaceSource;
  /** Looked up when it is first needed: most repositories have no mirror that an AS says anything about. */
  readonly asn: number | undefined;
  /** Same for all of its network: keeps a network on one mirror. */
  networkHash: number;
  /** For the prefixes that mirrors list; undefined where the address isn't known. */
  readonly parsed: Address | undefined;
}

/** What the IP databases say of an address, as two questions, so that a test answers them itself. */
export interface Locate {
  country(address: string): string | undefined;
  asn(address: string): number | undefined;
}

/** The part of `request.cf` that is read. Coordinates are strings there; the country may be `T1` (Tor) or `XX`. */
export interface PlatformPlace {
  country?: unknown;
  latitude?: unknown;
  longitude?: unknown;
  asn?: unknown;
}

export const unknownPlace: Place = { key: "?" };

/** Cells of one degree: 111 km at most, about 2 ms of a round trip, far less than the estimate's own error. */
function cell(degrees: number): number {
  return Math.round(degrees);
}

/** One object per country: as many clients point to it as there are. */
const countryPlaces = new Map<string, Place>();

/** The place of a country as a whole. Codes without a country behind them (`T1`, `XX`, `EU`) give the unknown place. */
export function placeOfCountry(country: string | undefined): Place {
  if (country === undefined) return unknownPlace;
  const made = countryPlaces.get(country);
  if (made !== undefined) return made;
  const known = countryPlace(country);
  if (known === undefined) return unknownPlace;
  const place: Place = { key: country, country, ...known };
  countryPlaces.set(country, place);
  return place;
}

/** The country of a place that is known by country alone. */
export function countryAlone(place: Place): string | undefined {
  return place.key === place.country ? place.country : undefined;
}

/** The place of coordinates, rounded to their cell. Without a valid pair: the country's. */
export function placeAt(country: string | undefined, latitude: number, longitude: number): Place {
  const ofCountry = placeOfCountry(country);
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return ofCountry;
  const north = cell(latitude);
  const east = cell(longitude);
  return {
    ...ofCountry,
    key: `${ofCountry.key}${north},${east}`,
    latitude: north,
    longitude: east,
  };
}

function number(value: unknown): number {
  return typeof value === "number"
    ? value
    : typeof value === "string" && value !== ""
      ? Number(value)
      : Number.NaN;
}

/** The place the platform tells in `request.cf`. */
export function placeOfPlatform(cf: PlatformPlace): Place {
  const country = typeof cf.country === "string" ? cf.country : undefined;
  return placeAt(country, number(cf.latitude), number(cf.longitude));
}

/** How a client is recognised; see `env.ts` for the variables behind it. */
export interface Recognition {
  /** The IP databases, or the fact that there are none. */
  locate: Locate;
  /** Read place and ASN from `request.cf`. */
  platform: boolean;
  /** Where this service itself is; for clients with local addresses, which are near it. */
  ownPlace: Place;
}

/** A client of that address. `cf` is given where the platform is to be believed. */
export function recognise(
  address: string,
  cf: PlatformPlace | undefined,
  how: Recognition,
): Client {
  const parsed = readAddress(address);
  if (cf !== undefined) {
    const asn = number(cf.asn);
    return new LocatedClient(parsed, placeOfPlatform(cf), "platform", asn > 0 ? asn : undefined);
  }
  if (parsed === undefined || parsed.reach === "reserved") {
    return new LocatedClient(parsed, unknownPlace, "unknown");
  }
  if (parsed.reach === "local") return new LocatedClient(parsed, how.ownPlace, "own place");
  const place = placeOfCountry(how.locate.country(parsed.text));
  return new LocatedClient(parsed, place, "database", how.locate);
}

/** Small, as thousands are kept: what can be had from the address again is not stored. */
class LocatedClient implements Client {
  readonly address: string;
  readonly family: Family;
  readonly place: Place;
  readonly source: PlaceSource;
  readonly networkHash: number;
  #asn: number | Locate | undefined;

  constructor(
    parsed: Address | undefined,
    place: Place,
    source: PlaceSource,
    asn?: number | Locate,
  ) {
    this.address = parsed?.text ?? "";
    this.family = parsed?.family ?? "ipv4";
    this.place = place;
    this.source = place === unknownPlace ? "unknown" : source;
    this.networkHash = parsed === undefined ? 0 : networkHash(parsed);
    this.#asn = asn;
  }

  get asn(): number | undefined {
    if (typeof this.#asn === "object") this.#asn = this.#asn.asn(this.address);
    return this.#asn;
  }

  get parsed(): Address | undefined {
    return this.address === "" ? undefined : readAddress(this.address);
  }
}
