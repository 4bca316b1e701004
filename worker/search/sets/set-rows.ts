/** The rows of package sets: one table for all of them, each row some KB of packed bytes, found by a number. */
import type { Sql } from "../../runtime/sql.ts";

/** What is stored of a set, each with rows of its own that are numbered from 0. */
export const regions = {
  records: 0,
  descriptions: 1,
  advisories: 2,
  groups: 3,
  keys: 4,
  /** Sorted parts of the keys while a set is being built. */
  runs: 5,
  /** What is held in memory while a set is open. */
  memory: 6,
  /** What lists show of records. */
  briefs: 7,
} as const;

export type Region = keyof typeof regions;

/** Rows in one region of one set: of what lists show of records, of 4 KB, ten million packages. */
const regionRows = 2 ** 20;
/** Regions that a set's numbers have room for. */
const setRegions = 16;

/** Makes the tables where there are none. */
export function makeSetTables(sql: Sql): void {
  sql.exec("CREATE TABLE IF NOT EXISTS package_set (number INTEGER PRIMARY KEY, head TEXT)");
  sql.exec(
    "CREATE TABLE IF NOT EXISTS package_set_row (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
  );
}

/** The rows of one set. A number as the key makes a row one write; an index would make it two. */
export class SetRows {
  readonly #sql: Sql;
  readonly #first: number;

  /** @param number of the set, below 2^29 */
  constructor(sql: Sql, number: number) {
    this.#sql = sql;
    this.#first = number * setRegions * regionRows;
  }

  add(region: Region, row: number, bytes: Uint8Array): void {
    if (row >= regionRows) throw new Error(`A package set has more than ${regionRows} ${region}.`);
    const query = "INSERT INTO package_set_row (id, bytes) VALUES (?, ?)";
    this.#sql.exec(query, this.#id(region, row), bytes);
  }

  /** @throws Error where there is no such row: the set isn't whole */
  read(region: Region, row: number): Uint8Array {
    const query = "SELECT bytes FROM package_set_row WHERE id = ?";
    const [found] = this.#sql.exec(query, this.#id(region, row)).toArray();
    if (found === undefined) throw new Error(`A package set lacks row ${row} of its ${region}.`);
    return bytesOf(found.bytes);
  }

  clear(region: Region): void {
    this.#delete(this.#id(region, 0), regionRows);
  }

  clearAll(): void {
    this.#delete(this.#first, setRegions * regionRows);
  }

  #id(region: Region, row: number): number {
    return this.#first + regions[region] * regionRows + row;
  }

  #delete(from: number, count: number): void {
    this.#sql.exec("DELETE FROM package_set_row WHERE id >= ? AND id < ?", from, from + count);
  }
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (value instanceof Uint8Array) return value;
  throw new Error("A row of a package set has no bytes.");
}
