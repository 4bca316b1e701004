/** The file sets of one suite, in SQLite. */
import { type Sql, sqlBytes } from "../../runtime/sql.ts";
import type { FileSet, FileSetBuild } from "../package-set.ts";
import { FileRows, makeFileTables } from "./file-rows.ts";
import { StoredFileSet } from "./file-set.ts";
import { StoredFileSetBuild } from "./file-set-build.ts";
import { headOf } from "./file-set-head.ts";

export class FileSets {
  readonly #sql: Sql;
  /** The set that was opened last, some 100 KB: reading its head anew takes 2 ms of each question. */
  #opened: { number: number; set: FileSet } | undefined;

  /** Makes its tables where there are none. */
  constructor(sql: Sql) {
    this.#sql = sql;
    makeFileTables(sql);
  }

  /** Numbers of all sets that are stored, ascending; of unfinished ones too, which `open` doesn't give. */
  numbers(): number[] {
    const rows = this.#sql.exec("SELECT number FROM file_set ORDER BY number").toArray();
    return rows.map(({ number }) => Number(number));
  }

  /**
   * Begins a set, in place of one that has the number already.
   *
   * @param number whole, below 2^25; throws RangeError for another
   */
  build(number: number): FileSetBuild {
    const rows = new FileRows(this.#sql, number);
    this.drop(number);
    this.#sql.exec("INSERT INTO file_set (number) VALUES (?)", number);
    return new StoredFileSetBuild(this.#sql, number, rows);
  }

  /** Undefined: there is none of the number, or it isn't finished. */
  open(number: number): FileSet | undefined {
    if (this.#opened?.number === number) return this.#opened.set;
    const query = "SELECT head, first_keys FROM file_set WHERE number = ? AND head IS NOT NULL";
    const [row] = this.#sql.exec(query, number).toArray();
    if (row === undefined) return undefined;
    const bytes = sqlBytes(row.first_keys, "The head of a file set").slice();
    const firstKeys = new Float64Array(bytes.buffer);
    const set = new StoredFileSet(new FileRows(this.#sql, number), headOf(row.head), firstKeys);
    this.#opened = { number, set };
    return set;
  }

  /** Deletes a set, finished or not, at once: of Debian's main that takes some 0.3 s. */
  drop(number: number): void {
    for (const _ of this.dropping(number));
  }

  /** The same in steps. The set can't be opened from the first one on; where steps are left out, `drop` does the rest. */
  *dropping(number: number): Generator<void> {
    const rows = new FileRows(this.#sql, number);
    if (this.#opened?.number === number) this.#opened = undefined;
    this.#sql.exec("UPDATE file_set SET head = NULL WHERE number = ?", number);
    yield* rows.removing();
    this.#sql.exec("DELETE FROM file_set WHERE number = ?", number);
  }
}
