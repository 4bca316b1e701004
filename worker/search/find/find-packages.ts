/** What a person typed, found in one package set: all names with their scores, the best first. */
import type { FileSet } from "../package-set.ts";
import { type TypedQuery, typedQuery } from "../query/typed-query.ts";
import { Hits } from "../rank/hits.ts";
import { askedFor, Merits } from "../rank/merits.ts";
import { type Reason, reasons, worth } from "../rank/reasons.ts";
import { type SearchColumns, searchColumns } from "../rank/search-columns.ts";
import { keyKinds } from "../sets/key-kinds.ts";
import type { PackageSet } from "../sets/package-set.ts";
import type { SearchField } from "../suite-question.ts";
import { findWords, tellingWords } from "./find-words.ts";

export interface Wanted {
  words: string;
  fields: readonly SearchField[];
  architectures: readonly string[];
  isExact?: true;
}

/** What was found, and by which words. */
export interface FoundNames {
  hits: Hits;
  typed: TypedQuery;
  /** Paths by which names were found. */
  paths: ReadonlyMap<number, string>;
}

/** Owners of files of one name that are taken: of `changelog.gz`, all packages are. */
const maxOwners = 200;
const hyphen = 0x2d;
const lineEnd = 0x0a;
/** Names with a part in them that are taken. */
const maxParts = 5000;
/** The least that is looked for within names, and that a slip is looked for of, characters. */
const leastPart = 2;
const leastSlip = 3;
/** With fewer names that have all words, longer descriptions are looked through, and names with some of the words count. */
const fewFound = 40;
/** What a name loses for each character that it has more than was typed, and at most. */
const lossEach = 1.2;
const mostLoss = 36;
/** The typed text is the name's first part: `nginx` of `nginx-core`. */
const wholePart = 12;
/** A slip in a word of fewer characters counts less: of `mcr` it makes `mc` and many more. */
const surelySlipped = 5;
const slipInShort = 60;
/** A slip in the first part of a name counts less than in a whole name. */
const slipInPart = 60;
/** Of `worth.words`: what all words, coverage, the part of the name, and the part of the summary are worth. */
const missing = 110;
const covered = 180;
const nameShare = 45;
const summaryShare = 30;

/** Names by what was typed; a sentence where it can't be searched for. */
export function findNames(
  set: PackageSet,
  files: FileSet | undefined,
  wanted: Wanted,
): FoundNames | string {
  const typed = typedQuery(wanted.words);
  if (typeof typed === "string") return typed;
  const search = new Search(set, files, wanted, typed);
  search.exactly();
  if (wanted.isExact === undefined) search.nearly();
  const isWanted = architectureFilter(set, wanted.architectures);
  if (isWanted !== undefined) search.hits.keep((id) => set.packagesOf(id).some(isWanted));
  return { hits: search.hits, typed, paths: search.paths };
}

class Search {
  readonly hits: Hits;
  readonly paths = new Map<number, string>();
  readonly #set: PackageSet;
  readonly #files: FileSet | undefined;
  readonly #in: (field: SearchField) => boolean;
  readonly #typed: TypedQuery;
  readonly #merits: Merits;
  readonly #columns: SearchColumns;
  /** It is a name, a command, or what is provided. */
  #isSure = false;
  /** A whole name is one edit away. */
  #isSlip = false;

  constructor(set: PackageSet, files: FileSet | undefined, wanted: Wanted, typed: TypedQuery) {
    this.#set = set;
    this.#files = files;
    this.#in = (field) => wanted.fields.length === 0 || wanted.fields.includes(field);
    this.#typed = typed;
    this.#merits = new Merits(askedFor(typed.words));
    this.#columns = searchColumns(set.memory.names.count);
    this.hits = new Hits(this.#columns);
  }

  /** What is called so, or has a command, a file or something provided of that name. */
  exactly(): void {
    const { text } = this.#typed;
    if (this.#in("name")) this.#named(text, "name");
    if (this.#in("command")) {
      this.#keyed(keyKinds.command, text, "command");
      for (const { path, owners } of this.#files?.command(text) ?? []) {
        this.#owned(path, owners, "command");
      }
    }
    if (this.#in("provides")) this.#keyed(keyKinds.provides, text, "provides");
    if (this.#in("file") && text.includes("/")) {
      for (const { path, owners } of this.#files?.path(text) ?? []) {
        this.#owned(path, owners, "file");
      }
    }
    this.#isSure = this.hits.total > 0;
  }

  /** All else, from what is nearest on. */
  nearly(): void {
    const { text, lower, words, joined } = this.#typed;
    if (this.#in("name")) {
      for (const name of [lower, ...joined]) this.#named(name, "alike");
      this.#keyed(keyKinds.folded, lower, "alike");
      this.#keyed(keyKinds.source, text, "source");
      this.#grouped(text);
    }
    const isNamed = this.hits.total > 0;
    // Names that are typed in several words: with hyphens between them, and in one.
    const parts = lower.includes(" ") ? joined.slice(0, 2) : [lower];
    if (this.#in("name")) {
      for (const part of parts) this.#beginning(part);
      // Of what many names begin with, the rest isn't typed yet: `lib` is no `lie`.
      const isBegun = this.hits.total >= fewFound;
      if (!isNamed && !isBegun && !text.includes(" ")) this.#slipped(lower);
    }
    if (this.#in("file")) this.#byFile(text);
    if (words.length > 0) this.#byWords(words);
    // A part that is no word is looked for in all the text of names: 1 ms, and of use where little else is found. A whole
    // name of several words is no part of others, nor is one with a slip in it.
    const isNoPart = this.#isSlip || (this.#isSure && words.length > 1);
    if (this.#in("name") && this.hits.total < fewFound && !isNoPart) {
      for (const part of parts) this.#containing(part);
    }
  }

  #named(name: string, reason: Reason): void {
    const id = this.#set.memory.names.find(name);
    if (id !== undefined) this.#add(id, reason);
  }

  #keyed(kind: string, token: string, reason: Reason): void {
    for (const number of this.#set.keyed(kind, token)) {
      this.#add(this.#set.memory.nameOf[number] ?? -1, reason);
    }
  }

  #owned(path: string, owners: readonly string[], reason: Reason): void {
    for (const owner of owners.slice(0, maxOwners)) {
      const id = this.#set.memory.names.find(owner);
      if (id === undefined) continue;
      this.#add(id, reason);
      if (!this.paths.has(id)) this.paths.set(id, path);
    }
  }

  #grouped(id: string): void {
    const [group] = this.#set.groups([id]);
    for (const name of group?.packages ?? []) this.#named(name, "group");
  }

