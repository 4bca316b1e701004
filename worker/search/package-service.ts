/**
 * Packages of all repositories, as answers for programs and people are made of them: suites are asked at once, with a
 * deadline, and what they found is put together. Interface; `search/ask/` does it.
 */
import type { Kind } from "../formats/kinds.ts";
import type { PackageRecord } from "../formats/package-record.ts";
import type { AnsweredState } from "./suite.ts";
import type {
  FoundFile,
  PackageChange,
  Paging,
  SearchField,
  Shown,
  Why,
} from "./suite-question.ts";

/** Which suites are asked; each empty list: all of them. */
export interface SuiteChoice {
  repositories: readonly string[];
  suites: readonly string[];
  kinds: readonly Kind[];
  architectures: readonly string[];
  /** Id of a snapshot or an ISO time, of a past state; absent: the newest. */
  at?: string;
}

export interface PackageQuery extends SuiteChoice, Paging, Shown {
  /** What was typed. */
  q: string;
  fields: readonly SearchField[];
  isExact?: true;
}

/** Which state of which suites an answer is of, and who didn't answer. */
export interface ToldSuites {
  states: readonly AnsweredState[];
  unanswered: readonly { repository: string; suite?: string; why: string }[];
}

/** A package of one suite. */
export interface PlacedPackage {
  repository: string;
  kind: Kind;
  suite: string;
  snapshot: string;
  component?: string;
  record: PackageRecord;
  /** `pkg:deb/debian/mc@3:4.8.29-2?arch=amd64&distro=bookworm` (package-url specification). */
  purl: string;
  /** Path at this service, from its base on: a redirect to the nearest mirror; absent: it has no file. */
  href?: string;
  /** When this version came: built, or first seen in a snapshot, Unix ms. */
  since?: number;
}

/** One name of one repository, in all its suites. */
export interface PackageResult {
  repository: string;
  name: string;
  why: readonly Why[];
  rank: number;
  /** The version that a client would install first; `places[0]`. */
  places: readonly PlacedPackage[];
}

export interface PackagesAnswer extends ToldSuites {
  results: readonly PackageResult[];
  total: number;
  isAtLeast?: true;
  next?: string;
  /** Why nothing at all was asked, or a part wasn't: a sentence. */
  refused?: string;
}

/** The same thing in another repository, and by what it is known to be. */
export interface Elsewhere {
  repository: string;
  name: string;
  version: string;
  /** From the surest: the files it has, `.pc` files, shared libraries, what it provides; `name` alone is a guess. */
  by: "paths" | "pkg-config" | "soname" | "provides" | "name";
  /** What is shared. */
  what: string;
}

export interface PackageDetail extends ToldSuites {
  name: string;
  /** Newest first within a repository, by the kind's own order; repositories in the list's order. */
  places: readonly PlacedPackage[];
  elsewhere: readonly Elsewhere[];
  /** The package is of a past state, and `elsewhere` of the newest ones. */
  isElsewhereOfNow?: true;
  neededBy: { names: readonly string[]; total: number };
  advisories: readonly {
    repository: string;
    id: string;
    type: string;
    severity?: string;
    title: string;
    issued?: number;
  }[];
  /** Why nothing was asked: a sentence. */
  refused?: string;
}

export interface FilesAnswer extends ToldSuites {
  files: readonly (FoundFile & { repository: string; suite: string })[];
  total: number;
  isAtLeast?: true;
  next?: string;
  refused?: string;
}

/** Versions that came, the newest first. */
export interface ChangesAnswer extends ToldSuites {
  changes: readonly (PackageChange & { repository: string; suite: string })[];
  next?: string;
  refused?: string;
}

/** All of it; none rejects for what is asked. */
export interface PackageService {
  /** Kinds that there are repositories of, in the list's order. */
  kinds(): readonly Kind[];
  search(query: PackageQuery): Promise<PackagesAnswer>;
  /** Of many names at once: all of them, exactly. */
  named(names: readonly string[], choice: SuiteChoice & Shown): Promise<PackagesAnswer>;
  /** All packages that are made of these very source packages, with those of their places that are. */
  madeOf(sources: readonly string[], choice: SuiteChoice): Promise<PackagesAnswer>;
  keyed(
    by: "provides" | "needs" | "command",
    tokens: readonly string[],
    choice: SuiteChoice & Paging,
  ): Promise<PackagesAnswer>;
  detail(name: string, choice: SuiteChoice): Promise<PackageDetail>;
  files(
    path: string,
    match: "path" | "end" | "name" | "glob",
    choice: SuiteChoice & Paging,
  ): Promise<FilesAnswer>;
  filesOf(name: string, choice: SuiteChoice & Paging): Promise<FilesAnswer>;
  changes(names: readonly string[], choice: SuiteChoice & Paging): Promise<ChangesAnswer>;
}
