/** What is counted of a redirect, and the numbers by which tables name it. Pure. */
import type { FileClass } from "../formats/classify.ts";

/** A redirect, as it is counted. Nothing of the client but its country. */
export interface CountedRedirect {
  /** Name of the mirror. */
  mirror: string;
  /** Name of the repository. */
  repository: string;
  /** ISO 3166-1 alpha-2, upper case; absent: not known. */
  country: string | undefined;
  fileClass: FileClass;
  /** Bytes of the file; absent: not known. */
  size: number | undefined;
}

/** What redirects add up to. */
export interface Counts {
  redirects: number;
  /** Expected: a client that took each file whole had so many. Of files whose size isn't known: none. */
  bytes: number;
  /** Redirects for files whose size isn't known. */
  unsized: number;
}

/** The classes by their numbers; the number 3 is free. */
export const fileClasses: readonly FileClass[] = ["package", "image", "other"];

/** Stands for mirrors, repositories or countries that had no room of their own. No name of a list can be the same. */
export const otherName = "(other)";
/** Stands for the country of clients whose country isn't known. */
export const unknownCountry = "unknown";
/** Number of mirrors and repositories without room of their own. */
export const otherNumber = 0;

/** Unix hours of Unix ms. */
export function hourOf(ms: number): number {
  return Math.floor(ms / hourMs);
}
export const hourMs = 3_600_000;
export const hoursPerDay = 24;

/** Countries have the numbers 1 to 676 by their two letters. */
export const unknownCountryNumber = 0;
export const otherCountryNumber = 26 * 26 + 1;

/** A country's number; that of the unknown one for what is no code. */
export function countryNumber(country: string | undefined): number {
  if (country?.length !== 2) return unknownCountryNumber;
  const first = country.charCodeAt(0) - 65;
  const second = country.charCodeAt(1) - 65;
  const isCode = first >= 0 && first < 26 && second >= 0 && second < 26;
  return isCode ? first * 26 + second + 1 : unknownCountryNumber;
}

/** The country of a number, `unknown` or `(other)`. */
export function countryName(number: number): string {
  if (number === unknownCountryNumber) return unknownCountry;
  if (number >= otherCountryNumber) return otherName;
  const at = number - 1;
  return String.fromCharCode(65 + Math.floor(at / 26), 65 + (at % 26));
}

/** The number of a name that `countryName` gives; undefined: it is none of these. */
export function namedCountry(name: string): number | undefined {
  if (name === unknownCountry) return unknownCountryNumber;
  if (name === otherName) return otherCountryNumber;
  const number = countryNumber(name);
  return number === unknownCountryNumber ? undefined : number;
}
