/** Regions of the world as lists name them, by country. */
import { type Continent, countryPlace } from "../../../worker/geo/countries.ts";

/** @param country ISO 3166-1 alpha-2; undefined for what is none */
export function continentOf(country: string): Continent | undefined {
  return countryPlace(country)?.continent;
}

/** As Gentoo's list calls them. */
export const continentNames: Readonly<Record<Continent, string>> = {
  AF: "Africa",
  AN: "Antarctica",
  AS: "Asia",
  EU: "Europe",
  NA: "North America",
  OC: "Australia and Oceania",
  SA: "South America",
};
