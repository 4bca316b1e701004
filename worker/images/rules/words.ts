/** What several rules ask of a name's words. Pure. */
import { ownValue } from "../../runtime/own-value.ts";

/** `13`, `24.04.1`, `43.20251110.3.0`. */
export function isNumbers(word: string): boolean {
  return /^\d+(?:\.\d+)*$/.test(word);
}

/** A day written together, with a build's number perhaps: `20251117`, `20250528.0`. */
export function isDay(word: string): boolean {
  return /^(?:19|20)\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01])(?:\.\w+)*$/.test(word);
}

/** The first word that is numbers, and no day. */
export function firstVersion(words: readonly string[]): string | undefined {
  return words.find((word) => isNumbers(word) && !isDay(word));
}

/** `13.2.0` of 1 is `13`, of 2 `13.2`. */
export function leading(version: string, numbers: number): string {
  return version.split(".").slice(0, numbers).join(".");
}

const previewWord =
  /^(?:alpha|beta|rc|pre|preview|daily|nightly|weekly|testing|rawhide|snapshot|milestone|ms|di|build|test|unstable)\.?\d*(?:\.\d+)?$/;

/** A word that says that it isn't the release yet. */
export function isPreviewWord(word: string): boolean {
  return previewWord.test(word);
}

/** The number behind a kind of medium: of `dvd-2` or `disc2` it is 2. */
export function partOf(words: readonly string[], media: RegExp): number | undefined {
  for (const [index, word] of words.entries()) {
    const [, digits] = media.exec(word) ?? [];
    if (digits === undefined) continue;
    const number = digits === "" ? (words[index + 1] ?? "") : digits;
    if (/^\d{1,3}$/.test(number)) return Number(number);
  }
  return undefined;
}

/** The words that a table names, in its names for them; undefined: none. */
export function editionOf(
  words: readonly string[],
  editions: Readonly<Record<string, string>>,
): string | undefined {
  const found = words.flatMap((word) => {
    const name = ownValue(editions, word);
    return name === undefined ? [] : [name];
  });
  return found.length === 0 ? undefined : [...new Set(found)].join("-");
}

/** An object without what is undefined, as the compiler wants optional fields. */
export function withEdition(edition: string | undefined): { edition?: string } {
  return edition === undefined || edition === "" ? {} : { edition };
}
