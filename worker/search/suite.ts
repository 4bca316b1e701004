/** A suite: the packages that one root of a repository names, which are read, stored and searched together. */
import type { Kind } from "../formats/kinds.ts";
import type { PackageIndexRole } from "../formats/package-reading.ts";
import type { SnapshotRoot } from "../repositories/chain/snapshot.ts";

/** A suite in one state, as a snapshot has it: all that reading its packages takes. */
export interface SuiteState {
  repository: string;
  kind: Kind;
  /** apt: the folder below `dists/`; others: the folder of the root, for pacman with the database's name. */
  suite: string;
  root: SnapshotRoot;
  /** Id of a snapshot that has it, and when that was published, Unix ms. */
  snapshot: string;
  at: number;
  /** As `WantedPackages.architectures`. */
  architectures: readonly string[];
  /** The very state is wanted: no other one answers. Absent: the newest that is ready does. */
  isPinned?: true;
}

/** An index that was read, or wasn't. */
export interface ToldIndex {
  /** As `PackageIndex.name`. */
  name: string;
  role: PackageIndexRole;
  component?: string;
  architecture?: string;
  /** Entries that were taken; absent: it wasn't read. */
  entries?: number;
  /** Why it wasn't read, or what of it was left out: a sentence. */
  why?: string;
}

/** The state that an answer is of. */
export interface AnsweredState {
  repository: string;
  kind: Kind;
  suite: string;
  snapshot: string;
  /** Unix ms. */
  at: number;
  /** A newer state was asked for, which isn't ready yet. */
  isFormer?: true;
  indexes: ToldIndex[];
  /** The snapshot whose indexes of files were read; absent: none were. Its files may be those of an older state. */
  filesOf?: string;
  /** Its own indexes of files aren't read yet: more files are found once they are. */
  areFilesComing?: true;
  /** What is in no index of the kind, as sentences. */
  untold: readonly string[];
}
