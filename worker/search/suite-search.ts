/** Answers what a suite is asked from its package set and, where there is one, its file set. Nothing is awaited. */
import type { PackageReading } from "../formats/package-reading.ts";
import { architectureFilter, type FoundNames, findNames } from "./find/find-packages.ts";
import { namesBefore, type WalkedList } from "./find/names-before.ts";
import { whyFound } from "./find/why-found.ts";
import type { FileSet, FoundPage } from "./package-set.ts";
import { keyKinds } from "./sets/key-kinds.ts";
import type { PackageSet, StoredPackage } from "./sets/package-set.ts";
import type { FoundPackage, Paging, Shown, SuiteFound, SuiteQuestion } from "./suite-question.ts";

/** Names on a page at most, whatever is asked for: 500 records are 30 ms. */
const maxPage = 500;
/** Names, tokens or ids of one question that are looked up: 1 ms for five. */
const maxAsked = 2000;

type Asked<Ask extends SuiteQuestion["ask"]> = Extract<SuiteQuestion, { ask: Ask }>;

/**
 * All but `changes`, which no set has. A page of packages is a page of names: all packages of a name come together, so
 * that there may be more of them than `limit`; `total` counts names where names are searched.
 */
export class SuiteSearch {
  readonly #set: PackageSet;
  readonly #files: FileSet | undefined;
  readonly #compareVersions: PackageReading["compareVersions"];

  /**
   * @param files undefined: no index of files was read
   * @param compareVersions of the kind's `PackageReading`
   */
  constructor(
    set: PackageSet,
    files: FileSet | undefined,
    compareVersions: PackageReading["compareVersions"],
  ) {
    this.#set = set;
    this.#files = files;
    this.#compareVersions = compareVersions;
  }

  answer(question: Exclude<SuiteQuestion, { ask: "changes" }>): SuiteFound {
    switch (question.ask) {
      case "search":
        return this.#search(question);
      case "named":
        return this.#named(question);
      case "sources":
        return this.#sources(question.names);
      case "keyed":
        return this.#keyed(question);
      case "listed":
        return this.#listed(question);
      case "paths":
        return this.#filesFound(question);
      case "filesOf":
        return this.#ofFiles((files) => files.of(question.name, question));
      case "groups": {
        const groups = this.#set.groups(question.ids.slice(0, maxAsked));
        return { groups, total: groups.length };
      }
      case "advisories": {
        const advisories = this.#set.advisories(question.names.slice(0, maxAsked));
        return { advisories, total: advisories.length };
      }
      case "before":
        return this.#before(question);
    }
  }

  #search(question: Asked<"search">): SuiteFound {
    const found = findNames(this.#set, this.#files, question);
    if (typeof found === "string") return { packages: [], total: 0, refused: found };
    const { from, limit } = pageOf(question);
    const { hits } = found;
    const ids = hits.best(from, limit);
    const { architectures, isBrief } = question;
    const wanted = { architectures, isBrief };
    const packages = this.#ofNames(ids, wanted, (id) => this.#why(found, id));
    return {
      packages,
      areNamesWhole: true,
      total: hits.total,
      ...nextPage(from + ids.length, hits.total),
    };
  }

