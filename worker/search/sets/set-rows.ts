/** The rows of package sets. */
import type { Sql } from "../../runtime/sql.ts";
import { makeRowTable, NumberedRows, type RowTable } from "../numbered-rows.ts";

const regions = {
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

const table: RowTable<Region> = {
  name: "package_set_row",
  set: "package set",
  regions,
  // Of what lists show of records, of 4 KB, ten million packages.
  regionRows: 2 ** 20,
};

/** Makes the tables where there are none. */
export function makeSetTables(sql: Sql): void {
  sql.exec("CREATE TABLE IF NOT EXISTS package_set (number INTEGER PRIMARY KEY, head TEXT)");
  makeRowTable(sql, table);
}

/** The rows of one set. */
export class SetRows extends NumberedRows<Region> {
  /** @param number of the set, a whole number below 2^29; throws RangeError for another */
  constructor(sql: Sql, number: number) {
    super(sql, table, number);
  }
}
