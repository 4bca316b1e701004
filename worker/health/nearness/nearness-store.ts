/** What was measured of nearness, in Fleet's SQLite: one row for each Prober, one for what is told, one for load. */
import { text } from "../../runtime/json-values.ts";
import type { Sql } from "../../runtime/sql.ts";

export class NearnessStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS nearness (name TEXT PRIMARY KEY, kept TEXT) WITHOUT ROWID",
    );
  }

  /** Names and JSON of all rows. */
  all(): [name: string, kept: string][] {
    return this.#sql
      .exec("SELECT name, kept FROM nearness")
      .toArray()
      .map((row) => [text(row.name, "nearness"), text(row.kept, "nearness")]);
  }

  set(name: string, kept: object): void {
    this.#sql.exec("INSERT OR REPLACE INTO nearness VALUES (?, ?)", name, JSON.stringify(kept));
  }

  drop(name: string): void {
    this.#sql.exec("DELETE FROM nearness WHERE name = ?", name);
  }
}
