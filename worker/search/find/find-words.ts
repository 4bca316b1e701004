/** Names by words: how many of the typed words a package has, how rare these are, and where they stand. */
import { wordForms } from "../query/word-forms.ts";
import type { SearchColumns } from "../rank/search-columns.ts";
import { fieldBits, keyKinds, keyNumber } from "../sets/key-kinds.ts";
import type { FoundKey } from "../sets/key-rows.ts";
import type { PackageSet } from "../sets/package-set.ts";

/** Where words are looked for. */
export interface WordFields {
  names: boolean;
  summaries: boolean;
  /** In longer descriptions as well: worth it where little else is found. */
  longer: boolean;
  /** Names with some of the words don't count. */
  all: boolean;
}

/** What a word counts for by where it stands; in the name it says most. */
const inName = 1;
const inSummary = 0.85;
const inTags = 0.5;
const inLonger = 0.4;
/** A word that another one begins with: `postgres` of `postgresql`. */
const begun = 0.55;
/** The least that such a word has, characters; the last one may not be typed to its end. */
const leastBegun = 4;
const leastBegunLast = 2;
/** Words of one beginning that are looked at: 5 ms of the commonest ones. */
const maxForms = 400;
/** A name that one edit makes of a word that nothing has. */
const slip = 0.6;
/**
 * Bytes of values of a word that many packages have. It isn't looked for in names that no rarer word has found: nobody
 * who types `library for oclgrind` wants all libraries. Some 4000 packages, which take 0.2 ms.
 */
const commonBytes = 6000;
/** Words that are everywhere. Beside others they say nothing. */
const everywhere: ReadonlySet<string> = new Set(
  "a an and by for from in of on or the to with".split(" "),
);

/** Words that tell something: without those that are everywhere. */
export function tellingWords(words: readonly string[]): readonly string[] {
  return words.filter((word) => !everywhere.has(word));
}

/** Names with a word at least. What each has of the words is in the columns: coverage, `matched`, `inName`. */
export function findWords(
  { set, columns }: { set: PackageSet; columns: SearchColumns },
  words: readonly string[],
  fields: WordFields,
): number[] {
  const { count } = set.memory.names;
  const { coverage, matched, inName } = columns;
  columns.clearWords();
  const found: number[] = [];
  const sought = words.map((_, index) => soughtWord(set, words, index, fields));
  // The rarest first: of the others, only what it has found counts mostly.
  const rarestFirst = sought.toSorted((one, other) => one.size - other.size);
  const weigher = new WordWeights(set, columns, fields);
  const each = rarestFirst.map((word, before) => {
    const isNarrowed = fields.all ? before > 0 : word.size > commonBytes && found.length > 0;
    const least = !isNarrowed ? 0 : fields.all ? before : 1;
    const weighed = weigher.weigh(word, least);
    for (const id of weighed.ids) {
      if (matched[id] === 0) found.push(id);
      matched[id] = (matched[id] ?? 0) + 1;
    }
    return { word, ...weighed };
  });
  const rarity = each.map(({ having }) => Math.log(1 + count / Math.max(1, having)));
  const sum = rarity.reduce((total, one) => total + one, 0);
  for (const [index, { word, ids, weights }] of each.entries()) {
    const share = (rarity[index] ?? 0) / sum;
    for (const [at, id] of ids.entries()) {
      const weight = weights[at] ?? 0;
      coverage[id] = (coverage[id] ?? 0) + share * weight;
      if (weight > inSummary) inName[id] = (inName[id] ?? 0) + word.length;
    }
  }
  return found;
}

/** Keys by which a word is found, before their values are read. */
interface SoughtWord {
  length: number;
  /** Bytes of all values. */
  size: number;
  keys: { key: FoundKey; weight: number; isLonger: boolean }[];
  /** Names that a slip makes of it. */
  slipped: number[];
}

