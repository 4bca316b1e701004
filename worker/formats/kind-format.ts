/** What a kind of repository is: all that the rest of the Worker asks of `kinds[repository.kind]`. */

import type { IndexReader, NamedIndex } from "./index-reader.ts";
import type { FileSink } from "./indexed-file.ts";
import type { PathRules } from "./path-rules.ts";
import type { KnownRoot, Reading, RootAnswer } from "./read-verified.ts";
import type { SetupFormat } from "./setup-format.ts";

/** A kind of repository. */
export interface KindFormat {
  readonly paths: PathRules;
  /** Mirrors named beside `Location`: `packageDuplicates` or `imageDuplicates`. */
  readonly duplicates: number;
  readonly roots: RootFormat;
  readonly contents: ContentsFormat;
  readonly lists: ListFormat;
  readonly setup: SetupFormat;
}

/**
 * Duplicates beside a package's `Location`. Package managers don't look at `Link`, and each duplicate costs 2 % of all
 * redirects a core can answer (docs/performance.md), so a package gets as many as help a person.
 */
export const packageDuplicates = 3;

/**
 * Beside an image's. Who downloads an image may fetch it from several at once, though of a line joined by workerd
 * aria2 1.36 takes the first duplicate only (observed).
 */
export const imageDuplicates = 5;

/** Reads a root from the origin and verifies it. Never rejects. */
export type ReadRoot = (
  reading: Reading,
  path: string,
  known: KnownRoot | undefined,
) => Promise<RootAnswer>;

/** The files that speak for a repository, or for a part of it. */
export interface RootFormat {
  /** How the root at `path` is read; undefined: it is none that can be verified. */
  reader(path: string): ReadRoot | undefined;
  /** When a root's own text says that it was made, Unix ms. Absent: only the server tells. */
  dateInText?(text: string): number | undefined;
  /** A root's date is that of its signature: an unsigned one has none, and none to compare with. */
  datedBySignature?: true;
  /**
   * What shows that a file isn't the root its name says, a sentence for people. Absent: any text that isn't empty may
   * be one.
   *
   * @param name the last segment of its path
   */
  contentFault?(name: string, text: string): string | undefined;
  /** What the paths that a root speaks for begin with, ends in `/`, or is empty. */
  scope(root: string): string;
  /** Whether a path is that root, signs it or repeats it: it must come from where the root does. */
  isBeside(root: string, path: string): boolean;
  /** Whether a file of this name (the last segment of a path) is a root somewhere, signs one or repeats one. */
  isRootName(name: string): boolean;
}

/** Makes the reader of one index. */
export type ReadIndex = (sink: FileSink) => IndexReader;

/** Where the lists of payload are. */
export interface ContentsFormat {
  /** How a root that lists payload itself is read; undefined, or absent: it names files that do. */
  rootReader?(root: string): ReadIndex | undefined;
  /** Absent: no file that a root names lists payload. */
  named?: NamedContents;
  /** What of a root's text mirrors are sampled by, where no snapshots are made; a sentence where there is nothing. */
  samples?(root: string, text: string, wanted: WantedSamples): SampleSource | string;
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
  /** The index that mirrors are sampled by, from its root's text; a sentence where there is none. Absent: any one. */
  chooseSampled?(root: string, text: string, wanted: WantedSamples): NamedIndex | string;
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

/** A listed file whose size its list doesn't tell. */
export interface SummedFile {
  /** Inside the repository. */
  path: string;
  /** Lower-case hex. */
  sha256: string;
}

/** Where samples come from: an index to be read, or files that the root itself lists. */
export type SampleSource =
  | { index: NamedIndex; base: string; read: ReadIndex }
  | { files: readonly SummedFile[]; base: string };

/** One place that has a repository. */
export interface ListedPlace {
  /** Base URL of the repository there, ends in `/`. */
  url: string;
  /** ISO 3166-1 alpha-2, upper case. */
  country?: string;
}

/** What a kind's clients read of where files are, besides redirects. */
export interface ListFormat {
  /**
   * The list at `/mirrorlist/{kind}/{repository}`, as it is typed into a client's own list of places. Absent: there is
   * none.
   *
   * @param own our base URL of the repository, ends in `/`
   * @param places the best first
   */
  ofPlaces?(own: string, places: readonly ListedPlace[]): string;
  /** Its channels are asked for by `repo=` and `arch=`, at `/mirrorlist` and `/metalink`. */
  byChannel?: true;
  /**
   * What clients are told at a file's own URL: `negotiated`, a metalink in place of the redirect for a client that
   * takes one; `described`, a link to the metalink beside the redirect. Absent: the redirect alone.
   */
  atFile?: "negotiated" | "described";
}
