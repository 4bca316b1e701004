/** What asking suites takes of the world. */
import type { Kind } from "../../formats/kinds.ts";
import type { PackageReading } from "../../formats/package-reading.ts";
import type { Repository } from "../../repositories/catalogue.ts";
import type { Snapshot } from "../../repositories/chain/snapshot.ts";
import type { Background } from "../../runtime/background.ts";
import type { NowOrLater } from "../../runtime/now-or-later.ts";
import type { SuiteObject } from "../suite-question.ts";

/** How a kind's versions are ordered, and its relations read. */
export type KindWords = Pick<PackageReading, "compareVersions" | "namesIn">;

/** A time that passes. */
export interface Deadline {
  /** Settles when the time is over. */
  readonly passed: Promise<void>;
  /** Nobody waits for it any longer. */
  end(): void;
}

export interface PackageSources {
  /** All of the list, in its order. */
  repositories(): readonly Repository[];
  /**
   * The current snapshot as clients get it, without a promise where it is at hand; undefined: there is none. Asking keeps
   * the repository followed, so that only those are asked that a question names.
   */
  current(listed: Repository): NowOrLater<Snapshot | undefined>;
  /** The snapshot that was published last, as the store has it: nobody is asked, and nothing is followed for it. */
  stored(listed: Repository): Promise<Snapshot | undefined>;
  /** A kept snapshot, by its id or the time that it was served at; undefined: none is kept. */
  kept(listed: Repository, wanted: string): Promise<Snapshot | undefined>;
  /** The object of a suite. @param root path of the root */
  suite(repository: string, root: string): SuiteObject;
  /** Undefined: the kind has no packages. */
  words(kind: Kind): KindWords | undefined;
  /** Unix ms. */
  now(): number;
  deadline(ms: number): Deadline;
  /** Of the request that asks: what others wait for as well goes on behind its answer. */
  background: Background;
}

/** All suites have so long for a question, ms: people wait for the answer, and a suite in memory takes some ms. */
export const askWaitMs = 1500;

/**
 * Of `askWaitMs`, suites have so long to find something, ms; the rest is for asking all that answered for every place of
 * what was found, so that one silent suite doesn't leave the others without.
 */
export const findWaitMs = 1100;

/**
 * A named repository's check for a newer snapshot is waited for so long, ms, of `askWaitMs`; then the stored one is
 * searched. It may be waiting for the origin, and packages of a minute ago are found as well.
 */
export const snapshotWaitMs = 500;

/** The outcome of work, or undefined once the time has passed: the work itself goes on. Rejects as the work does. */
export function before<Result>(
  work: Promise<Result>,
  passed: Promise<void>,
): Promise<Result | undefined> {
  return Promise.race([work, passed.then(() => undefined)]);
}

/** A deadline by the platform's clock. */
export function deadlineAfter(ms: number): Deadline {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  return { passed: promise, end: () => clearTimeout(timer) };
}