  #beginning(part: string): void {
    const [from, to] = this.#set.memory.names.beginning(part);
    for (let id = from; id < to; id++) this.#add(id, "prefix", this.#lengthLoss(id, part));
  }

  #containing(part: string): void {
    if (part.length < leastPart) return;
    const { names } = this.#set.memory;
    for (const id of names.containing(part, maxParts)) {
      if (!names.doesBeginWith(id, part)) this.#add(id, "part", this.#lengthLoss(id, part));
    }
  }

  #slipped(word: string): void {
    if (word.length < leastSlip) return;
    this.#set.memory.names.oneEditFrom(word, (id, isWhole) => {
      const loss = word.length < surelySlipped ? slipInShort : 0;
      if (isWhole && loss === 0) this.#isSlip = true;
      this.#add(id, "typo", isWhole ? -loss : this.#lengthLoss(id, word) - slipInPart - loss);
    });
  }

  #byFile(text: string): void {
    if (this.#files === undefined || text.includes(" ")) return;
    if (text.includes("/")) {
      for (const { path, owners } of this.#files.end(text, { limit: maxOwners }).files) {
        this.#owned(path, owners, "file");
      }
    } else if (!this.#isSure && text.includes(".")) {
      for (const { path, owners } of this.#files.name(text, { limit: maxOwners }).files) {
        this.#owned(path, owners, "file");
      }
    }
  }

  #byWords(typed: readonly string[]): void {
    const telling = tellingWords(typed);
    const isTelling = telling.length > 0;
    const words = isTelling ? telling : typed;
    const names = this.#in("name");
    // Half of all summaries have `for`: where no more is typed, it may be of a name.
    const fields = { names, summaries: this.#in("description") && (isTelling || !names) };
    if (!fields.names && !fields.summaries) return;
    const { names: table, summaryWords } = this.#set.memory;
    const { coverage, matched, inName } = this.#columns;
    const within = { set: this.#set, columns: this.#columns };
    const isWhole = (id: number) => matched[id] === words.length;
    // Who typed a name means it, and what has all of its words.
    let found = findWords(within, words, { ...fields, longer: false, all: this.#isSure });
    let whole = found.filter(isWhole);
    if (whole.length < fewFound && fields.summaries && !this.#isSure && !this.#isSlip) {
      found = findWords(within, words, { ...fields, longer: true, all: false });
      whole = found.filter(isWhole);
    }
    const isSome = whole.length < fewFound && !this.#isSure;
    for (const id of isSome ? found : whole) {
      const more =
        covered * ((coverage[id] ?? 0) - 1) -
        (isWhole(id) ? 0 : missing) +
        nameShare * Math.min(1, (inName[id] ?? 0) / table.lengthOf(id)) +
        summaryShare * Math.min(1, words.length / Math.max(1, summaryWords[id] ?? 0));
      this.#add(id, "words", more);
    }
  }

  #lengthLoss(id: number, part: string): number {
    const { names } = this.#set.memory;
    const extra = names.lengthOf(id) - part.length;
    const next = names.codeAt(id, part.length);
    const isPart = (next === hyphen || next === lineEnd) && names.doesBeginWith(id, part);
    return (isPart ? wholePart : 0) - Math.min(mostLoss, lossEach * extra);
  }

  #add(id: number, reason: Reason, more = 0): void {
    const { traitsOf, neededBy } = this.#set.memory;
    const merit = this.#merits.of(traitsOf[id] ?? 0, neededBy[id] ?? 0);
    this.hits.add(id, reasons[reason], worth[reason] + merit + more);
  }
}

/** Belongs to every architecture: as apt, rpm, and pacman write it. */
const neutral: ReadonlySet<string> = new Set(["all", "noarch", "any"]);

/** Which packages are of one of the architectures, by number; undefined: all. */
export function architectureFilter(
  { memory }: PackageSet,
  architectures: readonly string[],
): ((number: number) => boolean) | undefined {
  if (architectures.length === 0) return undefined;
  const fits = memory.architectures.map(
    (name) => neutral.has(name) || architectures.includes(name),
  );
  return (number) => fits[memory.archOf[number] ?? 0] === true;
}
