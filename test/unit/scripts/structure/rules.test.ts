/** The rules that hold the Worker's folders in their order. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Imports, readImports } from "../../../../scripts/structure/imports.ts";
import { exceptions, order } from "../../../../scripts/structure/order.ts";
import {
  againstOrder,
  circles,
  circlesAcrossFolders,
  unusedExceptions,
} from "../../../../scripts/structure/rules.ts";

const twoFolders = [
  { name: "low", has: "" },
  { name: "high", has: "" },
  { name: "index.ts", has: "" },
];

function importsOf(files: Record<string, string[]>): Imports {
  return new Map(Object.entries(files));
}

test("an import of what stands before is fine, one of what stands behind is told with both files", () => {
  const imports = importsOf({
    "low/a.ts": ["high/b.ts", "low/c.ts"],
    "low/c.ts": [],
    "high/b.ts": ["low/c.ts"],
    "index.ts": ["low/a.ts", "high/b.ts"],
  });
  expect(againstOrder(imports, twoFolders, [])).toEqual([
    { from: "low/a.ts", to: "high/b.ts", rule: '"low" stands before "high" and may not know it.' },
  ]);
  const allowed = [{ from: "low/a.ts", to: "high/b.ts", why: "a test" }];
  expect(againstOrder(imports, twoFolders, allowed)).toEqual([]);
  expect(unusedExceptions(imports, allowed)).toEqual([]);
  expect(unusedExceptions(importsOf({ "low/a.ts": [] }), allowed)).toEqual(allowed);
});

test("a folder without a place is told, whoever imports it", () => {
  const imports = importsOf({
    "new/a.ts": ["low/c.ts"],
    "low/c.ts": [],
    "high/b.ts": ["new/a.ts"],
  });
  expect(againstOrder(imports, twoFolders, []).map(({ rule }) => rule)).toEqual([
    '"new" has no place in the order of folders.',
    '"new" has no place in the order of folders.',
  ]);
});

test("circles are found, those within a folder as well, and only those that cross one count", () => {
  const imports = importsOf({
    "low/a.ts": ["low/b.ts"],
    "low/b.ts": ["low/a.ts"],
    "low/sub/c.ts": ["low/d.ts"],
    "low/d.ts": ["low/e.ts"],
    "low/e.ts": ["low/sub/c.ts", "low/a.ts"],
  });
  expect(circles(imports)).toEqual([
    ["low/a.ts", "low/b.ts"],
    ["low/d.ts", "low/e.ts", "low/sub/c.ts"],
  ]);
  expect(circlesAcrossFolders(imports)).toEqual([["low/d.ts", "low/e.ts", "low/sub/c.ts"]]);
});

test("the Worker keeps to them, with at most five exceptions that each have a reason", () => {
  const imports = readImports(join(import.meta.dirname, "../../../../worker"));
  // A reader that finds nothing would find nothing wrong.
  expect(imports.size).toBeGreaterThan(300);
  expect([...imports.values()].flat().length).toBeGreaterThan(1000);
  expect(imports.get("index.ts")).toContain("routes/answer.ts");
  expect(againstOrder(imports, order, exceptions)).toEqual([]);
  expect(circlesAcrossFolders(imports)).toEqual([]);
  expect(unusedExceptions(imports, exceptions)).toEqual([]);
  expect(exceptions.length).toBeLessThanOrEqual(5);
  for (const { why } of exceptions) expect(why).not.toBe("");
});
