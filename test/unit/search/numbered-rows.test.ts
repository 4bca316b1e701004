/** Rows of sets: each set has its own, and a number that the keys have no room for is refused. */
import { expect, it } from "vitest";
import { makeRowTable, NumberedRows, type RowTable } from "../../../worker/search/numbered-rows.ts";
import { memorySql } from "./sets/memory-sql.ts";

type Region = "one" | "last";

const table: RowTable<Region> = {
  name: "file_set_row",
  set: "file set",
  regions: { one: 1, last: 15 },
  regionRows: 2048,
};

function rowsOf(...numbers: number[]) {
  const sql = memorySql();
  makeRowTable(sql, table);
  return { sql, all: numbers.map((number) => new NumberedRows<Region>(sql, table, number)) };
}

const bytes = (...values: number[]) => Uint8Array.from(values);

it("keeps sets, regions and rows apart, up to the last of each", () => {
  const { all } = rowsOf(0, 1, 2);
  for (const [set, rows] of all.entries()) {
    for (const row of [0, 2047]) {
      rows.add("one", row, bytes(set, 1, row & 255));
      rows.add("last", row, bytes(set, 15, row & 255));
    }
  }
  for (const _ of all[1]?.removing() ?? []);
  all[2]?.clear("one");
  for (const row of [0, 2047]) {
    expect(all[0]?.read("last", row)).toEqual(bytes(0, 15, row & 255));
    expect(all[0]?.read("one", row)).toEqual(bytes(0, 1, row & 255));
    expect(all[2]?.read("last", row)).toEqual(bytes(2, 15, row & 255));
    expect(() => all[1]?.read("last", row)).toThrow(`A file set lacks row ${row} of its last.`);
    expect(() => all[2]?.read("one", row)).toThrow(`A file set lacks row ${row} of its one.`);
  }
});

it("reads many rows at once, each under its number, and says which isn't there", () => {
  const [rows, other] = rowsOf(3, 4).all;
  for (let row = 0; row < 2048; row++) rows?.add("one", row, bytes(row & 255, row >> 8));
  other?.add("one", 5, bytes(9));
  const read = rows?.readAll("one", [2047, 5, 300]);
  expect([...(read ?? [])].sort(([one], [two]) => one - two)).toEqual([
    [5, bytes(5, 0)],
    [300, bytes(44, 1)],
    [2047, bytes(255, 7)],
  ]);
  expect(rows?.readAll("one", [7])).toEqual(new Map([[7, bytes(7, 0)]]));
  expect(rows?.readAll("one", [])).toEqual(new Map());
  expect(() => other?.readAll("one", [5, 6])).toThrow("A file set lacks row 6 of its one.");
});

it("removes a stretch of rows alone", () => {
  const [rows] = rowsOf(4).all;
  for (let row = 0; row < 5; row++) rows?.add("one", row, bytes(row));
  rows?.remove("one", 1, 3);
  expect([rows?.read("one", 0), rows?.read("one", 4)]).toEqual([bytes(0), bytes(4)]);
  for (const row of [1, 2, 3]) expect(() => rows?.read("one", row)).toThrow(/lacks row/);
});

it("removes all rows in steps, of which some may be left out", () => {
  const { sql, all } = rowsOf(3);
  const [rows] = all;
  for (let row = 0; row < 1300; row++) rows?.add("one", row, bytes(1));
  const left = () => Number(sql.exec("SELECT COUNT(*) AS n FROM file_set_row").toArray()[0]?.n);
  expect(rows?.removing().next().done).toBe(false);
  expect(left()).toBeGreaterThan(500);
  expect(left()).toBeLessThan(1300);
  for (const _ of rows?.removing() ?? []);
  expect(left()).toBe(0);
});

it("refuses what its keys have no room for", () => {
  const last = 2 ** 53 / (16 * 2048) - 1;
  const { sql, all } = rowsOf(last);
  const [rows] = all;
  expect(() => rows?.add("last", 2048, bytes(1))).toThrow("A file set has more than 2048 last.");
  rows?.add("last", 2047, bytes(7));
  expect(rows?.read("last", 2047)).toEqual(bytes(7));
  for (const number of [-1, 0.5, last + 1, Number.NaN]) {
    expect(() => new NumberedRows(sql, table, number)).toThrow(
      `${number} can't be a file set's number: it must be 0 to ${last}.`,
    );
  }
});

it("says of a row without bytes that it has none", () => {
  const { sql, all } = rowsOf(0);
  sql.exec("INSERT INTO file_set_row (id, bytes) VALUES (2048, 'text')");
  expect(() => all[0]?.read("one", 0)).toThrow(
    "Row 0 of a file set's one has no bytes in the database.",
  );
});
