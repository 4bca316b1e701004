/** What an index tells of one package: the same shape for every kind. */

/**
 * How a package is related to others. The words are Debian's; rpm's `requires` and `obsoletes` are `depends` and
 * `replaces`, pacman's `optdepends` and Alpine's none are `suggests`.
 */
export const relationKinds = [
  "provides",
  "preDepends",
  "depends",
  "recommends",
  "suggests",
  "enhances",
  "supplements",
  "conflicts",
  "breaks",
  "replaces",
] as const;

export type RelationKind = (typeof relationKinds)[number];

/** One binary package, as its repository's index tells of it. Absent: the index doesn't tell. */
export interface PackageRecord {
  name: string;
  /** As clients write it: `2:1.0-1`, for rpm `epoch:version-release` without an epoch of 0. */
  version: string;
  /** As the index has it: `amd64`, `all`, `x86_64`, `noarch`, `any`. */
  architecture: string;
  /** One line. */
  summary?: string;
  /** The rest, as plain text: lines end in `\n`, no leading blanks. apt's longer text is in other files, and absent. */
  description?: string;
  /**
   * The first characters of the digest of its longer text, where that is in other files: one name may have several texts,
   * of which each version has its own.
   */
  descriptionDigest?: string;
  /** Name of the source package, where it is another than `name`. */
  source?: string;
  /** Version of the source package, where it is another than `version`. */
  sourceVersion?: string;
  /** apt's section, rpm's group, pacman's groups joined by blanks. */
  section?: string;
  /** apt's, as written: `required` to `optional`. */
  priority?: string;
  homepage?: string;
  license?: string;
  maintainer?: string;
  /** Path of its file inside the repository; absent: it can't be used as one. */
  path?: string;
  /** Bytes of the file. */
  size?: number;
  /** SHA-256 of the file, lower-case hex. */
  sha256?: string;
  /** Bytes that it takes when installed. */
  installedSize?: number;
  /** When it was built, Unix seconds. */
  built?: number;
  /**
   * By kind, in the index's order, each entry as clients print it: apt `libc6 (>= 2.36)`, with its alternatives
   * (`a | b`) in one; rpm `libx.so.1()(64bit)`, `foo >= 1:2-3`; pacman `lib=1.2`; apk `so:libx.so.1=1.2`. Only kinds
   * that have entries.
   */
  relations?: Partial<Record<RelationKind, string[]>>;
  /** Commands that its index names (apk `cmd:`, rpm's files in bin folders of primary); others come from files. */
  commands?: string[];
  /** Tags of the index that say what it is for: apt `Tag:` (debtags), as written. */
  tags?: string[];
}

/** Takes packages one by one; says what is wrong with one, as `FileSink`. */
export type PackageSink = (record: PackageRecord) => string | undefined;

/**
 * Takes the files of packages one by one: a path inside the root file system without a leading slash, and the names of
 * all packages that have it, in the index's order. `architecture` where the index tells it for each package.
 */
export type PackageFileSink = (path: string, owners: readonly string[]) => string | undefined;

/**
 * Takes the same of a path that is printable ASCII, as the bytes between two places: they are good until it returns. A text
 * of each of millions of paths costs more than all else that is done with it.
 */
export type PlainFileSink = (
  bytes: Uint8Array,
  from: number,
  to: number,
  owners: readonly string[],
) => string | undefined;

/**
 * Takes longer descriptions: of which package, the text, and its digest as `PackageRecord.descriptionDigest`; undefined:
 * the index doesn't tell it.
 */
export type DescriptionSink = (
  name: string,
  description: string,
  digest: string | undefined,
) => void;

/** What provides a command, where an index of commands says it (Ubuntu's `Commands-ARCH`). */
export interface PackageCommands {
  name: string;
  version?: string;
  commands: string[];
  /** As written, of `priority-bonus`. */
  bonus?: number;
}

/** An advisory of an `updateinfo.xml`. */
export interface Advisory {
  id: string;
  /** As written: `security`, `bugfix`, `enhancement`. */
  type: string;
  title: string;
  /** As written: `Important`. */
  severity?: string;
  /** Unix seconds. */
  issued?: number;
  /** CVE and bug numbers, as written. */
  references: string[];
  /** What it names, each as `name`, `version` as in `PackageRecord`, `architecture`. */
  packages: { name: string; version: string; architecture: string }[];
}

/** A group or an environment of a `comps.xml`, or pacman's `%GROUPS%`. */
export interface PackageGroup {
  /** As clients take it behind `@`. */
  id: string;
  title: string;
  description?: string;
  packages: string[];
}
