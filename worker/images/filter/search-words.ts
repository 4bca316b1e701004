/** The words of a search, and of what is searched. Pure. */
import { architectureNamed } from "../architectures.ts";

/** Names of architectures that hold what separates words elsewhere. */
const wholeNames = /x86[_-]64(?:_v2)?/g;

/** Nothing but what ASCII has from the blank on. */
const plain = /^[ -~]*$/;

/**
 * The words of a text, lower case: what stands between blanks, dashes and the like. A version stays whole (`13.2.0`), and
 * what else holds dots is there in its parts as well (`netinst.iso`, `netinst`, `iso`). `x86_64` isn't `x86`.
 */
export function wordsOf(text: string): string[] {
  const lower = text.toLowerCase();
  const words: string[] = [];
  const rest = lower.replace(wholeNames, (name) => {
    words.push(name.replace("-", "_"));
    return " ";
  });
  // Properties of Unicode take ten times as long as ranges, and nearly no name has such letters.
  const between = plain.test(rest) ? /[^a-z0-9.]+/ : /[^\p{L}\p{N}.]+/u;
  for (const run of rest.split(between)) {
    const word = run.startsWith(".") || run.endsWith(".") ? run.replace(/^\.+|\.+$/g, "") : run;
    if (word === "") continue;
    words.push(word);
    if (word.includes(".") && !/^[\d.]+$/.test(word))
      words.push(...word.split(".").filter(Boolean));
  }
  return words;
}

/** The words that somebody typed: what is typed must match whole, so that nothing is added. */
export function typedWords(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** What a typed word asks of an image's words: all of these. */
export interface Wanted {
  word: string;
  /** The word is an architecture's name: others that only begin so aren't meant. */
  isWhole: boolean;
}

/** `arm64` and `x86` are themselves alone; `netin` is what begins so. */
export function wantedOf(typed: string): Wanted[] {
  const whole = typed.replace(/^x86-64/, "x86_64");
  if (architectureNamed(whole) !== undefined) return [{ word: whole, isWhole: true }];
  const rest = typed.toLowerCase();
  const found: string[] = [];
  const apart = rest.replace(wholeNames, (name) => {
    found.push(name.replace("-", "_"));
    return " ";
  });
  for (const run of apart.split(/[^\p{L}\p{N}.]+/u)) {
    const word = run.replace(/^\.+|\.+$/g, "");
    if (word !== "") found.push(word);
  }
  return found.map((word) => ({ word, isWhole: false }));
}

/** Whether an image's word is what is wanted: it begins so, and a number doesn't go on as another number. */
export function isWanted(word: string, { word: wanted, isWhole }: Wanted): boolean {
  if (isWhole || word.length === wanted.length) return word === wanted;
  if (!word.startsWith(wanted)) return false;
  const ends = wanted.charCodeAt(wanted.length - 1);
  const next = word.charCodeAt(wanted.length);
  return !(isDigit(ends) && isDigit(next));
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
