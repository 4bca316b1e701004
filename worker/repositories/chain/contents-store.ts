/** Which indexes that list payload are stored, and what was read of them, in SQLite: one row each. */
import type { Sql } from "../../runtime/sql.ts";
import type { SampleFile } from "../baseline/baseline.ts";

/** An index whose bytes are stored. */
export interface StoredContents {
  /** Of the index as it is stored. */
  sha256: string;
  /** As `ContentsIndex.name`. */
  name: string;
  path: string;
  /** SHA-256 of its contents, as a blob; absent: it wasn't read yet, or can't be. */
  blob?: string;
  /** SHA-256 of the names in its folders, as a blob; absent: they aren't kept. */
  names?: string;
  /** A sentence: it can't be read, now or ever. */
  refused?: string;
  /** A sentence: it was read but for some entries. */
  leftOut?: string;
}

/** Whether something of an index can't be used: its alarm stays as long as the index does. */
export function hasFault({ refused, leftOut }: StoredContents): boolean {
  return refused !== undefined || leftOut !== undefined;
}

/** What an index was read into. */
export interface ReadIndexRow {
  /** Of its contents. */
  blob: string;
  /** Of its folders' names; undefined: they aren't kept. */
  names: string | undefined;
  samples: readonly SampleFile[];
}

export class ContentsStore {
  readonly #sql: Sql;
  readonly #prefix: string;

  /** Makes its tables where there are none. @param prefix of their names */
  constructor(sql: Sql, prefix: string) {
    this.#sql = sql;
    this.#prefix = prefix;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS ${prefix}index_listing (sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, path TEXT NOT NULL, blob TEXT, samples TEXT, refused TEXT)`,
    );
    // Apart from the rows: tables that were made before there were names have no place for them.
    sql.exec(
      `CREATE TABLE IF NOT EXISTS ${prefix}index_names (sha256 TEXT PRIMARY KEY, blob TEXT NOT NULL)`,
    );
    sql.exec(
      `CREATE TABLE IF NOT EXISTS ${prefix}index_left_out (sha256 TEXT PRIMARY KEY, said TEXT NOT NULL)`,
    );
  }

  /** By the hash of the index. */
  all(): Map<string, StoredContents> {
    const rows = this.#sql
      .exec(
        `SELECT l.sha256 AS sha256, name, path, l.blob AS blob, n.blob AS names, refused, o.said AS leftOut FROM ${this.#prefix}index_listing l LEFT JOIN ${this.#prefix}index_names n ON n.sha256 = l.sha256 LEFT JOIN ${this.#prefix}index_left_out o ON o.sha256 = l.sha256 ORDER BY l.rowid`,
      )
      .toArray();
    return new Map(
      rows.map(({ sha256, name, path, blob, names, refused, leftOut }) => [
        String(sha256),
        {
          sha256: String(sha256),
          name: String(name),
          path: String(path),
          ...(blob !== null && { blob: String(blob) }),
          ...(names !== null && { names: String(names) }),
          ...(refused !== null && { refused: String(refused) }),
          ...(leftOut !== null && { leftOut: String(leftOut) }),
        },
      ]),
    );
  }

  /** Names of all blobs that indexes were read into. */
  blobs(): string[] {
    return [...this.all().values()].flatMap(({ blob, names }) =>
      [blob, names].filter((one) => one !== undefined),
    );
  }

  has(sha256: string): boolean {
    const query = `SELECT 1 AS one FROM ${this.#prefix}index_listing WHERE sha256 = ?`;
    return this.#sql.exec(query, sha256).toArray().length > 0;
  }

  /** Its bytes are stored; nothing changes where that is known. */
  add({ sha256, name, path }: StoredContents): void {
    if (this.has(sha256)) return;
    this.#sql.exec(
      `INSERT INTO ${this.#prefix}index_listing (sha256, name, path) VALUES (?, ?, ?)`,
      sha256,
      name,
      path,
    );
  }

  /** It was read. */
  read(sha256: string, { blob, names, samples }: ReadIndexRow): void {
    this.#sql.exec(`DELETE FROM ${this.#prefix}index_names WHERE sha256 = ?`, sha256);
    if (names !== undefined) {
      const query = `INSERT INTO ${this.#prefix}index_names (sha256, blob) VALUES (?, ?)`;
      this.#sql.exec(query, sha256, names);
    }
    this.#sql.exec(
      `UPDATE ${this.#prefix}index_listing SET blob = ?, samples = ? WHERE sha256 = ?`,
      blob,
      JSON.stringify(samples),
      sha256,
    );
  }

  /** It was read but for some entries. @param said a sentence about them */
  leaveOut(sha256: string, said: string): void {
    const query = `INSERT OR REPLACE INTO ${this.#prefix}index_left_out VALUES (?, ?)`;
    this.#sql.exec(query, sha256, said);
  }

  /** It can't be read. */
  refuse(sha256: string, said: string): void {
    this.#sql.exec(
      `UPDATE ${this.#prefix}index_listing SET refused = ? WHERE sha256 = ?`,
      said,
      sha256,
    );
  }

  /** A blob of contents is lost: the indexes that it was of are to be read again. */
  lost(blob: string): void {
    this.#sql.exec(`UPDATE ${this.#prefix}index_listing SET blob = NULL WHERE blob = ?`, blob);
  }

  /** A blob of names is lost: what the indexes that it was of have in their folders isn't known any more. */
  lostNames(names: string): void {
    this.#sql.exec(`DELETE FROM ${this.#prefix}index_names WHERE blob = ?`, names);
  }

  /** Its bytes aren't stored after all. */
  forget(sha256: string): void {
    this.#sql.exec(`DELETE FROM ${this.#prefix}index_names WHERE sha256 = ?`, sha256);
    this.#sql.exec(`DELETE FROM ${this.#prefix}index_left_out WHERE sha256 = ?`, sha256);
    this.#sql.exec(`DELETE FROM ${this.#prefix}index_listing WHERE sha256 = ?`, sha256);
  }

  /** The files of it to sample mirrors by. */
  samples(sha256: string): SampleFile[] {
    const query = `SELECT samples FROM ${this.#prefix}index_listing WHERE sha256 = ?`;
    const [row] = this.#sql.exec(query, sha256).toArray();
    const value: unknown = JSON.parse(String(row?.samples ?? "[]"));
    return Array.isArray(value) ? value.filter(isSample) : [];
  }

  /** Forgets all but these. */
  keepOnly(named: ReadonlySet<string>): void {
    for (const sha256 of this.all().keys()) if (!named.has(sha256)) this.forget(sha256);
  }
}

/** Of what we wrote ourselves. */
function isSample(value: unknown): value is SampleFile {
  return (
    typeof value === "object" &&
    value !== null &&
    "path" in value &&
    typeof value.path === "string" &&
    "size" in value &&
    typeof value.size === "number"
  );
}
