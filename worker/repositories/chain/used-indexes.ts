/**
 * Which indexes clients use, by their names: the next state's are had too. An index that one client asked for once is
 * no reason to keep a new state back, and after some days without a client none to pull it.
 */

import type { Sql } from "../../runtime/sql.ts";

/** After so long without a client an index isn't pulled any more until one asks for it, ms. */
export const usedMs = 14 * 86_400_000;
/** Asked for so often it is usual: no stranger's single question. One that is there when it is asked for has had another. */
export const usualTimes = 2;
/** Names remembered; the one used longest ago goes first. Debian's suites name some hundred files each. */
const maxUsed = 2048;

/** `usual`: had before a state is published; `seldom`: after that; `unused`: when a client asks. */
export type Use = "usual" | "seldom" | "unused";

export class UsedIndexes {
  readonly #sql: Sql;
  readonly #table: string;
  readonly #most: number;

  /** Makes its table where there is none. @param most names remembered */
  constructor(sql: Sql, prefix: string, most = maxUsed) {
    this.#sql = sql;
    this.#most = most;
    this.#table = `${prefix}used_index`;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS ${this.#table} (name TEXT PRIMARY KEY, times INTEGER NOT NULL, last INTEGER NOT NULL)`,
    );
  }

  /**
   * A client asked for it.
   *
   * @param asked times that this counts for where it wasn't used before
   * @param at Unix ms
   */
  note(name: string, asked: number, at: number): void {
    const times = this.of(name, at) === "unused" ? asked : usualTimes;
    this.#sql.exec(
      `INSERT OR REPLACE INTO ${this.#table} (name, times, last) VALUES (?, ?, ?)`,
      name,
      times,
      at,
    );
    this.#sql.exec(
      `DELETE FROM ${this.#table} WHERE name IN (SELECT name FROM ${this.#table} ORDER BY last DESC LIMIT -1 OFFSET ?)`,
      this.#most,
    );
  }

  /** From now on only what is noted is used: something is stored that no client asked for. */
  begin(): void {
    if (!this.isEmpty) return;
    // The name of no file, and of no time.
    this.#sql.exec(`INSERT INTO ${this.#table} (name, times, last) VALUES ('', 0, 0)`);
  }

  /** @param at Unix ms */
  of(name: string, at: number): Use {
    const query = `SELECT times, last FROM ${this.#table} WHERE name = ?`;
    const [row] = this.#sql.exec(query, name).toArray();
    if (row === undefined || at - Number(row.last) >= usedMs) return "unused";
    return Number(row.times) < usualTimes ? "seldom" : "usual";
  }

  /** Whether anything was ever noted; a store of an older version has used indexes, and no note of them. */
  get isEmpty(): boolean {
    return this.#sql.exec(`SELECT name FROM ${this.#table} LIMIT 1`).toArray().length === 0;
  }
}