  #why(found: FoundNames, id: number): Pick<FoundPackage, "why" | "rank"> {
    const { hits, typed, paths } = found;
    return {
      why: whyFound(hits.reasons(id), typed, paths.get(id)),
      rank: hits.score(id),
    };
  }

  #named({ names, isBrief }: Asked<"named">): SuiteFound {
    const table = this.#set.memory.names;
    const ids = known([...new Set(names)].slice(0, maxAsked).map((name) => table.find(name)));
    const wanted = { architectures: [], isBrief };
    const packages = this.#ofNames(ids, wanted, () => ({ why: [{ by: "name" }], rank: 0 }));
    return {
      packages: isBrief ? packages : packages.map((one) => this.#described(one)),
      total: packages.length,
    };
  }

  /** With its longer description, where another index tells it. */
  #described(found: FoundPackage): FoundPackage {
    if (found.record.description !== undefined) return found;
    const { descriptionDigest: _, ...record } = found.record;
    const description = this.#set.description(found.record);
    return { ...found, record: { ...record, ...(description !== undefined && { description }) } };
  }

  #sources(names: readonly string[]): SuiteFound {
    const why = new Map<number, string>();
    for (const name of names.slice(0, maxAsked)) {
      for (const number of this.#set.keyed(keyKinds.source, name)) why.set(number, name);
    }
    const packages = this.#ofNumbers([...why.keys()], {}, (number) => [
      { by: "source", what: why.get(number) ?? "" },
    ]);
    return { packages, total: packages.length };
  }

  #before({ list, skip, isEnd, names }: Asked<"before">): SuiteFound {
    const walked = list.ask === "search" ? this.#walkedSearch(list) : this.#walkedKeyed(list);
    const { from } = pageOf(list);
    const before = namesBefore(walked, isEnd ? walked.total : from, isEnd ? 0 : skip);
    const table = this.#set.memory.names;
    const found = names.slice(0, maxAsked).filter((name) => {
      const id = table.find(name);
      return id !== undefined && before.has(id);
    });
    return { names: found, total: found.length };
  }

  #walkedSearch(question: Asked<"search">): WalkedList {
    const found = findNames(this.#set, this.#files, question);
    if (typeof found === "string") return { best: () => [], total: 0, packagesOf: () => 0 };
    const isWanted = architectureFilter(this.#set, question.architectures);
    return {
      best: (from, count) => found.hits.best(from, count),
      total: found.hits.total,
      packagesOf: (id) =>
        Array.from(this.#set.packagesOf(id)).filter((one) => isWanted?.(one) ?? true).length,
    };
  }

  /** A page of it counts packages. */
  #walkedKeyed(question: Asked<"keyed">): WalkedList {
    const { nameOf } = this.#set.memory;
    const ids = [...this.#keyedWhat(question).keys()].map((one) => nameOf[one] ?? 0);
    ids.sort((one, other) => one - other);
    return {
      best: (from, count) => ids.slice(from, from + count),
      total: ids.length,
      packagesOf: () => 1,
    };
  }

  #keyed(question: Asked<"keyed">): SuiteFound {
    const { by } = question;
    const what = this.#keyedWhat(question);
    const sorted = this.#byName([...what.keys()]);
    const { from, limit } = pageOf(question);
    const page = sorted.slice(from, from + limit);
    const packages = this.#ofNumbers(page, question, (number) => [
      { by, what: what.get(number) ?? "" },
    ]);
    return {
      packages,
      total: sorted.length,
      ...nextPage(from + page.length, sorted.length),
    };
  }

  /** Packages that are found, each with the token by which. */
  #keyedWhat({ by, tokens }: Asked<"keyed">): Map<number, string> {
    const kind = { provides: keyKinds.provides, needs: keyKinds.needs, command: keyKinds.command };
    const what = new Map<number, string>();
    const { names } = this.#set.memory;
    for (const token of tokens.slice(0, maxAsked)) {
      for (const number of this.#set.keyed(kind[by], token)) what.set(number, token);
      if (by !== "command" || this.#files === undefined) continue;
      for (const owner of this.#files.command(token).flatMap(({ owners }) => owners)) {
        const id = names.find(owner);
        if (id !== undefined) for (const one of this.#set.packagesOf(id)) what.set(one, token);
      }
    }
    return what;
  }

  #listed(question: Asked<"listed">): SuiteFound {
    const [begin, end] = this.#set.memory.names.beginning(question.prefix);
    const { from, limit } = pageOf(question);
    const ids: number[] = [];
    for (let id = begin + from; id < end && ids.length < limit; id++) ids.push(id);
    const all = { architectures: [] };
    const packages = this.#ofNames(ids, all, () => ({ why: [{ by: "prefix" }], rank: 0 }));
    const total = end - begin;
    return { packages, total, ...nextPage(from + ids.length, total) };
  }

  #filesFound({ path, match, limit, after }: Asked<"paths">): SuiteFound {
    const page: Paging = { limit, ...(after !== undefined && { after }) };
    return this.#ofFiles((files) => {
      if (match === "path") {
        const found = files.path(path);
        return { files: found, total: found.length };
      }
      if (match === "end") return files.end(path, page);
      return match === "name" ? files.name(path, page) : files.glob(path, page);
    });
  }

  #ofFiles(find: (files: FileSet) => FoundPage | string): SuiteFound {
    if (this.#files === undefined) {
      const refused = "No index of this suite tells which files its packages have.";
      return { files: [], total: 0, refused };
    }
    const found = find(this.#files);
    return typeof found === "string" ? { files: [], total: 0, refused: found } : found;
  }

  /** All packages of names, the names in this order, each from its newest version on. */
  #ofNames(
    ids: readonly number[],
    { architectures, isBrief }: { architectures: readonly string[]; isBrief?: true | undefined },
    tell: (id: number) => Pick<FoundPackage, "why" | "rank">,
  ): FoundPackage[] {
    const { memory } = this.#set;
    const isWanted = architectureFilter(this.#set, architectures);
    const numbers = ids.map((id) =>
      Array.from(this.#set.packagesOf(id)).filter((number) => isWanted?.(number) ?? true),
    );
    const all = this.#read(numbers.flat(), isBrief);
    let at = 0;
    return ids.flatMap((id, index) => {
      const count = numbers[index]?.length ?? 0;
      const packages = all.slice(at, at + count);
      at += count;
      const told = { ...tell(id), neededBy: memory.neededBy[id] ?? 0 };
      return packages
        .toSorted((one, other) => this.#newestFirst(one.record, other.record))
        .map((one) => ({ ...one, ...told }));
    });
  }

  #read(numbers: readonly number[], isBrief: true | undefined): StoredPackage[] {
    return isBrief ? this.#set.briefs(numbers) : this.#set.packages(numbers);
  }

  #ofNumbers(
    numbers: readonly number[],
    { isBrief }: Shown,
    why: (number: number) => FoundPackage["why"],
  ): FoundPackage[] {
    const { neededBy, nameOf } = this.#set.memory;
    return this.#read(numbers, isBrief).map((one, index) => {
      const number = numbers[index] ?? 0;
      return {
        ...one,
        why: why(number),
        rank: 0,
        neededBy: neededBy[nameOf[number] ?? 0] ?? 0,
      };
    });
  }

  #byName(numbers: number[]): number[] {
    const { nameOf } = this.#set.memory;
    return numbers.sort((a, b) => (nameOf[a] ?? 0) - (nameOf[b] ?? 0) || a - b);
  }

  #newestFirst(one: FoundPackage["record"], other: FoundPackage["record"]): number {
    const byVersion = this.#compareVersions(other.version, one.version);
    if (byVersion !== 0) return byVersion;
    return one.architecture < other.architecture ? -1 : 1;
  }
}

function known(ids: readonly (number | undefined)[]): number[] {
  return ids.filter((id) => id !== undefined);
}

/** A set never changes: how many came before says where the next page begins. */
function pageOf({ limit, after }: Paging): { from: number; limit: number } {
  const from = after === undefined ? 0 : Number(after);
  return {
    from: Number.isSafeInteger(from) && from > 0 ? from : 0,
    limit: Math.max(0, Math.min(maxPage, Math.floor(limit))),
  };
}

function nextPage(from: number, total: number): { next?: string } {
  return from < total ? { next: String(from) } : {};
}
