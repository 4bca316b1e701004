/** How a kind's roots and indexes are read: what only the watchers need, who follow origins. */
import type { IndexReader } from "./index-reader.ts";
import type { FileSink } from "./indexed-file.ts";
import type { ManifestEntry } from "./manifest-entry.ts";
import type { PackageReading } from "./package-reading.ts";
import type { KnownRoot, Reading, RootAnswer, VerifiedRoot } from "./read-verified.ts";
import type { Refusal } from "./refusal.ts";

/** How a kind is read. */
export interface KindReading {
  /** How the root at `path` is read; undefined: it is none that can be verified. */
  rootReader(path: string): ReadRoot | undefined;
  /** What a root names, by its bytes alone. Absent: its roots name nothing. */
  namesIn?(path: string, bytes: Uint8Array): RootNames | Refusal;
  /** Which files such roots are, as the end of a sentence: `InRelease or Release`. */
  readonly rootsAre: string;
  /** What its roots are signed with: a key of another kind verifies none of them. */
  readonly signedWith: "OpenPGP" | "RSA";
  readonly contents: ContentsFormat;
  /**
   * The files that a root names, each an image for the catalogue. Absent: the kind has no images.
   */
  imagesIn?(root: string, bytes: Uint8Array): ListedFile[] | Refusal;
  /** What its indexes tell of packages. Absent: the kind has none. */
  readonly packages?: PackageReading;
}

/** A file that a root lists, with all that the root tells of it. */
export interface ListedFile {
  /** Inside the repository. */
  path: string;
  /** Lower-case hex. */
  sha256?: string;
  sha512?: string;
  /** Bytes. */
  size?: number;
}

/** What a root says of other files. */
export type RootNames = Pick<VerifiedRoot, "entries" | "byHash">;

/** All that a root names, by path inside the repository. */
export type NamedFiles = Readonly<Record<string, ManifestEntry>>;

/** Reads a root from the origin and verifies it. Never rejects. */
export type ReadRoot = (
  reading: Reading,
  path: string,
  known: KnownRoot | undefined,
) => Promise<RootAnswer>;

/** Makes the reader of one index. */
export type ReadIndex = (sink: FileSink) => IndexReader;

/** Where the lists of payload are. */
export interface ContentsFormat {
  /** How a root that lists payload itself is read; undefined, or absent: it names files that do. */
  rootReader?(root: string): ReadIndex | undefined;
  /** Absent: no file that a root names lists payload. */
  named?: NamedContents;
}

/** Which files that a root names list payload, and how they are read. */
export interface NamedContents {
  /**
   * What an index that lists payload is called in each state; undefined: the path is no such index's.
   *
   * @param plain its path, without the ending of its compression
   */
  nameOf(plain: string): string | undefined;
  /** @param name as `nameOf` gives it */
  reader(root: string, name: string): ReadIndex;
  /** Whether an index is had with each new state, for these architectures. @param name as `nameOf` gives it */
  isAhead(name: string, architectures: readonly string[]): boolean;
  /** Compressions that are had ahead, by their endings, the one that clients ask for first. Absent: whichever is named. */
  aheadEndings?: readonly string[];
  /**
   * The path of the index that mirrors are sampled by, among all that the root names; a sentence where there is none.
   * Absent: any one.
   */
  chooseSampled?(root: string, files: NamedFiles, wanted: WantedSamples): { path: string } | string;
}

/** What samples are wanted of. */
export interface WantedSamples {
  /** apt's; empty: any. */
  components: readonly string[];
  /** Empty: any. */
  architectures: readonly string[];
  /** From 0 to below 1. */
  random(): number;
}
