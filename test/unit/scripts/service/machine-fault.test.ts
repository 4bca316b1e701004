import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { machineFault } from "../../../../scripts/service/machine-fault.ts";

const withCode = (facts: object) => Object.assign(new Error("it failed"), facts);

// errno(3), and sqlite.org/rescode.html: 14 CANTOPEN, 1032 READONLY_DBMOVED, 13 FULL.
test.each([
  { code: "ENOSPC" },
  { code: "EACCES" },
  { code: "ERR_SQLITE_ERROR", errcode: 14 },
  { code: "ERR_SQLITE_ERROR", errcode: 1032 },
  { code: "ERR_SQLITE_ERROR", errcode: 13 },
])("%o is the machine's", (facts) => {
  expect(machineFault(withCode(facts), tmpdir())).toMatch(/\(it failed\)\. .* start again/);
});

// 11 CORRUPT, 26 NOTADB; 10 IOERR where there is room is a broken disk.
test.each([{ errcode: 11 }, { errcode: 26 }, { errcode: 10 }, { code: "ENOTDIR" }, {}])(
  "%o is the file's",
  (facts) => {
    expect(machineFault(withCode(facts), tmpdir())).toBeUndefined();
  },
);
