/** The rows of file sets: one table for all of them, each row some KB of packed bytes, found by a number. */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Sql } from "../../runtime/sql.ts";

/** What is stored of a set, each with rows of its own that are numbered from 0. */
const regions = {
  blocks: 0,
  /** Records of last segments, sorted. */
  names: 1,
  /** Paths that a pattern may match, sorted. */
  shelf: 2,
  commands: 3,
  owners: 4,
  /** While a set is being built: records of last segments, by part. */
  nameParts: 5,
  /** While a set is being built: sorted pieces of the shelf. */
  runs: 6,
} as const;

export type Region = keyof typeof regions;

/** Regions that are empty when a set is finished. */
export const passingRegions = ["nameParts", "runs"] as const;

/** Rows in one region of one set: blocks of 16 KB each, more than an object's 10 GB. */
const regionRows = 2 ** 24;
/** Regions that a set's numbers have room for. */
const setRegions = 16;
/** A higher number would give keys that a double can't hold. */
const maxNumber = 2 ** 24;
/** Zstandard's quickest: half the time of zlib's quickest for the same bytes (workerd 1.2026, blocks of 16 KB). */
const packing = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Bytes that a row has unpacked at most: far more than any that is written. */
const maxUnpacked = 16 * 1024 * 1024;

/** Makes the tables where there are none. */
export function makeFileTables(sql: Sql): void {
  sql.exec(
    "CREATE TABLE IF NOT EXISTS file_set (number INTEGER PRIMARY KEY, head TEXT, first_keys BLOB)",
  );
  sql.exec("CREATE TABLE IF NOT EXISTS file_set_row (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
}

/** The rows of one set. A number as the key makes a row one write; an index would make it two. */
export class FileRows {
  readonly #sql: Sql;
  readonly #first: number;

  /** @param number of the set, a whole number below 2^24; throws RangeError for another */
  constructor(sql: Sql, number: number) {
    if (!Number.isInteger(number) || number < 0 || number >= maxNumber) {
      throw new RangeError(
        `${number} can't be a file set's number: it must be 0 to ${maxNumber - 1}.`,
      );
    }
    this.#sql = sql;
    this.#first = number * setRegions * regionRows;
  }

  add(region: Region, row: number, bytes: Uint8Array): void {
    if (row >= regionRows)
      throw new RangeError(`A file set has more than ${regionRows} ${region}.`);
    const query = "INSERT INTO file_set_row (id, bytes) VALUES (?, ?)";
    this.#sql.exec(query, this.#id(region, row), bytes);
  }

  /** Packs the bytes first; `readPacked` gives them back. */
  addPacked(region: Region, row: number, bytes: Uint8Array): void {
    this.add(region, row, zstdCompressSync(bytes, packing));
  }

  /** Throws Error where there is no such row: the set isn't whole. */
  read(region: Region, row: number): Uint8Array {
    const query = "SELECT bytes FROM file_set_row WHERE id = ?";
    const [found] = this.#sql.exec(query, this.#id(region, row)).toArray();
    if (found === undefined) throw new Error(`A file set lacks row ${row} of its ${region}.`);
    return bytesOf(found.bytes);
  }

  readPacked(region: Region, row: number): Uint8Array {
    return zstdDecompressSync(this.read(region, row), { maxOutputLength: maxUnpacked });
  }

  /** Deletes rows of a region, from one on. */
  remove(region: Region, from: number, count: number): void {
    const first = this.#id(region, from);
    this.#sql.exec("DELETE FROM file_set_row WHERE id >= ? AND id < ?", first, first + count);
  }

  clear(region: Region): void {
    this.remove(region, 0, regionRows);
  }

  /** Deletes some of the set's rows. @returns whether there may be more */
  removeSome(most: number): boolean {
    const { rowsWritten } = this.#sql.exec(
      `DELETE FROM file_set_row WHERE id IN
        (SELECT id FROM file_set_row WHERE id >= ? AND id < ? LIMIT ?)`,
      this.#first,
      this.#first + setRegions * regionRows,
      most,
    );
    return rowsWritten >= most;
  }

  #id(region: Region, row: number): number {
    return this.#first + regions[region] * regionRows + row;
  }
}

/** The bytes of a BLOB, as either platform gives it. */
export function bytesOf(value: unknown): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (value instanceof Uint8Array) return value;
  throw new Error("A row of a file set has no bytes.");
}
