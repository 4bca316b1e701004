/** From what a list says about a mirror's place to coordinates, with what is doubtful about them. */
import { countryName, isCountry } from "../../../worker/list/countries.ts";
import { type Gazetteer, kilometres, type Town } from "./gazetteer.ts";
import { cityOfHost, countryOfHost, type HostCity, stateMeant } from "./host-hints.ts";
import { foldName } from "./spelling.ts";

/** A place as a list tells it. */
export interface ToldPlace {
  host: string;
  /** ISO code or English name, as written in the list. */
  country?: string;
  /** Name or code of a state or province. */
  state?: string;
  /** A city, or free text that has one in it. */
  city?: string;
  /** Degrees, where the list has coordinates in fields of their own. */
  point?: { latitude: number; longitude: number };
}

/** A place as the mirror's file will have it. */
export interface Place {
  country?: string;
  city?: string;
  /** Degrees, two decimals. */
  latitude?: number;
  longitude?: number;
  approximate?: true;
  /** `exact`: the town is known. `approximate`: stands for a state or country. */
  precision: "exact" | "approximate" | "unplaced";
  /** Why the place is approximate or missing; a sentence without its subject. */
  reason?: string;
  /** What may be wrong with the place. */
  doubt?: string;
}

/** Countries as lists call them, where Unicode's names are others; folded. */
const otherNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Czech: "CZ",
    "Czech Republic": "CZ",
    "Hong Kong": "HK",
    "Korea, Republic of": "KR",
    "Republic of Korea": "KR",
    Macau: "MO",
    "The Netherlands": "NL",
    Turkey: "TR",
    USA: "US",
  }).map(([name, code]) => [foldName(name), code]),
);

/** The ISO code for a country given by code or English name; undefined when it is neither. */
export function countryCode(text: string): string | undefined {
  const code = text.trim().toUpperCase();
  if (code === "UK") return "GB";
  if (isCountry(code)) return code;
  const wanted = foldName(text);
  const other = otherNames.get(wanted);
  if (other !== undefined) return other;
  for (const candidate of allCountries()) {
    if (foldName(countryName(candidate)) === wanted) return candidate;
  }
  return undefined;
}

function* allCountries(): Generator<string> {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (const first of letters) {
    for (const second of letters) if (isCountry(first + second)) yield first + second;
  }
}

/** Finds the place. Pure; never throws: what can't be placed says so in the result. */
export function findPlace(told: ToldPlace, gazetteer: Gazetteer): Place {
  const country = told.country === undefined ? undefined : countryCode(told.country);
  if (country === undefined) return placeByHost(told, gazetteer);
  if (told.point !== undefined) {
    const { latitude, longitude } = told.point;
    const point = { latitude: twoDecimals(latitude), longitude: twoDecimals(longitude) };
    return { country, ...(told.city && { city: told.city }), ...point, precision: "exact" };
  }

  const text = told.city ?? "";
  const point = coordinatesIn(text);
  if (point) {
    const before = segments(text, country)[0];
    const town = before === undefined ? undefined : gazetteer.named(country, before)[0];
    return { country, ...(town && { city: town.name }), ...point, precision: "exact" };
  }

  const parts = segments(text, country);
  const saidState = gazetteer.state(country, told.state ?? "");
  // A part doesn't narrow itself: Sofia is a town in one state and the name of another.
  const statesBeside = (part: string) => {
    const others = parts.filter((other) => other !== part);
    const lastWords = others
      .flatMap((other) => other.split(/\s+/).slice(1).slice(-1))
      .filter((word) => !part.endsWith(word));
    const named = [...others, ...lastWords].map((other) => gazetteer.state(country, other));
    const sameName = foldName(told.state ?? "").startsWith(foldName(part));
    return [sameName ? undefined : saidState, ...named].filter((state) => state !== undefined);
  };

  const cityIsState = gazetteer.state(country, text);
  const swapped = gazetteer
    .named(country, told.state ?? "")
    .find((town) => town.state === cityIsState && saidState === undefined);
  if (swapped) {
    return {
      ...chosen(swapped),
      doubt: `the list gives ${text} as the city and ${told.state} as the state; took it the other way`,
    };
  }

  for (const part of parts) {
    const place = chooseTown(gazetteer.named(country, part), statesBeside(part), gazetteer);
    if (place) return place;
  }
  for (const part of parts) {
    for (const words of wordRuns(part)) {
      const place = chooseTown(gazetteer.named(country, words), statesBeside(words), gazetteer);
      if (!place) continue;
      const trailer = foldName(part.replace(words, ""));
      // `Winnipeg MB`, `London UK`: the rest is understood. `University of Nairobi`: it isn't.
      const understood =
        gazetteer.state(country, trailer) !== undefined || countryCode(trailer) === country;
      return understood || place.doubt
        ? place
        : { ...place, doubt: `took ${place.city} out of "${text}"` };
    }
  }

  const onlyCountry = parts.every((part) => countryCode(part) === country);
  const unknown = onlyCountry ? "" : `"${text}" is no town known in ${country}; `;
  const hint = cityOfHost(told.host);
  if (hint?.country === country) {
    const place = townOfHint(hint, gazetteer);
    if (place) return { ...place, doubt: `${unknown}took ${hint.city} from the host name` };
  }
  const state =
    saidState ??
    parts.map((part) => gazetteer.state(country, part)).find((code) => code !== undefined);
  const middle = state === undefined ? undefined : gazetteer.middleOfState(country, state);
  if (middle) {
    const stateText = saidState === undefined ? text : told.state;
    return {
      country,
      ...coordinates(middle),
      approximate: true,
      precision: "approximate",
      reason: `${unknown}took the middle of ${stateText}'s towns`,
    };
  }
  return placeByCountry(country, unknown, gazetteer);
}

