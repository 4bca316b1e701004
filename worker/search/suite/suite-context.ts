/** What the object of a suite needs: its stores, and the world around it. */
import type { Blobs } from "../../blobs/blobs.ts";
import type { XzModule } from "../../formats/compression/xz-decoder.ts";
import type { Kind } from "../../formats/kinds.ts";
import type { PackageReading } from "../../formats/package-reading.ts";
import type { ObjectAlarm } from "../../runtime/object-alarm.ts";
import type { FileSet, FileSetBuild, PackageSetBuild } from "../package-set.ts";
import type { SuiteFound, SuiteQuestion } from "../suite-question.ts";
import type { BuildGate } from "./build-gate.ts";
import type { CountedSql } from "./counted-sql.ts";

/** Sets by number. What isn't finished is never opened. */
export interface SetStore<Build, Opened> {
  /** Begins one. @param reading of the suite's kind */
  build(number: number, reading: PackageReading): Build;
  open(number: number): Opened | undefined;
  /** Removes all of it, finished or not, in steps of some ms each. It can't be opened from the first one on. */
  dropping(number: number): Iterable<void>;
  /** Of all that it has anything of, finished or not. */
  numbers(): readonly number[];
}

/** What sets know; of changes they know nothing. */
export type SetQuestion = Exclude<SuiteQuestion, { ask: "changes" }>;

/** What a question is answered from. */
export interface OpenedSets<Packages> {
  packages: Packages;
  /** Absent: none is ready. */
  files?: FileSet;
  reading: PackageReading;
}

/** @typeParam Packages an opened package set */
export interface SuiteStores<Packages> {
  packages: SetStore<PackageSetBuild, Packages>;
  files: SetStore<FileSetBuild, FileSet>;
  /** Nothing is awaited, so that no set goes meanwhile. */
  answer(question: SetQuestion, sets: OpenedSets<Packages>): SuiteFound;
}

export interface SuiteContext<Packages> {
  /** The one that the stores write to, so that their rows are counted. */
  sql: CountedSql;
  stores: SuiteStores<Packages>;
  /** Whether indexes of files are read. */
  files: boolean;
  /** Why nothing is read here at all, a sentence; absent: it is. */
  off?: string;
  blobs(repository: string): Blobs;
  /** As `SnapshotChain.index`, for searching. Rejects where the repository's object can't be reached. */
  pull(repository: string, path: string, sha256: string): Promise<"stored" | "absent" | string>;
  alarm: ObjectAlarm;
  /** The isolate's. */
  gate: BuildGate;
  /** Waits for a turn of the event loop. */
  pause(): Promise<void>;
  readingOf(kind: Kind): PackageReading | undefined;
  xz?: XzModule;
  /** Bytes of the object's database. */
  databaseBytes(): number;
  /** Unix ms. */
  now(): number;
  log(sentence: string): void;
}
