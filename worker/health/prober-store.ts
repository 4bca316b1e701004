/** What a Prober must not forget: its assignment, and how each target did last. */
import { number, text } from "../runtime/json-values.ts";
import type { Sql } from "../runtime/sql.ts";
import type { Assignment } from "./assignment.ts";

/** How a target did last; enough to go on after a restart without asking everybody at once. */
export interface Memo {
  lastAt: number;
  ok: boolean;
  run: number;
  downSince?: number;
}

export class ProberStore {
  readonly #sql: Sql;
  /** Rows written since the object began. */
  rowsWritten = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS assignment (id INTEGER PRIMARY KEY, name TEXT, json TEXT)",
    );
    sql.exec(
      `CREATE TABLE IF NOT EXISTS memo (key TEXT PRIMARY KEY, last_at INTEGER, ok INTEGER, run INTEGER,
         down_since INTEGER) WITHOUT ROWID`,
    );
  }

  #write(query: string, ...values: (string | number | null)[]): void {
    this.rowsWritten += this.#sql.exec(query, ...values).rowsWritten;
  }

  /** Name and assignment, or `undefined` for a Prober that was never given one. */
  assignment(): { name: string; json: string } | undefined {
    const row = this.#sql.exec("SELECT name, json FROM assignment").toArray()[0];
    return row && { name: text(row.name, "assignment"), json: text(row.json, "assignment") };
  }

  /** Takes an assignment, and forgets what isn't in it. */
  setAssignment(name: string, assignment: Assignment, keys: ReadonlySet<string>): void {
    this.#sql.transaction(() => {
      const json = JSON.stringify(assignment);
      this.#write("INSERT OR REPLACE INTO assignment VALUES (1, ?, ?)", name, json);
      for (const key of this.memos().keys()) {
        if (!keys.has(key)) this.#write("DELETE FROM memo WHERE key = ?", key);
      }
    });
  }

  memos(): Map<string, Memo> {
    const rows = this.#sql.exec("SELECT * FROM memo").toArray();
    return new Map(
      rows.map((row) => [
        text(row.key, "memo"),
        {
          lastAt: number(row.last_at, "memo"),
          ok: row.ok === 1,
          run: number(row.run, "memo"),
          ...(typeof row.down_since === "number" && { downSince: row.down_since }),
        },
      ]),
    );
  }

  setMemo(key: string, { lastAt, ok, run, downSince }: Memo): void {
    this.#write(
      "INSERT OR REPLACE INTO memo VALUES (?, ?, ?, ?, ?)",
      key,
      lastAt,
      ok ? 1 : 0,
      run,
      downSince ?? null,
    );
  }
}
