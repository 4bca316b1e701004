/** Builds one set of a suite from gathered indexes, and puts it in its place. */

import type { PackageReading } from "../../formats/package-reading.ts";
import { type IndexLimits, indexLimits } from "../../formats/read-index-stream.ts";
import type { SuiteState, ToldIndex } from "../suite.ts";
import type { ChangeStore } from "./change-store.ts";
import type { CountedSql } from "./counted-sql.ts";
import { type GatheredIndex, gatherIndexes, type IndexSource } from "./gather-indexes.ts";
import { Pauses } from "./pauses.ts";
import {
  fileReaders,
  packageReaders,
  type ReaderOf,
  readIntoSet,
  TaintedSet,
} from "./read-into-set.ts";
import type { SuiteContext } from "./suite-context.ts";
import { fileRole, type SetRole, type StoredSet, type SuiteStore } from "./suite-store.ts";
import { KnownVersions, type VersionsBefore } from "./version-changes.ts";
import type { WantedSet } from "./wanted-sets.ts";

/** Unpacked bytes between two turns of the event loop, 15 ms each at most: packages are 0.2 s a megabyte, files 0.025 s. */
const betweenTurns: Readonly<Record<SetRole, number>> = { packages: 64 * 1024, files: 512 * 1024 };

/**
 * Of an index of files. bookworm's for `all` and amd64 have 46 MB and 668 MB unpacked; what takes longer than the 30 s of
 * processor time that an alarm has would be cut off each time.
 */
const fileLimits: IndexLimits = {
  compressedBytes: 128 * 1024 * 1024,
  rawBytes: 1280 * 1024 * 1024,
};

/** A set to build. */
export interface SetJob {
  role: SetRole;
  state: SuiteState;
  reading: PackageReading;
  wanted: WantedSet;
  /** Only a pinned state wants it: it takes no other set's place. */
  isPinned: boolean;
}

export interface SetBuilderContext<Packages>
  extends Pick<
    SuiteContext<Packages>,
    "stores" | "blobs" | "gate" | "pause" | "xz" | "databaseBytes" | "now"
  > {
  sql: CountedSql;
  store: SuiteStore;
  changes: ChangeStore;
  /** Who holds the gate. */
  holder: object;
}

export class SetBuilder<Packages> {
  readonly #context: SetBuilderContext<Packages>;

  constructor(context: SetBuilderContext<Packages>) {
    this.#context = context;
  }

  /**
   * Reads and stores it; from then on it is the one that answers. The gate is the caller's.
   *
   * @throws Error where no index of packages can be had, where the gate was lost, and what the stores throw; nothing of
   * it is left then
   */
  async build(job: SetJob, gathered: readonly GatheredIndex[], source: IndexSource): Promise<void> {
    const refused = new Map<string, string>();
    let indexes = gathered;
    for (;;) {
      mustHave(job, indexes);
      try {
        return await this.#once(job, indexes);
      } catch (error) {
        // Each time one form of an index less is left, so it ends.
        if (!(error instanceof TaintedSet) || refused.has(error.sha256)) throw error;
        refused.set(error.sha256, error.message);
        indexes = await gatherIndexes(job.wanted.indexes, source, refused);
      }
    }
  }

