/** What is kept out of a repository's snapshots at present, in SQLite. */

import type { Fault } from "../../formats/read-verified.ts";
import type { Sql } from "../../runtime/sql.ts";

/** Something that is kept out, and since when. */
export interface SnapshotAlarm {
  /**
   * `root`: of what the origin publishes. `index`: of a file that a root names. `presence`: of what we knew of the
   * repository's files; its `root` and `file` are `presence` too.
   */
  kind: "root" | "index" | "presence";
  /** Of the root, as in `Repository.roots`. */
  root: string;
  /** Of the file that failed, inside the repository. */
  file: string;
  /** Unix ms. */
  since: number;
  /** A sentence about the file. */
  said: string;
}

/** Alarms of indexes kept at a time; a suite has a few hundred indexes. */
const maxIndexAlarms = 100;
const kinds = ["root", "index", "presence"] as const;

export class SnapshotAlarms {
  readonly #sql: Sql;
  readonly #prefix: string;

  /** Makes its table where there is none. @param prefix of its name */
  constructor(sql: Sql, prefix: string) {
    this.#sql = sql;
    this.#prefix = prefix;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS ${prefix}snapshot_alarm (kind TEXT, root TEXT, file TEXT, since INTEGER NOT NULL, said TEXT NOT NULL, PRIMARY KEY (kind, root, file))`,
    );
  }

  /** The oldest first. */
  all(): SnapshotAlarm[] {
    return this.#sql
      .exec(
        `SELECT kind, root, file, since, said FROM ${this.#prefix}snapshot_alarm ORDER BY since, root, file`,
      )
      .toArray()
      .map(({ kind, root, file, since, said }) => ({
        kind: kinds.find((one) => one === kind) ?? "root",
        root: String(root),
        file: String(file),
        since: Number(since),
        said: String(said),
      }));
  }

  /**
   * Has just these about roots. Within a transaction.
   *
   * @param faults by root; of all roots that are listed
   * @returns those that are new, or say something else than before
   */
  setRoots(faults: ReadonlyMap<string, readonly Fault[]>, at: number): SnapshotAlarm[] {
    const before = this.all().filter(({ kind }) => kind === "root");
    const now = [...faults].flatMap(([root, list]) => list.map((fault) => ({ root, ...fault })));
    for (const { root, file } of before) {
      if (now.some((one) => one.root === root && one.file === file)) continue;
      this.#clear("root", root, file);
    }
    return now.flatMap(({ root, file, said }) => {
      const known = before.find((one) => one.root === root && one.file === file);
      return known?.said === said
        ? []
        : [this.#raise({ kind: "root", root, file, since: at, said })];
    });
  }

  /** Tells of an index that can't be had; undefined: that is known. */
  raiseIndex(root: string, { file, said }: Fault, at: number): SnapshotAlarm | undefined {
    const indexes = this.all().filter(({ kind }) => kind === "index");
    const known = indexes.find((one) => one.root === root && one.file === file);
    if (known?.said === said) return undefined;
    if (known === undefined && indexes.length >= maxIndexAlarms) return undefined;
    return this.#raise({ kind: "index", root, file, since: at, said });
  }

  /** Tells that what was known of the files is lost; undefined: that is told. There is one such alarm at a time. */
  raisePresence(said: string, at: number): SnapshotAlarm | undefined {
    const known = this.all().find(({ kind }) => kind === "presence");
    if (known?.said === said) return undefined;
    const kind = "presence";
    return this.#raise({ kind, root: kind, file: kind, since: at, said });
  }

  /** What is known can be read. */
  clearPresence(): void {
    this.#clear("presence", "presence", "presence");
  }

  /** It can be had. */
  clearIndex(root: string, file: string): void {
    const known = this.all().some((one) => one.kind === "index" && one.file === file);
    if (known) this.#clear("index", root, file);
  }

  /** Forgets what was about indexes, but for those of these files. */
  clearIndexesBut(files: ReadonlySet<string>): void {
    for (const { kind, root, file } of this.all()) {
      if (kind === "index" && !files.has(file)) this.#clear(kind, root, file);
    }
  }

  /** Forgets all. */
  clear(): void {
    this.#sql.exec(`DELETE FROM ${this.#prefix}snapshot_alarm`);
  }

  #raise(alarm: SnapshotAlarm): SnapshotAlarm {
    const { kind, root, file, since, said } = alarm;
    this.#sql.exec(
      `INSERT INTO ${this.#prefix}snapshot_alarm (kind, root, file, since, said) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET said = excluded.said`,
      kind,
      root,
      file,
      since,
      said,
    );
    return alarm;
  }

  #clear(kind: SnapshotAlarm["kind"], root: string, file: string): void {
    const query = `DELETE FROM ${this.#prefix}snapshot_alarm WHERE kind = ? AND root = ? AND file = ?`;
    this.#sql.exec(query, kind, root, file);
  }
}
