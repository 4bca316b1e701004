/**
 * How a repository's object is asked: by paths and the version of the caller's list. Only where the object holds no
 * entry of a list as new, the caller tells its own and asks again.
 */
import type { Repository } from "./catalogue.ts";
import type { KeptSnapshot } from "./chain/chain.ts";
import type { SnapshotAlarm } from "./chain/snapshot-store.ts";
import type { Answered } from "./own-entry.ts";
import type { RepositoryAnswers } from "./reader/snapshots-at-edge.ts";

/** What every call of an object needs that is to be told its entry. */
export interface Configurable {
  /** As `OwnEntry.configure`. */
  configure(entry: Repository, version: number): Promise<number>;
}

/**
 * What the edge calls of a repository's object. `version` is that of the caller's list. The names are other ones than
 * those of the calls that carried the entry itself: while a deployment travels, a Worker of one side and an object of
 * the other fail at once, and edges go on by KV.
 */
export interface RepositoryObject extends Configurable {
  /** As `RepositoryAnswers.snapshot`. */
  currentSnapshot(version: number, known: string): Promise<Answered<string | null>>;
  /** As `RepositoryAnswers.index`. */
  storeIndex(version: number, path: string, sha256: string): Promise<Answered<string>>;
  /** As `RepositoryAnswers.refresh`. */
  followNow(version: number): Promise<Answered<null>>;
  /** As `RepositoryAnswers.snapshots`. */
  snapshots(): Promise<KeptSnapshot[]>;
  /** As `RepositoryAnswers.alarms`. */
  alarms(): Promise<SnapshotAlarm[]>;
  /** As `RepositoryAnswers.kept`. */
  kept(wanted: string): Promise<string | null>;
}

/** One repository as a caller's list has it. */
export interface KnownEntry {
  name: string;
  /** `CatalogueView.version` of the caller's list. */
  version: number;
  /** Undefined: the list has it no more. */
  entry: Repository | undefined;
}

/**
 * Asks an object, and tells it its entry where it wants that.
 *
 * @param object a stub of it, asked anew for each call: one that failed once fails for good
 * @returns and rejects as the object does; rejects also where it wants an entry that the caller hasn't got
 */
export async function askRepository<Called extends Configurable, Answer>(
  object: () => Called,
  { name, version, entry }: KnownEntry,
  question: (object: Called, version: number) => Promise<Answered<Answer>>,
): Promise<Answer> {
  const first = await question(object(), version);
  if ("answer" in first) return first.answer;
  if (entry === undefined) throw new Error(`${name} is not in the mirror list any more`);
  await object().configure(entry, version);
  const second = await question(object(), version);
  if ("answer" in second) return second.answer;
  throw new Error(`the object of ${name} did not take its entry of list ${version}`);
}

/**
 * Objects as the edge asks them.
 *
 * @param object a stub of a repository's object
 * @param known the repository in the list at hand; entry and version are of the same list
 */
export function repositoryAnswers(
  object: (name: string) => RepositoryObject,
  known: (name: string) => KnownEntry,
): (name: string) => RepositoryAnswers {
  return (name) => {
    const stub = () => object(name);
    return {
      snapshot: (at) =>
        askRepository(stub, known(name), (one, version) => one.currentSnapshot(version, at)),
      index: (path, sha256) =>
        askRepository(stub, known(name), (one, version) => one.storeIndex(version, path, sha256)),
      async refresh() {
        await askRepository(stub, known(name), (one, version) => one.followNow(version));
      },
      snapshots: () => stub().snapshots(),
      alarms: () => stub().alarms(),
      kept: (wanted) => stub().kept(wanted),
    };
  };
}
