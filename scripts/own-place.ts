/** Guesses where this machine is, so that a client on the same machine or network gets sensible mirrors. */
import table from "../geo-data/zones.json" with { type: "json" };
import type { Point } from "../worker/geo/distance.ts";

export interface OwnPlace extends Point {
  /** ISO 3166-1 alpha-2. */
  country: string;
}

const rows = new Map<string, (string | number)[]>(Object.entries(table));

/**
 * The principal place of an IANA time zone, old names included, as
 * `Intl.DateTimeFormat().resolvedOptions().timeZone` gives it. Undefined for zones that are no place (UTC, Etc/*,
 * CET) and for names that aren't known.
 */
export function placeOfTimeZone(zone: string): OwnPlace | undefined {
  const [country, latitude, longitude] = rows.get(zone) ?? [];
  if (
    typeof country !== "string" ||
    typeof latitude !== "number" ||
    typeof longitude !== "number"
  ) {
    return undefined;
  }
  return { country, latitude, longitude };
}
