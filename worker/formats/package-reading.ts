/** How a kind's indexes are read for what they tell of packages: what only the watchers need. */

import type { IndexReader } from "./index-reader.ts";
import type { NamedFiles } from "./kind-reading.ts";
import type {
  Advisory,
  DescriptionSink,
  PackageCommands,
  PackageFileSink,
  PackageGroup,
  PackageSink,
  PlainFileSink,
} from "./package-record.ts";

/**
 * What an index tells: the packages themselves; their longer descriptions (apt's `Translation-en`); commands; advisories;
 * groups; files.
 */
export type PackageIndexRole =
  | "packages"
  | "descriptions"
  | "commands"
  | "advisories"
  | "groups"
  | "files";

/** A stored form of an index. */
export interface IndexVariant {
  /** Inside the repository. */
  path: string;
  /** `storedName` of its bytes. */
  sha256: string;
  /** Bytes as transferred. */
  size: number;
}

/** An index that tells of packages, in all forms in which its root names it. */
export interface PackageIndex {
  role: PackageIndexRole;
  /** The same in each state of the root: without the compression's ending, for rpm without the hash. */
  name: string;
  /** apt: `main`. */
  component?: string;
  /** Of the index; absent where it has packages of several. */
  architecture?: string;
  /** The one that takes least to unpack first. */
  variants: IndexVariant[];
  /** It is the root: stored in any case. */
  isRoot?: true;
}

/** What is wanted of a root, by its list entry. */
export interface WantedPackages {
  /** Architectures of indexes that are read, `all` besides; empty: every one that the root names. */
  architectures: readonly string[];
  /** Whether indexes of files are read. */
  files: boolean;
}

/** A root, as far as it is needed here. */
export interface PackageRoot {
  /** Inside the repository. */
  path: string;
  files: readonly { path: string; size: number; sha256: string }[];
  /** Its own text, where the caller has it: apt's tells whether `binary-all` has packages that no other index has. */
  text?: string;
}

/** Readers of a kind's indexes; absent: no such index exists. Each throws `IndexRefused` as readers do. */
export interface PackageReading {
  /**
   * The indexes that tell of packages, in the order of reading: packages first, files last. Empty: there are none that
   * can be verified.
   *
   * @param named what the root names, by path; empty for a root that names nothing
   */
  indexes(root: PackageRoot, named: NamedFiles, wanted: WantedPackages): PackageIndex[];
  packages(root: string, index: PackageIndex, sink: PackageSink): IndexReader;
  /** @param plain where it is given, a reader may give paths of printable ASCII to it, in place of `sink` */
  files?(
    root: string,
    index: PackageIndex,
    sink: PackageFileSink,
    plain?: PlainFileSink,
  ): IndexReader;
  /** Gives the descriptions of packages by their names, as `PackageRecord.description`. */
  descriptions?(root: string, index: PackageIndex, sink: DescriptionSink): IndexReader;
  commands?(root: string, index: PackageIndex, sink: (one: PackageCommands) => void): IndexReader;
  advisories?(root: string, index: PackageIndex, sink: (one: Advisory) => void): IndexReader;
  groups?(root: string, index: PackageIndex, sink: (one: PackageGroup) => void): IndexReader;
  /**
   * The names that an entry of a relation goes by, alternatives and all: `a (>= 1) | b:any` has `a` and `b`, rpm's
   * `(foo if bar)` has `foo` and `bar`, `so:libx.so.1=1.2` has `so:libx.so.1`.
   */
  namesIn(entry: string): string[];
  /** Orders versions as the kind's clients do: below 0 where `one` is older. dpkg, rpmvercmp, vercmp, apk-tools. */
  compareVersions(one: string, other: string): number;
  /**
   * Indexes that a client could expect to be read and that never tell something, as sentences for people: Debian's
   * alternatives (`vim`, `awk`) are in no index.
   */
  readonly untold: readonly string[];
}