function placeByCountry(country: string, unknown: string, gazetteer: Gazetteer): Place {
  const town = gazetteer.mainTown(country);
  if (!town) return { country, precision: "unplaced", reason: `no main town known for ${country}` };
  return {
    country,
    ...coordinates(town),
    approximate: true,
    precision: "approximate",
    reason: `${unknown}took ${town.name} for all of ${country}`,
  };
}

function placeByHost(told: ToldPlace, gazetteer: Gazetteer): Place {
  const said = told.country === undefined ? "no place given" : `"${told.country}" is no country`;
  const national = countryOfHost(told.host);
  const hint = cityOfHost(told.host);
  if (hint && (national === undefined || national === hint.country)) {
    const place = townOfHint(hint, gazetteer);
    if (place) return { ...place, doubt: `${said}; took ${hint.city} from the host name` };
  }
  if (national) {
    return {
      country: national,
      precision: "unplaced",
      reason: said,
      doubt: `${said}; took ${national} from the host name's domain`,
    };
  }
  return { precision: "unplaced", reason: `${said}, and the host name doesn't tell` };
}

/** The town meant by a name several towns may share; undefined when none is in or near its state. */
function chooseTown(
  named: readonly Town[],
  states: readonly string[],
  gazetteer: Gazetteer,
): Place | undefined {
  const first = named[0];
  if (!first) return undefined;
  const main = gazetteer.mainTown(first.country);
  // Told nothing, people mean the hub, or the town its state is named after (Yamagata, Gwangju).
  const meant = stateMeant(first.country, first.name) ?? gazetteer.state(first.country, first.name);
  const usual = named.filter((town) => town.state === meant);
  const towns =
    states.length > 0 ? inOrNear(named, states, gazetteer) : usual.length > 0 ? usual : named;
  const town = main && towns.includes(main) ? main : gazetteer.largest(towns);
  if (!town) return undefined;
  // Within this distance it doesn't matter which one is meant.
  const same = 50;
  const rivals = towns.filter((other) => kilometres(town, other) > same);
  const doubt =
    rivals.length > 0 && town !== main
      ? `${towns.length} towns in ${town.country} are called ${town.name}; took the one with most towns around it`
      : undefined;
  return { ...chosen(town), ...(doubt && { doubt }) };
}

/** Towns of the states; failing that, towns close enough for the state to be a neighbour's name. */
function inOrNear(named: readonly Town[], states: readonly string[], gazetteer: Gazetteer): Town[] {
  const inside = named.filter((town) => states.includes(town.state));
  if (inside.length > 0) return inside;
  const near = 150;
  return named.filter((town) =>
    states.some((state) => {
      const middle = gazetteer.middleOfState(town.country, state);
      return middle !== undefined && kilometres(town, middle) < near;
    }),
  );
}

function townOfHint(hint: HostCity, gazetteer: Gazetteer): Place | undefined {
  const states = hint.state === undefined ? [] : [hint.state];
  return chooseTown(gazetteer.named(hint.country, hint.city), states, gazetteer);
}

function chosen(town: Town): Place & { city: string } {
  return { country: town.country, city: town.name, ...coordinates(town), precision: "exact" };
}

function coordinates(town: Town): { latitude: number; longitude: number } {
  return { latitude: twoDecimals(town.latitude), longitude: twoDecimals(town.longitude) };
}

function twoDecimals(degrees: number): number {
  return Math.round(degrees * 100) / 100;
}

/** Coordinates written out in free text: `N35.779, E139.615` or `42.674/23.3305`. */
function coordinatesIn(text: string): { latitude: number; longitude: number } | undefined {
  const found =
    text.match(/([NS])\s*(\d+\.\d+)\W+([EW])\s*(\d+\.\d+)/i) ??
    text.match(/()(-?\d+\.\d{2,})\s*[/,]\s*()(-?\d+\.\d{2,})/);
  if (!found) return undefined;
  const sign = (letter: string | undefined) => (letter && /[SW]/i.test(letter) ? -1 : 1);
  const latitude = twoDecimals(Number(found[2]) * sign(found[1]));
  const longitude = twoDecimals(Number(found[4]) * sign(found[3]));
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
    ? { latitude, longitude }
    : undefined;
}

/** The parts of a free text between its punctuation, without what only names the country. */
function segments(text: string, country: string): string[] {
  const parts = text
    .replace(/https?:\S+/g, "")
    .split(/[,;()/]|\s-\s|\s-(?=\d)/)
    .map((part) => part.replace(/\b\d[\dx]*\b/g, "").trim())
    .filter((part) => part !== "");
  // In a city state (Singapore, Hong Kong) the country's name is the town's.
  const others = parts.filter((part) => countryCode(part) !== country);
  return others.length > 0 ? others : parts;
}

/** Runs of neighbouring words, longest first; a single word needs four letters to mean a town. */
function wordRuns(part: string): string[] {
  const words = part.split(/\s+/);
  const runs: string[] = [];
  for (let length = words.length - 1; length >= 1; length--) {
    for (let start = 0; start + length <= words.length; start++) {
      const run = words.slice(start, start + length).join(" ");
      if (length > 1 || (foldName(run).length >= 4 && !ordinary.has(foldName(run)))) runs.push(run);
    }
  }
  return runs;
}

/** Words of addresses that somewhere are a village's name as well. */
const ordinary = new Set([
  "center",
  "centre",
  "city",
  "data",
  "east",
  "house",
  "institute",
  "near",
  "north",
  "region",
  "south",
  "state",
  "technical",
  "tower",
  "university",
  "west",
  "centro",
]);
