/** What speaks for a package among those that are found for the same reason. Pure. */
import { type Trait, traitSets, traits } from "./traits.ts";

/** What a trait counts for, where nothing that was typed asks for it. */
const merits: Readonly<Record<Trait, number>> = {
  program: 14,
  leading: 8,
  important: 10,
  library: -12,
  module: -14,
  development: -26,
  data: -28,
  transitional: -30,
  documentation: -36,
  debugging: -48,
};

/** What being needed by the most packages counts for; half as much for the square root of them. */
const mostNeeded = 26;
/** Names that need what is needed most, as a power of two: of Debian's, libc6 by 2^14. Above this all is alike. */
const mostNeeding = 9;

/** Words that ask for what has a trait. */
const asking: readonly (readonly [RegExp, readonly Trait[]])[] = [
  [/^(?:dev|devel|develop\w*|headers?|sdk|api)$/, ["development", "library"]],
  [
    /^(?:lib\w*|librar(?:y|ies)|bindings?|parser|framework|module|toolkit)$/,
    ["library", "module", "development"],
  ],
  [/^(?:docs?|documentation|manual|examples?|help)$/, ["documentation"]],
  [/^(?:dbg\w*|debuginfo|debugsource|symbols?)$/, ["debugging"]],
  [/^(?:data|icons?|common|locales?|translations?|l10n|i18n|lang\w*|completion)$/, ["data"]],
  [
    /^(?:fonts?|kernel|python\d*|perl|ruby|golang|go|node|nodejs|js|javascript|php\d*|rust|haskell|ocaml|lua|java|erlang|tex|latex|emacs|plugins?|r|c|c\+\+)$/,
    ["module"],
  ],
];

/** Traits that count for nothing, as somebody asked for them. */
export function askedFor(words: readonly string[]): number {
  let found = 0;
  for (const word of words) {
    for (const [pattern, asked] of asking) {
      if (pattern.test(word)) for (const trait of asked) found |= traits[trait];
    }
  }
  return found;
}

const weighed = Object.entries(merits).flatMap(([name, merit]) => {
  const bit = Object.entries(traits).find(([trait]) => trait === name)?.[1];
  return bit === undefined ? [] : [{ bit, merit }];
});

/** What each set of traits counts for where nothing is asked for, as in most searches. */
const unasked = Float64Array.from({ length: traitSets }, (_, has) => weigh(has, 0));

/** Merits of packages in one search: about -100 to 60. */
export class Merits {
  readonly #asked: number;
  /** What sets of traits count for, as far as they were met. */
  readonly #ofTraits: Float64Array;

  /** @param asked of `askedFor` */
  constructor(asked: number) {
    this.#asked = asked;
    this.#ofTraits = asked === 0 ? unasked : new Float64Array(traitSets).fill(Number.NaN);
  }

  /**
   * @param has traits of the package
   * @param neededBy how many names need it
   */
  of(has: number, neededBy: number): number {
    let merit = this.#ofTraits[has] ?? 0;
    if (Number.isNaN(merit)) {
      merit = weigh(has, this.#asked);
      this.#ofTraits[has] = merit;
    }
    if (neededBy === 0) return merit;
    return merit + (mostNeeded * Math.min(mostNeeding, Math.log2(1 + neededBy))) / mostNeeding;
  }
}

function weigh(has: number, asked: number): number {
  let merit = 0;
  for (const one of weighed) {
    if ((has & one.bit) === 0) continue;
    // What was asked for is no fault.
    if (one.merit > 0 || (asked & one.bit) === 0) merit += one.merit;
  }
  return merit;
}
