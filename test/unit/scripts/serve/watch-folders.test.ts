import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished, test } from "vitest";
import { watchFolders } from "../../../../scripts/serve/watch-folders.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

/** Resolves with the next change. */
function following(path: string) {
  let told = Promise.withResolvers<void>();
  const end = watchFolders(
    [path],
    () => told.resolve(),
    (reason) => told.reject(new Error(reason)),
  );
  onTestFinished(end);
  return async (change: () => void) => {
    told = Promise.withResolvers<void>();
    change();
    await told.promise;
  };
}

test("A changed file, a folder that is replaced, and a change in the new one are told", async () => {
  const root = temporaryFolder("nearmirror-watch-");
  const path = join(root, "mirrors");
  mkdirSync(path);
  const next = following(path);
  await next(() => writeFileSync(join(path, "a.yaml"), "a"));
  mkdirSync(join(root, "new"));
  await next(() => {
    renameSync(path, join(root, "old"));
    renameSync(join(root, "new"), path);
  });
  await next(() => writeFileSync(join(path, "b.yaml"), "b"));
});

test("A folder that isn't there yet, then as a link, is followed", async () => {
  const root = temporaryFolder("nearmirror-watch-");
  const path = join(root, "keys");
  const next = following(path);
  mkdirSync(join(root, "keys-1"));
  await next(() => symlinkSync("keys-1", path));
  await next(() => writeFileSync(join(root, "keys-1", "key.asc"), "x"));
});
