/** What a suite is asked, and what it answers: plain values, as they cross from object to object. */
import type { Advisory, PackageGroup, PackageRecord } from "../formats/package-record.ts";
import type { AnsweredState, SuiteState } from "./suite.ts";

/** Where words are looked for. */
export const searchFields = ["name", "description", "provides", "command", "file"] as const;
export type SearchField = (typeof searchFields)[number];

/** A page of what is found. */
export interface Paging {
  /** At most so many. */
  limit: number;
  /** `next` of the page before. */
  after?: string;
}

/** How much of each package is told. */
export interface Shown {
  /** What lists show alone (`sets/brief-record.ts`); absent: all. */
  isBrief?: true;
}

/**
 * - `search`: by what a person typed, best first
 * - `named`: all packages of these very names, in all versions and architectures; `sources`: those made of these sources
 * - `keyed`: packages that provide, need, or have as a command one of these very tokens
 * - `listed`: all packages by name, those whose name begins with `prefix` alone
 * - `paths`: files by their path; `filesOf`: all files of a package
 * - `changes`: versions that came since the suite is followed, newest first
 * - `groups`: groups of these ids, all where there are none; `advisories`: that name these packages
 * - `before`: which of these names a list has before one of its places
 */
export type SuiteQuestion =
  | ({
      ask: "search";
      words: string;
      fields: readonly SearchField[];
      /** Empty: any. `all` and `noarch` belong to each. */
      architectures: readonly string[];
      /** Only whole names, provides, commands and paths count. */
      isExact?: true;
    } & Shown &
      Paging)
  | ({ ask: "named"; names: readonly string[] } & Shown)
  | { ask: "sources"; names: readonly string[] }
  | ({
      ask: "keyed";
      by: "provides" | "needs" | "command";
      tokens: readonly string[];
    } & Shown &
      Paging)
  | ({ ask: "listed"; prefix: string } & Paging)
  | ({
      ask: "paths";
      path: string;
      /**
       * `path`: the whole path, a leading slash doesn't count, `/bin` and `/usr/bin` are one; `end`: its last segments;
       * `name`: its last segment; `glob`: with `*` and `?`, of names in folders of commands, headers, pkg-config and
       * shared libraries alone.
       */
      match: "path" | "end" | "name" | "glob";
    } & Paging)
  | ({ ask: "filesOf"; name: string } & Paging)
  | ({ ask: "changes"; names: readonly string[] } & Paging)
  | { ask: "groups"; ids: readonly string[] }
  | { ask: "advisories"; names: readonly string[] }
  | BeforeQuestion;

/** What gives a list of packages, page by page. */
export type PackageList = Extract<SuiteQuestion, { ask: "search" | "keyed" }>;

/** Whether names were given already is asked of the list itself: a client that keeps them would keep thousands. */
export interface BeforeQuestion {
  ask: "before";
  /** With the `after` of the page that the place is on; its `limit` doesn't count. */
  list: PackageList;
  /** Packages of that page that stand before the place. */
  skip: number;
  /** The place is the list's end. */
  isEnd?: true;
  names: readonly string[];
}

/** Why a package was found: the best reason first in `FoundPackage.why`. */
export interface Why {
  by:
    | "name"
    | "prefix"
    | "part"
    | "provides"
    | "command"
    | "file"
    | "source"
    | "words"
    | "typo"
    | "group"
    | "needs";
  /** The name, token, path or words that matched, where it isn't the package's own name. */
  what?: string;
}

/** A package that was found. */
export interface FoundPackage {
  record: PackageRecord;
  /** apt: `main`. */
  component?: string;
  why: readonly Why[];
  /** The greater, the better; comparable between suites, 0 where nothing was ranked. */
  rank: number;
  /** How many packages of the suite need it by name. */
  neededBy?: number;
}

/** A file that was found. */
export interface FoundFile {
  /** Without a leading slash. */
  path: string;
  owners: readonly string[];
}

/** A version that came. */
export interface PackageChange {
  name: string;
  version: string;
  architecture: string;
  /** Snapshot that had it first, and when that was published, Unix ms. */
  snapshot: string;
  at: number;
}

/** What one question found. */
export interface SuiteFound {
  packages?: readonly FoundPackage[];
  /** `packages` has all packages of each name that it has, of the architectures that were asked for. */
  areNamesWhole?: true;
  files?: readonly FoundFile[];
  changes?: readonly PackageChange[];
  groups?: readonly PackageGroup[];
  advisories?: readonly Advisory[];
  /** Of those that were asked about. */
  names?: readonly string[];
  /** How many there are in all; where that isn't counted to the end, at least so many. */
  total: number;
  /** `total` isn't all: there are more. */
  isAtLeast?: true;
  /** For the next page; absent: there is none. */
  next?: string;
  /** Why the question as such can't be answered, for people: a glob over folders that have no such index. */
  refused?: string;
}

/** An answer: one `found` for each question, in their order; or why there is none. */
export type SuiteAnswer =
  | { state: AnsweredState; found: readonly SuiteFound[] }
  | {
      /** `coming`: it is being read; `failed`: reading failed, and is tried again. */
      unready: "coming" | "failed";
      why: string;
    };

/** What the edge asks of a suite's object; a test answers it itself. */
export interface SuiteObject {
  /** Reads the state ahead: it is searched soon. Returns at once. */
  follow(state: SuiteState): Promise<void>;
  ask(state: SuiteState, questions: readonly SuiteQuestion[]): Promise<SuiteAnswer>;
}
