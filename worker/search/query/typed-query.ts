/** What a person typed, as it is searched for. Pure: whatever it is, it is taken or refused with a sentence. */
import { folded, wordsOf } from "./words.ts";

/** Characters that are taken: of more nobody knows what is meant, and each word is a lookup. */
export const maxTyped = 500;
/** Words that are looked for; the rest doesn't count. */
const maxWords = 12;

export interface TypedQuery {
  /** One line without blanks around it, as it was typed otherwise. */
  text: string;
  /** In lower case, without marks. */
  lower: string;
  words: readonly string[];
  /** What a name may be that is typed as several words, or divided otherwise: `node-js` and `nodejs` of `node js`. */
  joined: readonly string[];
}

/** @returns a sentence where there is nothing to search for, or too much */
export function typedQuery(typed: string): TypedQuery | string {
  if (typed.length > maxTyped) {
    return `The search has ${typed.length} characters. Search for a name, a command or some words: up to ${maxTyped} characters are taken.`;
  }
  // Control characters, and those that only say how others are shown.
  const text = typed
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Z}]+/gu, " ")
    .trim();
  if (text === "") return "There is nothing to search for: type a name, a command or some words.";
  const words = [...new Set(wordsOf(text))].slice(0, maxWords);
  const lower = folded(text);
  const joined = ["-", "", "_"]
    .map((sign) => wordsOf(text).slice(0, maxWords).join(sign))
    .filter((name) => name !== "" && name !== lower);
  return { text, lower, words, joined: [...new Set(joined)] };
}
