/** A repository's snapshots, the pointer to the current one, and what is wrong at the origin, in SQLite. */
import type { Sql } from "../../sql.ts";
import type { RootWatch } from "./follow.ts";
import type { Fault } from "./read-verified.ts";
import type { Snapshot } from "./snapshot.ts";

/** Something that is kept out, and since when. */
export interface SnapshotAlarm {
  /** `root`: of what the origin publishes. `index`: of a file that a root names. */
  kind: "root" | "index";
  /** Of the root, as in `Repository.roots`. */
  root: string;
  /** Of the file that failed, inside the repository. */
  file: string;
  /** Unix ms. */
  since: number;
  /** A sentence about the file. */
  said: string;
}

/** What came of asking for the roots. */
export interface FollowRecord {
  /** Unix ms. */
  at: number;
  /** The new current snapshot, where there is one. */
  snapshot?: Snapshot;
  watches: ReadonlyMap<string, RootWatch>;
  /** By root; of all roots that are listed. */
  faults: ReadonlyMap<string, readonly Fault[]>;
}

/** Small values that outlive the process. */
export type SnapshotState = "listed" | "asked" | "published" | "collected";

/** Alarms of indexes kept at a time; a suite has a few hundred indexes. */
const maxIndexAlarms = 100;

export class SnapshotStore {
  readonly #sql: Sql;

