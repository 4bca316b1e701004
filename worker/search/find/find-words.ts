/** Names by words: how many of the typed words a package has, how rare these are, and where they stand. */
import { wordForms } from "../query/word-forms.ts";
import { fieldBits, keyKinds, keyNumber } from "../sets/key-kinds.ts";
import type { PackageSet } from "../sets/package-set.ts";

/** Where words are looked for. */
export interface WordFields {
  names: boolean;
  summaries: boolean;
  /** In longer descriptions as well: worth it where little else is found. */
  longer: boolean;
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

/** What was found, by name. */
export class WordHits {
  /** From 0 to 1: the part of all that was typed, the rarer words counting more. */
  readonly coverage: Float32Array;
  /** Words that were found. */
  readonly matched: Uint8Array;
  /** Characters of the name that these are. */
  readonly inName: Uint8Array;
  /** Names with a word at least. */
  readonly found: number[] = [];

  constructor(names: number) {
    this.coverage = new Float32Array(names);
    this.matched = new Uint8Array(names);
    this.inName = new Uint8Array(names);
  }
}

/** @param words folded */
export function findWords(set: PackageSet, words: readonly string[], fields: WordFields): WordHits {
  const { count } = set.memory.names;
  const hits = new WordHits(count);
  let sum = 0;
  const each = words.map((word, index) => {
    const found = new OneWord(set, fields);
    found.look(word, index === words.length - 1);
    // Typed as two words, written as one: `web server` of `webserver`.
    for (const pair of [words[index - 1] ?? "", words[index + 1] ?? ""].entries()) {
      const [isNext, other] = pair;
      if (other !== "") found.exactly(isNext === 1 ? word + other : other + word);
    }
    if (found.ids.length === 0 && fields.names) found.slipped(word);
    const rarity = Math.log(1 + count / Math.max(1, found.ids.length));
    sum += rarity;
    return { word, found, rarity };
  });
  for (const { word, found, rarity } of each) {
    for (const id of found.ids) {
      if (hits.matched[id] === 0) hits.found.push(id);
      hits.matched[id] = (hits.matched[id] ?? 0) + 1;
      const weight = found.weights[id] ?? 0;
      hits.coverage[id] = (hits.coverage[id] ?? 0) + (rarity * weight) / sum;
      if (weight > inSummary) hits.inName[id] = (hits.inName[id] ?? 0) + word.length;
    }
  }
  return hits;
}

/** Names that have one word, in any of its forms. */
class OneWord {
  readonly #set: PackageSet;
  readonly #fields: WordFields;
  readonly weights: Float32Array;
  readonly ids: number[] = [];

  constructor(set: PackageSet, fields: WordFields) {
    this.#set = set;
    this.#fields = fields;
    this.weights = new Float32Array(set.memory.names.count);
  }

  look(word: string, isLast: boolean): void {
    this.exactly(word);
    const forms = wordForms(word);
    const least = isLast ? leastBegunLast : leastBegun;
    const stem = forms?.stem ?? word;
    let looked = 0;
    for (const { key, values } of this.#set.keys.beginning(keyKinds.word + stem)) {
      if (looked++ === maxForms) break;
      const other = key.slice(1);
      const likeness =
        forms?.likeness(other) || (word.length >= least && other.startsWith(word) ? begun : 0);
      if (likeness > 0 && other !== word) this.#add(values(), likeness);
    }
    if (this.#fields.longer && forms !== undefined) this.#formsInLonger(word, forms);
  }

  /** The very word. */
  exactly(word: string): void {
    this.#add(this.#set.keys.values(keyKinds.word + word), 1);
    if (!this.#fields.longer) return;
    for (const value of this.#set.keys.values(keyKinds.longer + word)) this.#one(value, inLonger);
  }

  slipped(word: string): void {
    if (word.length < leastBegun) return;
    const { names } = this.#set.memory;
    names.oneEditFrom(word, (id) => this.#id(id, slip));
  }

  #formsInLonger(word: string, forms: NonNullable<ReturnType<typeof wordForms>>): void {
    let looked = 0;
    for (const { key, values } of this.#set.keys.beginning(keyKinds.longer + forms.stem)) {
      if (looked++ === maxForms) return;
      const likeness = forms.likeness(key.slice(1));
      if (likeness === 0 || key.slice(1) === word) continue;
      for (const value of values()) this.#one(value, likeness * inLonger);
    }
  }

  #add(values: Uint32Array, likeness: number): void {
    const { names, summaries } = this.#fields;
    for (const value of values) {
      const bits = value & 3;
      if (names && (bits & fieldBits.name) !== 0) this.#one(value, likeness * inName);
      else if (!summaries) continue;
      else if ((bits & fieldBits.summary) !== 0) this.#one(value, likeness * inSummary);
      else if (bits === 0) this.#one(value, likeness * inTags);
    }
  }

  #one(value: number, weight: number): void {
    this.#id(this.#set.memory.nameOf[keyNumber(value)] ?? 0, weight);
  }

  #id(id: number, weight: number): void {
    const before = this.weights[id] ?? 0;
    if (before === 0) this.ids.push(id);
    if (weight > before) this.weights[id] = weight;
  }
}
