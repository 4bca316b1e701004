/** A store that belongs to another user in part is told, and nothing in it is taken for damaged. */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { root } from "../../../../scripts/service/bundle.ts";
import { foreignPart } from "../../../../scripts/service/store-access.ts";
import { storeLayout } from "../../../../scripts/service/store-layout.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

/** Debian's `nobody`. */
const nobody = 65534;
const isRoot = process.getuid?.() === 0;

function storeOf(uid: number): string {
  const folder = temporaryFolder("nearmirror-access-");
  const objects = join(folder, "do", "nearmirror-Fleet");
  mkdirSync(objects, { recursive: true });
  const database = new DatabaseSync(join(objects, "a.sqlite"));
  database.exec("CREATE TABLE t (x)");
  database.close();
  for (const path of [folder, join(folder, "do"), objects, join(objects, "a.sqlite")]) {
    chownSync(path, uid, uid);
  }
  return folder;
}

/** What opening the store says to that user. */
function openedBy(uid: number, folder: string): string {
  const module = pathToFileURL(join(root, "scripts/service/store.ts")).href;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `process.setuid(${uid});
      const { openStore } = await import(${JSON.stringify(module)});
      try { console.log((await openStore(${JSON.stringify(folder)}, new Date())).notes.join()); }
      catch (error) { console.log(error.message); }`,
    ],
    { encoding: "utf8" },
  );
  return stdout.trim() + stderr;
}

test.runIf(isRoot)("root's file in the store of a user is named, with what to do", () => {
  const folder = storeOf(nobody);
  expect(foreignPart(folder, storeLayout(folder))).toBeUndefined();
  const file = join(folder, "do/nearmirror-Fleet/a.sqlite");
  chownSync(file, 0, 0);
  chmodSync(file, 0o600);
  expect(foreignPart(folder, storeLayout(folder))).toBe("do/nearmirror-Fleet/a.sqlite");
  const said = openedBy(nobody, folder);
  expect(said).toContain("do/nearmirror-Fleet/a.sqlite in it belongs to user 0");
  expect(said).toContain(`chown -R ${nobody} ${folder}`);
  expect(existsSync(file)).toBe(true);
  expect(existsSync(join(folder, "broken"))).toBe(false);
});

test.runIf(isRoot)("a store that is all of its user's opens", () => {
  const folder = storeOf(nobody);
  writeFileSync(join(folder, "format.json"), '{"version":2}');
  expect(openedBy(nobody, folder)).toBe("");
});
