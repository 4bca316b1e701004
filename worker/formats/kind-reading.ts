/** How a kind's roots and indexes are read: what only the watchers need, who follow origins. */
import type { IndexReader, NamedIndex } from "./index-reader.ts";
import type { FileSink } from "./indexed-file.ts";
import type { KnownRoot, Reading, RootAnswer } from "./read-verified.ts";

/** How a kind is read. */
export interface KindReading {
  /** How the root at `path` is read; undefined: it is none that can be verified. */
  rootReader(path: string): ReadRoot | undefined;
  /** Which files such roots are, as the end of a sentence: `InRelease or Release`. */
  readonly rootsAre: string;
  readonly contents: ContentsFormat;
}

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
