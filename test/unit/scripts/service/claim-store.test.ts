/** A folder of stores has one service; one that can't be used is refused with a sentence. */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { claimStore } from "../../../../scripts/service/claim-store.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

it("is one service's until that one lets it go", () => {
  const folder = join(temporaryFolder("nearmirror-claim-"), "made", "anew");
  const first = claimStore(folder);
  expect(() => claimStore(folder)).toThrow(
    `--store ${folder} is in use by another service (process ${process.pid}). Stop that one, or start this one with a store and a port of its own: npm start -- --store DIR --port N`,
  );
  first.release();
  claimStore(folder).release();
});

it.each([
  ["a file", (folder: string) => join(folder, "file"), /is a file and no folder/],
  ["below a file", (folder: string) => join(folder, "file", "store"), /is a file and no folder/],
  ["where no folder can be made", () => "/proc/nearmirror", /it can't be made/],
])("refuses %s, and says what to give", (_, path, why) => {
  const folder = temporaryFolder("nearmirror-claim-");
  writeFileSync(join(folder, "file"), "");
  expect(() => claimStore(path(folder))).toThrow(why);
  expect(() => claimStore(path(folder))).toThrow(/Give a folder that this user can write\.$/);
});

it.skipIf(process.getuid?.() === 0)("refuses a folder that may not be written", () => {
  const folder = temporaryFolder("nearmirror-claim-");
  chmodSync(folder, 0o555);
  expect(() => claimStore(folder)).toThrow(/it may not be written/);
});