function soughtWord(
  set: PackageSet,
  words: readonly string[],
  index: number,
  { names, longer }: WordFields,
): SoughtWord {
  const word = words[index] ?? "";
  const sought: SoughtWord = { length: word.length, size: 0, keys: [], slipped: [] };
  const take = (key: FoundKey | undefined, weight: number, isLonger: boolean) => {
    if (key === undefined) return;
    sought.keys.push({ key, weight, isLonger });
    sought.size += key.size;
  };
  const exactly = (text: string) => {
    take(set.keys.find(keyKinds.word + text), 1, false);
    if (longer) take(set.keys.find(keyKinds.longer + text), inLonger, true);
  };
  const forms = wordForms(word);
  const least = index === words.length - 1 ? leastBegunLast : leastBegun;
  const alike = (kind: string, stem: string, likeness: (other: string) => number) => {
    let looked = 0;
    for (const key of set.keys.beginning(kind + stem)) {
      if (looked++ === maxForms) return;
      const other = key.key.slice(1);
      const much = other === word ? 0 : likeness(other);
      if (much === 0) continue;
      const isLonger = kind === keyKinds.longer;
      take(key, isLonger ? much * inLonger : much, isLonger);
    }
  };
  exactly(word);
  alike(keyKinds.word, forms?.stem ?? word, (other) => {
    const asForm = forms?.likeness(other) ?? 0;
    if (asForm > 0) return asForm;
    return word.length >= least && other.startsWith(word) ? begun : 0;
  });
  if (longer && forms !== undefined) alike(keyKinds.longer, forms.stem, forms.likeness);
  // Typed as two words, written as one: `web server` of `webserver`.
  const [before, after] = [words[index - 1], words[index + 1]];
  if (before !== undefined) exactly(before + word);
  if (after !== undefined) exactly(word + after);
  // Of a single word, slips are looked for already.
  if (sought.keys.length === 0 && names && words.length > 1 && word.length >= leastBegun) {
    set.memory.names.oneEditFrom(word, (id) => sought.slipped.push(id));
  }
  return sought;
}

/** What a word weighs in names that have it, in any of its forms. */
class WordWeights {
  readonly #nameOf: Uint32Array;
  readonly #weights: Float32Array;
  readonly #matched: Uint8Array;
  readonly #fields: WordFields;
  #ids: number[] = [];
  #least = 0;
  /** Values that count, narrowed or not. */
  #counted = 0;

  constructor(set: PackageSet, { weights, matched }: SearchColumns, fields: WordFields) {
    this.#nameOf = set.memory.nameOf;
    this.#weights = weights;
    this.#matched = matched;
    this.#fields = fields;
  }

  /**
   * @param least so many words before this one a name must have
   * @returns names, what the word weighs in each, and how many names have it, about
   */
  weigh(word: SoughtWord, least: number): { ids: number[]; weights: Float32Array; having: number } {
    this.#least = least;
    this.#counted = 0;
    for (const { key, weight, isLonger } of word.keys) this.#add(key.values(), weight, isLonger);
    for (const id of word.slipped) this.#id(id, slip);
    const ids = this.#ids;
    const weights = new Float32Array(ids.length);
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at] ?? 0;
      weights[at] = this.#weights[id] ?? 0;
      this.#weights[id] = 0;
    }
    this.#ids = [];
    return { ids, weights, having: least === 0 ? ids.length : this.#counted };
  }

  #add(values: Uint32Array, likeness: number, isLonger: boolean): void {
    const { names, summaries } = this.#fields;
    const nameOf = this.#nameOf;
    const inNames = names ? likeness * inName : 0;
    const inSummaries = summaries ? likeness * inSummary : 0;
    const inTag = summaries ? likeness * inTags : 0;
    for (let at = 0; at < values.length; at++) {
      const value = values[at] ?? 0;
      const bits = value & 3;
      let weight = likeness;
      if (!isLonger) {
        if ((bits & fieldBits.name) !== 0 && names) weight = inNames;
        else weight = (bits & fieldBits.summary) !== 0 ? inSummaries : bits === 0 ? inTag : 0;
        if (weight === 0) continue;
      }
      this.#id(nameOf[keyNumber(value)] ?? 0, weight);
    }
  }

  #id(id: number, weight: number): void {
    this.#counted++;
    if ((this.#matched[id] ?? 0) < this.#least) return;
    const before = this.#weights[id] ?? 0;
    if (before === 0) this.#ids.push(id);
    if (weight > before) this.#weights[id] = weight;
  }
}
