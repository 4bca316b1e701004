/** Forms of a word that mean the same in a description: `viewer`, `viewing`, `views`. English, and never names. Pure. */

/** Endings that are taken off, the longest first. */
const endings = [
  "ations",
  "ation",
  "ions",
  "ing",
  "ers",
  "ors",
  "ies",
  "ion",
  "ed",
  "er",
  "or",
  "es",
  "s",
  "y",
  "e",
];
/** Endings that may stand in place of them. */
const alike = new Set([
  "",
  "s",
  "e",
  "es",
  "er",
  "ers",
  "or",
  "ors",
  "ing",
  "ion",
  "ions",
  "ed",
  "y",
  "ies",
  "ation",
]);
/** What must remain of a word: of `over`, `ov` says nothing. */
const leastStem = 3;

export interface WordForms {
  /** What all forms begin with. */
  stem: string;
  /** 1 for the word itself and its plural, less for others, 0 for what is no form of it. */
  likeness(word: string): number;
}

const plural = 0.95;
const otherForm = 0.75;

/** Undefined: there are none, as of short words, and of those with digits. */
export function wordForms(word: string): WordForms | undefined {
  if (!/^[a-z]+$/.test(word)) return undefined;
  // `compress` is no plural.
  const ending = endings.find(
    (one) => word.endsWith(one) && word.length - one.length >= leastStem && !word.endsWith("ss"),
  );
  const stem = word.slice(0, word.length - (ending?.length ?? 0));
  if (stem.length < leastStem) return undefined;
  return {
    stem,
    likeness: (other) => {
      if (other === word) return 1;
      if (other === `${word}s` || `${other}s` === word) return plural;
      return alike.has(other.slice(stem.length)) ? otherForm : 0;
    },
  };
}
