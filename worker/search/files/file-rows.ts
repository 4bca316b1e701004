/** The rows of file sets. */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Sql } from "../../runtime/sql.ts";
import { makeRowTable, NumberedRows, type RowTable } from "../numbered-rows.ts";

const regions = {
  blocks: 0,
  /** Records of last segments, sorted. */
  names: 1,
  /** Paths that a pattern may match, sorted. */
  shelf: 2,
  // 3 was of names of commands: sets that are stored still have them.
  owners: 4,
  /** While a set is being built: records of last segments, by part. */
  nameParts: 5,
  /** While a set is being built: sorted pieces of the shelf. */
  runs: 6,
} as const;

export type Region = keyof typeof regions;

/** Regions that are empty when a set is finished. */
export const passingRegions = ["nameParts", "runs"] as const;

const table: RowTable<Region> = {
  name: "file_set_row",
  set: "file set",
  regions,
  // Blocks of 16 KB each, more than an object's 10 GB.
  regionRows: 2 ** 24,
};

/** Zstandard's quickest: half the time of zlib's quickest for the same bytes (workerd 1.2026, blocks of 16 KB). */
const packing = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** Bytes that a row has unpacked at most: far more than any that is written. */
const maxUnpacked = 16 * 1024 * 1024;

/** Makes the tables where there are none. */
export function makeFileTables(sql: Sql): void {
  sql.exec(
    "CREATE TABLE IF NOT EXISTS file_set (number INTEGER PRIMARY KEY, head TEXT, first_keys BLOB)",
  );
  makeRowTable(sql, table);
}

/** The rows of one set. */
export class FileRows extends NumberedRows<Region> {
  /** @param number of the set, a whole number below 2^25; throws RangeError for another */
  constructor(sql: Sql, number: number) {
    super(sql, table, number);
  }

  /** Packs the bytes first; `readPacked` gives them back. */
  addPacked(region: Region, row: number, bytes: Uint8Array): void {
    this.add(region, row, zstdCompressSync(bytes, packing));
  }

  readPacked(region: Region, row: number): Uint8Array {
    return zstdDecompressSync(this.read(region, row), { maxOutputLength: maxUnpacked });
  }
}