  /** Makes its tables where there are none. */
  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS snapshot (id TEXT PRIMARY KEY, at INTEGER NOT NULL, json TEXT NOT NULL)",
    );
    sql.exec(
      "CREATE TABLE IF NOT EXISTS snapshot_state (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    );
    sql.exec(
      "CREATE TABLE IF NOT EXISTS snapshot_watch (root TEXT PRIMARY KEY, json TEXT NOT NULL)",
    );
    sql.exec(
      "CREATE TABLE IF NOT EXISTS snapshot_alarm (kind TEXT, root TEXT, file TEXT, since INTEGER NOT NULL, said TEXT NOT NULL, PRIMARY KEY (kind, root, file))",
    );
  }

  /** Id and JSON of the snapshot that the pointer is on. */
  current(): { id: string; json: string } | undefined {
    return this.#stored(
      "SELECT id, json FROM snapshot WHERE id = (SELECT value FROM snapshot_state WHERE name = 'current')",
    )[0];
  }

  /** JSON of a kept snapshot. */
  byId(id: string): string | undefined {
    return this.#stored("SELECT id, json FROM snapshot WHERE id = ?", id)[0]?.json;
  }

  /** JSON of the one that was current at a moment (Unix ms), among those kept. */
  atTime(at: number): string | undefined {
    const query = "SELECT id, json FROM snapshot WHERE at <= ? ORDER BY at DESC LIMIT 1";
    return this.#stored(query, at)[0]?.json;
  }

  /** All that are kept, newest first. */
  all(): Snapshot[] {
    return this.#stored("SELECT id, json FROM snapshot ORDER BY at DESC").map(({ json }) =>
      parseSnapshot(json),
    );
  }

  watch(root: string): RootWatch | undefined {
    const [row] = this.#sql.exec("SELECT json FROM snapshot_watch WHERE root = ?", root).toArray();
    return row === undefined ? undefined : parseWatch(String(row.json));
  }

  /**
   * Writes all that came of one look at the origin, the pointer with it, or nothing.
   * @returns the alarms that are new, or say something else than before
   */
  record({ at, snapshot, watches, faults }: FollowRecord): SnapshotAlarm[] {
    const raised: SnapshotAlarm[] = [];
    const before = this.alarms().filter(({ kind }) => kind === "root");
    const now = [...faults].flatMap(([root, list]) => list.map((fault) => ({ root, ...fault })));
    this.#sql.transaction(() => {
      for (const [root, watch] of watches) this.#writeWatch(root, watch);
      for (const { root, file } of before) {
        if (now.some((one) => one.root === root && one.file === file)) continue;
        this.#clear("root", root, file);
      }
      for (const { root, file, said } of now) {
        const known = before.find((one) => one.root === root && one.file === file);
        if (known?.said !== said) raised.push(this.#raise("root", root, file, said, at));
      }
      if (snapshot === undefined) return;
      // What couldn't be had of the one before: who asks again finds out anew.
      this.#sql.exec("DELETE FROM snapshot_alarm WHERE kind = 'index'");
      this.#sql.exec(
        "INSERT INTO snapshot (id, at, json) VALUES (?, ?, ?)",
        snapshot.id,
        snapshot.at,
        JSON.stringify(snapshot),
      );
      this.#sql.exec(
        "INSERT OR REPLACE INTO snapshot_state (name, value) VALUES ('current', ?)",
        snapshot.id,
      );
    });
    return raised;
  }

  /** Everything that is kept out at present, the oldest first. */
  alarms(): SnapshotAlarm[] {
    return this.#sql
      .exec("SELECT kind, root, file, since, said FROM snapshot_alarm ORDER BY since, root, file")
      .toArray()
      .map(({ kind, root, file, since, said }) => ({
        kind: kind === "index" ? "index" : "root",
        root: String(root),
        file: String(file),
        since: Number(since),
        said: String(said),
      }));
  }

  /** Tells of an index that can't be had; undefined: that is known. */
  raiseIndex(root: string, { file, said }: Fault, at: number): SnapshotAlarm | undefined {
    const indexes = this.alarms().filter(({ kind }) => kind === "index");
    const known = indexes.find((one) => one.root === root && one.file === file);
    if (known?.said === said) return undefined;
    if (known === undefined && indexes.length >= maxIndexAlarms) return undefined;
    return this.#raise("index", root, file, said, at);
  }

  /** It can be had. */
  clearIndex(root: string, file: string): void {
    const known = this.alarms().some((one) => one.kind === "index" && one.file === file);
    if (known) this.#clear("index", root, file);
  }

  /** Forgets snapshots; never the current one. */
  remove(ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.#sql.transaction(() => {
      for (const id of ids) {
        this.#sql.exec(
          "DELETE FROM snapshot WHERE id = ? AND id NOT IN (SELECT value FROM snapshot_state WHERE name = 'current')",
          id,
        );
      }
    });
  }

  state(name: SnapshotState): string | undefined {
    const [row] = this.#sql.exec("SELECT value FROM snapshot_state WHERE name = ?", name).toArray();
    return row === undefined ? undefined : String(row.value);
  }

  setState(name: SnapshotState, value: string): void {
    if (this.state(name) === value) return;
    this.#sql.exec(
      "INSERT OR REPLACE INTO snapshot_state (name, value) VALUES (?, ?)",
      name,
      value,
    );
  }

  #stored(query: string, ...values: (string | number)[]): { id: string; json: string }[] {
    return this.#sql
      .exec(query, ...values)
      .toArray()
      .map(({ id, json }) => ({ id: String(id), json: String(json) }));
  }

  #writeWatch(root: string, watch: RootWatch): void {
    const query = "INSERT OR REPLACE INTO snapshot_watch (root, json) VALUES (?, ?)";
    this.#sql.exec(query, root, JSON.stringify(watch));
  }

  #raise(
    kind: SnapshotAlarm["kind"],
    root: string,
    file: string,
    said: string,
    at: number,
  ): SnapshotAlarm {
    this.#sql.exec(
      "INSERT INTO snapshot_alarm (kind, root, file, since, said) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET said = excluded.said",
      kind,
      root,
      file,
      at,
      said,
    );
    return { kind, root, file, since: at, said };
  }

  #clear(kind: SnapshotAlarm["kind"], root: string, file: string): void {
    const query = "DELETE FROM snapshot_alarm WHERE kind = ? AND root = ? AND file = ?";
    this.#sql.exec(query, kind, root, file);
  }
}

/** A snapshot from its JSON. @throws Error where it is none */
export function parseSnapshot(json: string): Snapshot {
  const value: unknown = JSON.parse(json);
  if (isSnapshot(value)) return value;
  throw new Error("the stored snapshot is none");
}

/** Of what we wrote ourselves: its outline tells it from another version's. */
function isSnapshot(value: unknown): value is Snapshot {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    typeof value.id === "string" &&
    "at" in value &&
    typeof value.at === "number" &&
    "roots" in value &&
    Array.isArray(value.roots)
  );
}

/** Undefined where it is another version's: the root is then read anew. */
function parseWatch(json: string): RootWatch | undefined {
  const value: unknown = JSON.parse(json);
  return isWatch(value) ? value : undefined;
}

function isWatch(value: unknown): value is RootWatch {
  return (
    typeof value === "object" &&
    value !== null &&
    "path" in value &&
    typeof value.path === "string" &&
    "rule" in value &&
    typeof value.rule === "string" &&
    "readAt" in value &&
    typeof value.readAt === "number"
  );
}
