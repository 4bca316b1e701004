/** Where a client is taken to be that is known by country alone. The choice and its sources: geo-data/README.md. */
import table from "../../geo-data/countries.json" with { type: "json" };
import type { Point } from "./distance.ts";

/** Two letters: Africa, Antarctica, Asia, Europe, North America, Oceania, South America. */
export type Continent = "AF" | "AN" | "AS" | "EU" | "NA" | "OC" | "SA";

export interface CountryPlace extends Point {
  continent: Continent;
}

const CONTINENTS: readonly Continent[] = ["AF", "AN", "AS", "EU", "NA", "OC", "SA"];
/** Those that anybody asked for, as many as there are at most: a new isolate needs a few. */
const places = new Map<string, CountryPlace>();
const rows: Readonly<Record<string, (string | number)[]>> = table;

/**
 * A country's continent and the place most of its internet users are near, by ISO 3166-1 alpha-2 code in upper
 * case (and XK). Undefined for what is no country, such as a platform's `T1` (Tor) and `XX` (unknown).
 */
export function countryPlace(code: string): CountryPlace | undefined {
  const known = places.get(code);
  if (known !== undefined) return known;
  const row = Object.hasOwn(rows, code) ? rows[code] : undefined;
  if (row === undefined) return undefined;
  const place = readRow(code, row);
  places.set(code, place);
  return place;
}

function readRow(code: string, row: (string | number)[]): CountryPlace {
  const [name, latitude, longitude] = row;
  const continent = CONTINENTS.find((known) => known === name);
  if (continent === undefined || typeof latitude !== "number" || typeof longitude !== "number") {
    throw new Error(`geo-data/countries.json: '${code}' is not [continent, latitude, longitude]`);
  }
  return { continent, latitude, longitude };
}
