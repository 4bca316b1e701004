/**
 * What is stored of one suite's packages, to be searched: a package set and a file set, each of one state, each built in
 * steps and then never changed. Interfaces: the stores are in `sets/`.
 */
import type {
  Advisory,
  PackageCommands,
  PackageGroup,
  PackageRecord,
} from "../formats/package-record.ts";
import type { FoundFile, Paging } from "./suite-question.ts";

/** A set that is being built. Whatever isn't finished is dropped by `drop` of its store. */
export interface PackageSetBuild {
  /** @param component of the index */
  add(record: PackageRecord, component: string | undefined): void;
  /** The longer description of packages of that name and `descriptionDigest`, which were added before. */
  describe(name: string, description: string, digest: string | undefined): void;
  commands(one: PackageCommands): void;
  advisory(one: Advisory): void;
  group(one: PackageGroup): void;
  /** Stores the rest: each step takes some ms, and others may have their turn between two. */
  finish(): Iterable<void>;
}

export interface FileSetBuild {
  /** @param path without a leading slash @param owners names of packages */
  add(path: string, owners: readonly string[]): void;
  /** The same of a path of printable ASCII, as the bytes between two places. */
  addPlain(bytes: Uint8Array, from: number, to: number, owners: readonly string[]): void;
  finish(): Iterable<void>;
}

/** Files of one state, by path and by package. All of it reads SQLite, and nothing is awaited. */
export interface FileSet {
  /** How many lines it was built of. */
  readonly count: number;
  /** The owners of a path, with or without a leading slash; `bin/x` and `usr/bin/x` are one, and both are told. */
  path(path: string): FoundFile[];
  /** Paths whose last segments are these. */
  end(segments: string, page: Paging): FoundPage;
  /** Paths whose last segment is this. */
  name(name: string, page: Paging): FoundPage;
  /** Paths in folders of commands, headers, pkg-config and libraries whose last segment matches; a sentence: why not. */
  glob(pattern: string, page: Paging): FoundPage | string;
  /** The files of a package, by path. */
  of(owner: string, page: Paging): FoundPage;
  /** Owners of a command: files of that name in `bin` and `sbin` folders and `usr/games`. */
  command(name: string): FoundFile[];
}

export interface FoundPage {
  files: FoundFile[];
  total: number;
  isAtLeast?: true;
  next?: string;
}
