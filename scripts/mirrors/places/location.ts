/** A place as people write it in one line, the country at its end: `Frankfurt, Germany`. */
import { countryCode, type ToldPlace } from "./place.ts";

/** The country, and what stands before it as a city; without a country all of it may be a city. */
export function readLocation(text: string): Pick<ToldPlace, "country" | "city"> {
  const parts = text.split(/\s*,\s*/).filter((part) => part !== "");
  const country = countryCode(parts.at(-1) ?? "");
  const city = (country === undefined ? parts : parts.slice(0, -1)).join(", ");
  return { ...(country !== undefined && { country }), ...(city !== "" && { city }) };
}
