import { expect, test } from "vitest";
import { pathOf, segmentOf } from "../../../worker/embedded/blob-path.ts";

const keys = [
  "debian/2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
  "Debian_x-1.0/a.b",
  "..",
  "../../etc/passwd",
  "a/../b",
  "a/./b",
  ".hidden",
  "a//b",
  "/",
  "a/",
  "%",
  "%2E",
  "%2e%2e/x",
  "ü/€/😀",
  "a b+c?d#e",
  "a\\b",
  "a\u0000b",
  "con:1",
];

test.each(keys)("%j has a path of its own", (key) => {
  const names = pathOf(key).split("/");
  for (const name of names) expect(name).toMatch(/^(?!\.)[A-Za-z0-9._%-]+$/);
  expect(names.map(segmentOf).join("/")).toBe(key);
});

test("paths of different keys differ, and an ordinary key is its own", () => {
  expect(new Set(keys.map(pathOf)).size).toBe(keys.length);
  expect(pathOf(keys[0] ?? "")).toBe(keys[0]);
});

test.each(["x".repeat(221), "ü".repeat(40), "", "a/".repeat(513)])("%j is refused", (key) => {
  expect(() => pathOf(key)).toThrow(/bytes/);
});

test.each([".slow.28469.0.tmp", "a b", "%2e", "%zz", "%61"])("%j is no blob's name", (name) => {
  expect(segmentOf(name)).toBeUndefined();
});
