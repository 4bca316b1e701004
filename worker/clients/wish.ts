/** What a client wishes of its mirrors, in the query or in the host name. Pure. */

import { countryPlace } from "../geo/countries.ts";
import type { Family } from "../geo/family.ts";
import { ownValue } from "../runtime/own-value.ts";

export interface Wish {
  /** ISO 3166-1 alpha-2, upper case: mirrors there go before all others. */
  countries?: string[];
  /** Names of mirrors never to be sent to. */
  avoid: string[];
  /** Name of the only mirror to be sent to. */
  mirror?: string;
  /** Mirrors that are known to be unreachable over it are left out; also the demand's, where it is present. */
  family?: Family;
}

/** What is wrong with a wish, for the person who wrote it. */
export interface WishError {
  error: string;
}

export const noWish: Wish = { avoid: [] };

/** Tells an error from a wish. */
export function isWishError(value: Wish | WishError): value is WishError {
  return "error" in value;
}

/** Mirrors that one request may avoid. A client that wants few of them should name a country. */
export const maxAvoided = 32;

/** Any of our parameters in a query: without one there is nothing to read. */
const anyWish = /(?:^|&)(?:country|avoid|mirror|ipv4|ipv6|family)(?:[=&]|$)/;

function words(values: readonly string[]): string[] {
  return values
    .flatMap((value) => value.split(","))
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

/**
 * Reads `country=`, `avoid=`, `mirror=`, `ipv4`, `ipv6` and `family=` from a query string without its `?`. Lists
 * may be parted by commas, repeated, or both.
 *
 * @param isMirror whether the roster has a mirror of that name
 */
export function readWish(query: string, isMirror: (name: string) => boolean): Wish | WishError {
  if (!anyWish.test(query)) return noWish;
  const given = new URLSearchParams(query);
  const countries = words(given.getAll("country")).map((word) => word.toUpperCase());
  const unknown = countries.find((code) => countryPlace(code) === undefined);
  if (unknown !== undefined) {
    return wrong("country", unknown, "is no country's code; give two letters as in country=DE");
  }
  const avoid = words(given.getAll("avoid"));
  if (avoid.length > maxAvoided) {
    return { error: `avoid= names more than ${maxAvoided} mirrors. Try country= in its place.` };
  }
  const mirrors = words(given.getAll("mirror"));
  const [mirror, another] = mirrors;
  if (another !== undefined) {
    return { error: "mirror= names one mirror; use country= or avoid= to choose among several." };
  }
  for (const [parameter, names] of Object.entries({ avoid, mirror: mirrors })) {
    const stranger = names.find((name) => !isMirror(name));
    if (stranger !== undefined) {
      return wrong(parameter, stranger, "is not listed; names are at /api/v1/mirrors");
    }
  }
  if (mirror !== undefined && avoid.includes(mirror)) {
    return { error: `mirror= and avoid= both name ${mirror}. Leave one of them out.` };
  }
  const family = readFamily(given);
  if (typeof family === "object") return family;
  return {
    avoid: [...new Set(avoid)],
    ...(countries.length === 0 ? {} : { countries: [...new Set(countries)] }),
    ...(mirror === undefined ? {} : { mirror }),
    ...(family === undefined ? {} : { family }),
  };
}

/** What `family=` takes. A map: an object has `constructor` as well, which a client may ask for. */
const families: ReadonlyMap<string, Family> = new Map([
  ["4", "ipv4"],
  ["6", "ipv6"],
  ["ipv4", "ipv4"],
  ["ipv6", "ipv6"],
]);

/** `ipv4`, `ipv6`, `family=ipv4`, `family=4`; `ipv4=0` is as if it weren't there. */
function readFamily(given: URLSearchParams): Family | WishError | undefined {
  const found = new Set<Family>();
  for (const family of ["ipv4", "ipv6"] as const) {
    const value = given.get(family);
    if (value !== null && value !== "0") found.add(family);
  }
  for (const word of words(given.getAll("family"))) {
    const family = families.get(word.toLowerCase());
    if (family === undefined) return wrong("family", word, "is neither ipv4 nor ipv6");
    found.add(family);
  }
  const [family, another] = found;
  if (another !== undefined) return { error: "Only one of ipv4 and ipv6 can be wished for." };
  return family;
}

/** The client's own words, cut and without control characters: they go into a text of ours. */
function wrong(parameter: string, value: string, what: string): WishError {
  const shown = value.replace(/[^\x21-\x7e]/g, "?").slice(0, 64);
  return { error: `${parameter}=${shown} ${what}.` };
}

/** How wishes are made by host name. */
export interface HostLabels {
  /** The service's own host, lower case: labels stand before it. */
  host: string;
  /**
   * Labels with the wish each stands for, written as in a query: `{ ipv4: "ipv4", nordic: "country=SE,FI,NO,DK" }`.
   * Two letters that are a country's code need no entry.
   */
  labels: Readonly<Record<string, string>>;
}

/** What the labels are where the operator says nothing else. */
export const defaultLabels: HostLabels["labels"] = { ipv4: "ipv4", ipv6: "ipv6" };

/**
 * The wish in a host name: `de.mirror.example.org`, `ipv4.de.mirror.example.org`. Another host, and the service's own
 * name, have none. A label that means nothing is an error: answering would hide that the wish was not understood.
 *
 * @param host as in the request, with or without a port
 */
export function readHostWish(
  host: string,
  { host: own, labels }: HostLabels,
  isMirror: (name: string) => boolean,
): Wish | WishError {
  const name = host.replace(/:\d+$/, "").replace(/\.$/, "").toLowerCase();
  if (!name.endsWith(`.${own}`)) return noWish;
  const parts: string[] = [];
  for (const label of name.slice(0, -own.length - 1).split(".")) {
    const told = ownValue(labels, label);
    const country = countryPlace(label.toUpperCase()) === undefined ? undefined : label;
    const part = told ?? (country === undefined ? undefined : `country=${country}`);
    if (part === undefined) {
      const shown = label.replace(/[^\x21-\x7e]/g, "?").slice(0, 64);
      return { error: `${shown} in front of ${own} is no country's code and stands for no wish.` };
    }
    parts.push(part);
  }
  return readWish(parts.join("&"), isMirror);
}

/** Both wishes: the query's words go before the host's, and what either avoids is avoided. */
export function bothWishes(host: Wish, query: Wish): Wish {
  if (query === noWish) return host;
  return { ...host, ...query, avoid: [...new Set([...host.avoid, ...query.avoid])] };
}
