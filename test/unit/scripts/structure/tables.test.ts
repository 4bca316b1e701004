/** Every table that outlives a request has a bound: the lists say which, and docs/performance.md what each takes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { edgeTables, viewTables } from "../../../../scripts/structure/edge-tables.ts";
import { gone, listed, unlisted } from "../../../../scripts/structure/table-lists.ts";
import { boundOf, bytesOf, sizeOf, tableLines } from "../../../../scripts/structure/table-rows.ts";
import { tables, tablesIn } from "../../../../scripts/structure/tables.ts";
import { watcherTables } from "../../../../scripts/structure/watcher-tables.ts";

const root = join(import.meta.dirname, "../../../..");
const worker = join(root, "worker");
const found = tables(worker);

describe("what may grow is found", () => {
  const inClass = (line: string) => tablesIn(`export class Held<Value> {\n  ${line}\n}\n`);

  it.each([
    ["readonly #held = new Map<string, number>();", "Held.#held"],
    ["#young: Generation<Value> = new Map();", "Held.#young"],
    ["static readonly all = new Set<string>();", "Held.all"],
    ["readonly #slots = new Uint32Array(slots * words);", "Held.#slots"],
    ["#waiting: Seen[] = [];", "Held.#waiting"],
    ["readonly #heads: LastUsed<Head>;", "Held.#heads"],
    ["#lacks: { of: Map<string, number> } | undefined;", "Held.#lacks"],
    ["readonly #reading = new SharedWork<Whole>(2 * deadlineMs);", "Held.#reading"],
  ])("%s", (line, name) => {
    expect(inClass(line)).toEqual([name]);
  });

  it.each([
    ["const made = new Map<string, RegExp>();", "made"],
    ["const heldOf = new WeakMap<Answers, { texts: LastUsed<Held> }>();", "heldOf"],
    ["export const all: string[] = [];", "all"],
    ["const paths = new LastUsed<string>(maxPaths);", "paths"],
    ["let isolate: Isolate | undefined;", "isolate"],
    ["  return { offers, places: new Map() };", "{places}"],
  ])("%s", (line, name) => {
    expect(tablesIn(`${line}\n`)).toEqual([name]);
  });

  it.each([
    'const silent = new Set(["script", "style"]);',
    "const byLength: ReadonlyMap<string, string> = new Map([",
    "// const made = new Map<string, RegExp>();",
    "/** Of `new Map()`. */",
    "  const found = new Map<string, number>();",
    "const encoder = new TextEncoder();",
  ])("%s is none", (line) => {
    expect(tablesIn(`${line}\n`)).toEqual([]);
  });
});

test("a table that no list has is told, and a list's that isn't there", () => {
  const one = { file: "a/b.ts", name: "Held.#held" };
  expect(unlisted([one], ["a/b.ts Held.#other"])).toEqual(["a/b.ts Held.#held"]);
  expect(unlisted([one], ["a/b.ts Held.#held"])).toEqual([]);
  expect(unlisted([one], ["a/b.ts Held"])).toEqual([]);
  expect(gone([one], ["a/b.ts Held", "a/c.ts Held"])).toEqual(["a/c.ts Held"]);
});

test("each table of the Worker is in a list: give a new one a bound, and its row", () => {
  // A reader that finds nothing would find nothing wrong.
  expect(found.length).toBeGreaterThan(200);
  expect(unlisted(found, listed)).toEqual([]);
  expect(gone(found, listed)).toEqual([]);
});

test("a bound is read as its file has it", () => {
  expect(boundOf(worker, "clients/history.ts slots")).toBe(65_536);
  expect(boundOf(worker, "pages/frame/held-pages.ts maxHeldBytes")).toBe(3 * 1024 * 1024);
  expect(boundOf(worker, "embedded/key-hash.ts slots")).toBe(2 ** 22);
  expect(() => boundOf(worker, "clients/history.ts none")).toThrow("no constant none");
});

// What is made with its bound says so where it is made: a list that names another constant would be wrong.
const byLibrary = [...edgeTables, ...watcherTables].flatMap((row) =>
  row.of.flatMap((one) => {
    const [file = "", name = ""] = one.split(" ");
    const field = name.split(".").at(-1) ?? "";
    const made = new RegExp(`${field} = new (?:LastUsed|TextGenerations)<.*>\\((\\w+)\\)`);
    const bound = made.exec(readFileSync(join(worker, file), "utf8"))?.[1];
    return bound === undefined ? [] : [{ one, bound, told: row.bound }];
  }),
);

test.each(byLibrary)("$one is made with $bound", ({ one, bound, told }) => {
  expect(told).toBe(`${one.split(" ")[0]} ${bound}`);
});

test("what the edge holds besides views and databases takes less than five eighths of an isolate", () => {
  expect(byLibrary.length).toBeGreaterThan(15);
  for (const row of [...edgeTables, ...watcherTables]) {
    expect(sizeOf(worker, row).bytes, row.holds).toBeGreaterThan(0);
  }
  expect(bytesOf(worker, edgeTables)).toBeLessThan(80 * 1024 * 1024);
});

test("docs/performance.md has every row", () => {
  const lines = readFileSync(join(root, "docs/performance.md"), "utf8").split("\n");
  for (const rows of [edgeTables, watcherTables]) {
    const wanted = tableLines(worker, rows);
    const begins = lines.indexOf(wanted[2] ?? "") - 2;
    expect(lines.slice(begins, begins + wanted.length)).toEqual(wanted);
  }
  const total = Math.round(bytesOf(worker, edgeTables) / 1024).toLocaleString("en");
  expect(lines.join("\n")).toContain(`${total} KiB together`);
  for (const { by } of viewTables) expect(lines.join("\n")).toContain(by);
});
