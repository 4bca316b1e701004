/** Rows of a backup before they count: in tables of their own, so that nothing is changed until all of it was read. */
import type { Sql } from "../../runtime/sql.ts";
import { type BackupPart, type BackupRow, backupParts } from "./backup-parts.ts";

export class StagedRows {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Empty tables, in the place of what an import left that ended early. */
  begin(): void {
    this.#sql.transaction(() => {
      this.end();
      for (const { table, columns } of backupParts) {
        const names = Object.keys(columns).join(", ");
        this.#sql.exec(`CREATE TABLE ${staged(table)} AS SELECT ${names} FROM ${table} LIMIT 0`);
      }
    });
  }

  end(): void {
    for (const { table } of backupParts) this.#sql.exec(`DROP TABLE IF EXISTS ${staged(table)}`);
  }

  add({ table, columns }: BackupPart, row: BackupRow): void {
    const names = Object.keys(columns);
    const places = names.map(() => "?").join(", ");
    this.#sql.exec(
      `INSERT INTO ${staged(table)} (${names.join(", ")}) VALUES (${places})`,
      ...names.map((name) => row[name] ?? null),
    );
  }

  /** All rows of a part; of one whose rows fit into memory. */
  all({ table }: BackupPart): BackupRow[] {
    return this.#sql.exec(`SELECT * FROM ${staged(table)}`).toArray() as BackupRow[];
  }

  /**
   * Puts a part's rows in the place of those that there are. To be called inside the transaction of all parts.
   *
   * @param more columns that a backup doesn't have, with what is to be computed for them
   */
  takePlace({ table, columns }: BackupPart, more: Readonly<Record<string, string>> = {}): void {
    const names = Object.keys(columns);
    const into = [...names, ...Object.keys(more)].join(", ");
    const from = [...names, ...Object.values(more)].join(", ");
    this.#sql.exec(`DELETE FROM ${table}`);
    this.#sql.exec(`INSERT INTO ${table} (${into}) SELECT ${from} FROM ${staged(table)}`);
  }

  /** Adds a part's rows to those that there are; the same ones stay. */
  join({ table, columns }: BackupPart): void {
    const names = Object.keys(columns).join(", ");
    this.#sql.exec(
      `INSERT OR IGNORE INTO ${table} (${names}) SELECT ${names} FROM ${staged(table)}`,
    );
  }
}

function staged(table: string): string {
  return `staged_${table}`;
}
