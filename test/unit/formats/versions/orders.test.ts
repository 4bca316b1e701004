/** Each kind's order of versions, held against tables that its own tool made of pairs generated with a fixed seed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compareApkVersions } from "../../../../worker/formats/apk/apk-version.ts";
import { compareDpkgVersions } from "../../../../worker/formats/apt/dpkg-version.ts";
import { comparePacmanVersions } from "../../../../worker/formats/pacman/vercmp.ts";
import { compareRpmVersions } from "../../../../worker/formats/rpm/rpm-version.ts";

type Compare = (one: string, other: string) => number;

/** The first line of a table names the tool; all others have a version, `<`, `=` or `>`, and a version. */
const tables: readonly (readonly [table: string, compare: Compare])[] = [
  ["dpkg", compareDpkgVersions],
  ["rpm", compareRpmVersions],
  ["pacman", comparePacmanVersions],
  ["apk", compareApkVersions],
];

const signOf = (order: number) => (order < 0 ? "<" : order > 0 ? ">" : "=");

test.each(tables)("%s", (table, compare) => {
  const text = readFileSync(join(import.meta.dirname, `${table}.txt`), "utf8");
  const rows = text.trim().split("\n").slice(1);
  expect(rows.length).toBeGreaterThan(500);
  const wrong = rows.filter((row) => {
    const [one = "", sign = "", other = ""] = row.split(" ");
    const turned = { "<": ">", ">": "<", "=": "=" }[sign];
    return signOf(compare(one, other)) !== sign || signOf(compare(other, one)) !== turned;
  });
  expect(wrong).toEqual([]);
});

test("what no tool would take is compared without end or error", () => {
  const odd = [
    "",
    "-",
    ":",
    "1:",
    "a:1",
    "~",
    "^",
    ":-",
    "\u00fc1",
    "1-",
    "9".repeat(400),
    "_p",
    "1_",
  ];
  for (const [table, compare] of tables) {
    for (const one of odd) {
      for (const other of odd) {
        const sum = Math.sign(compare(one, other)) + Math.sign(compare(other, one));
        expect(sum, `${table}: ${one} and ${other}`).toBe(0);
      }
    }
  }
});
