/** Where a mirror is taken to be, for people: as the cost takes it (`directory/cost.ts`). Pure. */
import { countryPlace } from "../geo/countries.ts";
import type { Point } from "../geo/distance.ts";
import type { RosterMirror } from "./roster.ts";

/** A mirror's place. */
export interface MirrorPlace extends Point {
  /** Anywhere in its country or state. */
  isRough: boolean;
}

/** Its coordinates, else the main place of its country; undefined where neither is known. */
export function placeOfMirror({
  country,
  latitude,
  longitude,
  approximate,
}: Pick<RosterMirror, "country" | "latitude" | "longitude" | "approximate">):
  | MirrorPlace
  | undefined {
  if (latitude !== undefined && longitude !== undefined) {
    return { latitude, longitude, isRough: approximate === true };
  }
  const main = country === undefined ? undefined : countryPlace(country);
  return main && { latitude: main.latitude, longitude: main.longitude, isRough: true };
}