  async #once(job: SetJob, gathered: readonly GatheredIndex[]): Promise<void> {
    const { store, sql, databaseBytes } = this.#context;
    const [rows, bytes] = [sql.rowsWritten, databaseBytes()];
    const number = store.begin(job.role, job.wanted.of);
    try {
      const before = job.isPinned ? undefined : this.#before(job);
      const versions = new KnownVersions(before);
      const indexes = await this.#read(job, gathered, { number, versions });
      const missing = gathered.flatMap((one) => ("missing" in one ? (one.missing ?? []) : []));
      this.#publish(job, number, {
        indexes,
        missing,
        versions,
        rows: sql.rowsWritten - rows,
        bytes: databaseBytes() - bytes,
      });
    } catch (error) {
      // What there is of it is dropped by the next alarm, in steps.
      store.remove(number);
      throw error;
    }
  }

  async #read(
    { role, state, reading }: SetJob,
    gathered: readonly GatheredIndex[],
    { number, versions }: { number: number; versions: KnownVersions },
  ): Promise<ToldIndex[]> {
    const { stores, blobs, xz } = this.#context;
    const { path } = state.root;
    const pause = () => this.#turn();
    const pauses = new Pauses(betweenTurns[role], pause);
    const read = (readerOf: ReaderOf, limits: IndexLimits) =>
      readIntoSet(gathered, {
        blobs: blobs(state.repository),
        readerOf,
        limits,
        xz,
        between: (bytes) => pauses.after(bytes),
      });
    let build: { finish(): Iterable<void> };
    let told: ToldIndex[];
    if (role === fileRole) {
      const files = stores.files.build(number, reading);
      build = files;
      told = await read(fileReaders(path, reading, files), fileLimits);
    } else {
      const packages = stores.packages.build(number, reading);
      build = packages;
      told = await read(packageReaders(path, reading, { build: packages, versions }), indexLimits);
    }
    for (const _ of build.finish()) await pause();
    return told;
  }

  /** Lets others have a turn. @throws Error where another one builds by now */
  async #turn(): Promise<void> {
    const { pause, gate, holder, now } = this.#context;
    await pause();
    if (!gate.renew(holder, now())) throw new Error("it stood still for too long");
  }

  /** What the set is compared with that it takes the place of; undefined: there is none of the same architectures. */
  #before({ role, state }: SetJob): VersionsBefore | undefined {
    if (role === fileRole) return undefined;
    const { store, changes } = this.#context;
    const last = newest(store.sets(), role);
    if (last?.facts === undefined) return undefined;
    const { architectures, indexes } = last.facts;
    if (architectures.join(" ") !== state.architectures.join(" ")) return undefined;
    const read = indexes.filter((one) => one.role === "packages" && one.entries !== undefined);
    return {
      hashes: changes.hashes(last.number),
      indexes: new Set(read.map(({ name }) => name)),
    };
  }

  #publish(
    { role, state, wanted, isPinned }: SetJob,
    number: number,
    {
      versions,
      ...facts
    }: Pick<NonNullable<StoredSet["facts"]>, "indexes" | "missing" | "rows" | "bytes"> & {
      versions: KnownVersions;
    },
  ): void {
    const { store, changes } = this.#context;
    const { snapshot, architectures } = state;
    store.transaction(() => {
      const same = store.sets().filter((one) => one.role === role && one.name === wanted.of);
      store.finish(number, { snapshot, architectures, ...facts }, isPinned ? 0 : state.at);
      if (role === "packages") {
        changes.keepHashes(number, versions.hashes());
        if (!isPinned) changes.add(versions.came, snapshot, state.at);
      }
      // Built anew as an index came that was missing.
      for (const { number: former } of same) {
        if (former === number) continue;
        changes.forget(former);
        store.remove(former);
      }
    });
  }
}

/** The finished set of the newest state; undefined: only pinned ones have any. */
export function newest(sets: readonly StoredSet[], role: SetRole): StoredSet | undefined {
  return sets
    .filter((one) => one.role === role && one.facts !== undefined && one.at > 0)
    .reduce<StoredSet | undefined>(
      (best, one) => (best === undefined || one.at >= best.at ? one : best),
      undefined,
    );
}

/** Without one index of packages, or of files, there is nothing to search. */
function mustHave({ role, state }: SetJob, gathered: readonly GatheredIndex[]): void {
  const needed = gathered.filter(({ index }) => index.role === role);
  if (needed.some((one) => "variant" in one)) return;
  const [first] = needed;
  const why = first !== undefined && "why" in first ? first.why : "None is named.";
  throw new Error(`no index of ${role} of ${state.repository} ${state.suite} can be had: ${why}`);
}
