/** Builds geo-data/zones.json from the public-domain time zone database (tzdata): where the clocks of a zone stand. */
import type { CountryTable } from "./countries.ts";

/** By IANA name, old names too: country (ISO 3166-1 alpha-2), latitude, longitude of the zone's principal place. */
export type ZoneTable = Record<string, [country: string, latitude: number, longitude: number]>;

/** Old names that tzdata links to a zone of another country, because the clocks agree. Here the place matters. */
const LINKS_TO_ELSEWHERE: Record<string, string> = {
  "Africa/Asmera": "Africa/Asmara",
  "Africa/Timbuktu": "Africa/Bamako",
  "America/Coral_Harbour": "America/Atikokan",
  "America/Virgin": "America/St_Thomas",
  "Antarctica/South_Pole": "Antarctica/McMurdo",
  "Atlantic/Jan_Mayen": "Arctic/Longyearbyen",
  Iceland: "Atlantic/Reykjavik",
  "Pacific/Ponape": "Pacific/Pohnpei",
  "Pacific/Truk": "Pacific/Chuuk",
  "Pacific/Yap": "Pacific/Chuuk",
};

/**
 * The table. A country's only zone says no more than the country, and gets the country's place (India's is named for
 * Kolkata, at its far edge). `zoneTab` is tzdata's zone.tab (country, coordinates, zone), `links` its tzdata.zi (lines
 * `L zone alias`). Zones that are no place (UTC, Etc/*) aren't in it. Throws for a zone.tab of another shape.
 */
export function buildZoneTable(zoneTab: string, links: string, countries: CountryTable): ZoneTable {
  const table: ZoneTable = {};
  for (const line of zoneTab.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [country = "", coordinates = "", zone = ""] = line.split("\t");
    const [, latitude, longitude] = /^([+-]\d+)([+-]\d+)$/.exec(coordinates) ?? [];
    if (latitude === undefined || longitude === undefined || zone === "") {
      throw new Error(`zone.tab: can't read '${line}'`);
    }
    table[zone] = [country, degrees(latitude, 2), degrees(longitude, 3)];
  }
  const zonesOf = Map.groupBy(Object.entries(table), ([, [country]]) => country);
  for (const [country, [only, ...others]] of zonesOf) {
    const place = countries[country];
    if (only === undefined || others.length > 0 || place === undefined) continue;
    table[only[0]] = [country, place[1], place[2]];
  }
  const aliases = links
    .split("\n")
    .filter((line) => line.startsWith("L "))
    .map((line) => line.split(" "));
  for (const [, target = "", alias = ""] of aliases) {
    const place = table[LINKS_TO_ELSEWHERE[alias] ?? target];
    if (place !== undefined) table[alias] ??= place;
  }
  return Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** ISO 6709 as zone.tab has it: sign, degrees of so many digits, minutes, maybe seconds. */
function degrees(text: string, digits: number): number {
  const [whole, minutes, seconds] = [
    text.slice(1, 1 + digits),
    text.slice(1 + digits, 3 + digits),
    text.slice(3 + digits),
  ].map(Number);
  const value = (whole ?? 0) + (minutes ?? 0) / 60 + (seconds ?? 0) / 3600;
  return Number((text.startsWith("-") ? -value : value).toFixed(2));
}
