/** A renaming fails, at each step: the state is as it was, and so is what was to come. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { exchangeState } from "../../../../scripts/backup/exchange-state.ts";

const now = new Date("2026-03-01T12:00:00Z");

function stateWith(files: Record<string, string>): string {
  const store = mkdtempSync(join(tmpdir(), "nearmirror-exchange-"));
  onTestFinished(() => rmSync(store, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(store, path)), { recursive: true });
    writeFileSync(join(store, path), text);
  }
  return store;
}

function told(store: string): Record<string, string> {
  const files = readdirSync(store, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(
    files.map((file) => [relative(store, file), readFileSync(file, "utf8")]),
  );
}

const files = {
  "format.json": "old",
  "do/a.sqlite": "old",
  "blobs/debian/one": "old",
  "list-version": "old",
  "restoring/format.json": "new",
  "restoring/do/a.sqlite": "new",
  "restoring/embedded/b.sqlite": "new",
};

// Four parts go aside, three come.
test.each([1, 2, 3, 4, 5, 6, 7])("the renaming %i fails", (failing) => {
  const store = stateWith(files);
  let count = 0;
  const rename = (from: string, to: string) => {
    if (++count === failing) throw new Error("EBUSY: resource busy or locked");
    renameSync(from, to);
  };
  const exchange = () => exchangeState({ store, fresh: join(store, "restoring"), now, rename });
  expect(exchange).toThrow("EBUSY");
  expect(told(store)).toEqual(files);
  // What made it fail is gone: nothing of the first try is in the way.
  expect(exchange()).toBe(join(store, "before-restore-2026-03-01T12-00-00-000Z"));
  expect(told(store)).toMatchObject({ "format.json": "new", "embedded/b.sqlite": "new" });
});
