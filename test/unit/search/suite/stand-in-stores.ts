/** Stores of sets as simple as can be: a row for each thing, over the real database. */

import type { Sql } from "../../../../worker/runtime/sql.ts";
import type { FileSet } from "../../../../worker/search/package-set.ts";
import type { SetStore, SuiteStores } from "../../../../worker/search/suite/suite-context.ts";
import type { FoundPackage } from "../../../../worker/search/suite-question.ts";

/** An opened set. */
export interface StandInSet {
  packages: FoundPackage[];
}

/** Sets of one role in tables of their own. @param open of the rows of a finished set */
function rowsStore<Build, Opened>(
  sql: Sql,
  role: string,
  build: (add: (row: unknown) => void, finish: () => void) => Build,
  open: (rows: string[]) => Opened,
): SetStore<Build, Opened> {
  sql.exec(`CREATE TABLE IF NOT EXISTS some_${role} (number INTEGER, json TEXT)`);
  sql.exec(`CREATE TABLE IF NOT EXISTS whole_${role} (number INTEGER)`);
  const numbers = (query: string) =>
    sql
      .exec(query)
      .toArray()
      .map(({ number }) => Number(number));
  return {
    build: (number) =>
      build(
        (row) => {
          sql.exec(`INSERT INTO some_${role} VALUES (?, ?)`, number, JSON.stringify(row));
        },
        () => {
          sql.exec(`INSERT INTO whole_${role} VALUES (?)`, number);
        },
      ),
    open: (number) => {
      if (!numbers(`SELECT number FROM whole_${role}`).includes(number)) return undefined;
      const rows = sql.exec(`SELECT json FROM some_${role} WHERE number = ?`, number).toArray();
      return open(rows.map(({ json }) => String(json)));
    },
    *dropping(number) {
      for (const table of ["whole", "some"]) {
        yield;
        sql.exec(`DELETE FROM ${table}_${role} WHERE number = ?`, number);
      }
    },
    numbers: () => numbers(`SELECT DISTINCT number FROM some_${role}`),
  };
}

const none = () => undefined;

export function standInStores(sql: Sql): SuiteStores<StandInSet> {
  return {
    packages: rowsStore(
      sql,
      "packages",
      (add, finish) => ({
        add: (record, component) =>
          add({ record, ...(component && { component }), why: [], rank: 0 }),
        describe: none,
        commands: none,
        advisory: none,
        group: none,
        *finish() {
          yield;
          finish();
        },
      }),
      (rows) => ({ packages: rows.map((row): FoundPackage => JSON.parse(row)) }),
    ),
    files: rowsStore(
      sql,
      "files",
      (add, finish) => ({
        add: (path, owners) => add({ path, owners }),
        addPlain: (bytes, from, to, owners) =>
          add({ path: new TextDecoder().decode(bytes.subarray(from, to)), owners }),
        *finish() {
          yield;
          finish();
        },
      }),
      openFiles,
    ),
    answer: (question, { packages, files }) => {
      if (question.ask === "paths") {
        if (files === undefined) return { files: [], total: 0, refused: "There are no files." };
        const found = files.path(question.path);
        return { files: found, total: found.length };
      }
      const names = question.ask === "named" ? question.names : [];
      const found = packages.packages.filter(({ record }) => names.includes(record.name));
      return { packages: found, total: found.length };
    },
  };
}

function openFiles(rows: string[]): FileSet {
  const all = rows.map((row): { path: string; owners: string[] } => JSON.parse(row));
  const nothing = () => ({ files: [], total: 0 });
  return {
    count: all.length,
    path: (path) => all.filter((one) => one.path === path),
    end: nothing,
    name: nothing,
    glob: nothing,
    of: nothing,
    command: () => [],
  };
}
