/** Rows of sets: one table for all sets of a kind, each row some KB of bytes, found by a number. */
import { type Sql, sqlBytes } from "../runtime/sql.ts";

/** Where the rows of one kind of set are. */
export interface RowTable<Region extends string> {
  name: "package_set_row" | "file_set_row";
  /** What a set is called in an error: "package set". */
  set: string;
  /** What is stored of a set, each region with rows of its own that are numbered from 0. */
  regions: Readonly<Record<Region, number>>;
  /** Rows that a region of a set has room for. */
  regionRows: number;
}

/** Regions that a set's numbers have room for. */
const setRegions = 16;
/** Rows deleted in one step: some 10 ms, as SQLite visits each page of a row's bytes. */
const removedRows = 500;

/** Makes the table where there is none. */
export function makeRowTable(sql: Sql, { name }: RowTable<string>): void {
  sql.exec(`CREATE TABLE IF NOT EXISTS ${name} (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)`);
}

/** The rows of one set. A number as the key makes a row one write; an index would make it two. */
export class NumberedRows<Region extends string> {
  readonly #sql: Sql;
  readonly #table: RowTable<Region>;
  readonly #first: number;

  /** @param number of the set; throws RangeError for one that the keys of its rows have no room for */
  constructor(sql: Sql, table: RowTable<Region>, number: number) {
    // A higher number would give keys that a double can't hold.
    const numbers = 2 ** 53 / (setRegions * table.regionRows);
    if (!Number.isInteger(number) || number < 0 || number >= numbers) {
      throw new RangeError(
        `${number} can't be a ${table.set}'s number: it must be 0 to ${numbers - 1}.`,
      );
    }
    this.#sql = sql;
    this.#table = table;
    this.#first = number * setRegions * table.regionRows;
  }

  add(region: Region, row: number, bytes: Uint8Array): void {
    const { name, set, regionRows } = this.#table;
    if (row >= regionRows) throw new RangeError(`A ${set} has more than ${regionRows} ${region}.`);
    this.#sql.exec(`INSERT INTO ${name} (id, bytes) VALUES (?, ?)`, this.#id(region, row), bytes);
  }

  /** Throws Error where there is no such row: the set isn't whole. */
  read(region: Region, row: number): Uint8Array {
    const { name, set } = this.#table;
    const query = `SELECT bytes FROM ${name} WHERE id = ?`;
    const [found] = this.#sql.exec(query, this.#id(region, row)).toArray();
    if (found === undefined) throw new Error(`A ${set} lacks row ${row} of its ${region}.`);
    return sqlBytes(found.bytes, `Row ${row} of a ${set}'s ${region}`);
  }

  /** Rows by their numbers, by one query: of twenty rows half of the time. Throws as `read`. */
  readAll(region: Region, rows: readonly number[]): Map<number, Uint8Array> {
    const [first] = rows;
    if (first === undefined) return new Map();
    if (rows.length === 1) return new Map([[first, this.read(region, first)]]);
    const { name, set } = this.#table;
    const query = `SELECT id, bytes FROM ${name} WHERE id IN (SELECT value FROM json_each(?))`;
    const ids = rows.map((row) => this.#id(region, row));
    const begin = this.#id(region, 0);
    const found = new Map<number, Uint8Array>();
    for (const { id, bytes } of this.#sql.exec(query, JSON.stringify(ids)).toArray()) {
      const row = Number(id) - begin;
      found.set(row, sqlBytes(bytes, `Row ${row} of a ${set}'s ${region}`));
    }
    const lacking = rows.find((row) => !found.has(row));
    if (lacking === undefined) return found;
    throw new Error(`A ${set} lacks row ${lacking} of its ${region}.`);
  }

  /** Deletes rows of a region, from one on. */
  remove(region: Region, from: number, count: number): void {
    const first = this.#id(region, from);
    const query = `DELETE FROM ${this.#table.name} WHERE id >= ? AND id < ?`;
    this.#sql.exec(query, first, first + count);
  }

  clear(region: Region): void {
    this.remove(region, 0, this.#table.regionRows);
  }

  /** Deletes all rows of the set in steps. Where steps are left out, another call does the rest. */
  *removing(): Generator<void> {
    const { name, regionRows } = this.#table;
    const query = `DELETE FROM ${name} WHERE id IN (SELECT id FROM ${name} WHERE id >= ? AND id < ? LIMIT ?)`;
    const range = [this.#first, this.#first + setRegions * regionRows];
    while (this.#sql.exec(query, ...range, removedRows).rowsWritten >= removedRows) yield;
  }

  #id(region: Region, row: number): number {
    return this.#first + this.#table.regions[region] * this.#table.regionRows + row;
  }
}
