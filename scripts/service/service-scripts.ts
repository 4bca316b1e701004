/** The scripts that workerd runs, and the files beside them, put where it finds them. */
import { copyFile, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parts } from "../program/parts.ts";
import type { Script } from "./bundle.ts";
import { databasePaths } from "./platform.ts";
import { workerScript } from "./worker-scripts.ts";

const scripts: readonly Script[] = ["edge", "watchers", "embedded"];

/** Puts the scripts, and the Wasm that they import, into workerd's folder. Rejects when one can't be built. */
export async function putScripts(folder: string): Promise<void> {
  await Promise.all([
    ...scripts.map(async (script) => {
      await writeFile(join(folder, `${script}.js`), await workerScript(script));
    }),
    copyFile(parts.xz, join(folder, "xz.wasm")),
  ]);
}

/**
 * Puts the IP databases into workerd's folder.
 *
 * @param databases their folder; absent: where they are built
 * @returns those that are there: name in workerd's folder by binding
 */
export async function putDatabases(
  folder: string,
  databases?: string,
): Promise<Record<string, string>> {
  const paths = Object.entries(databasePaths(databases));
  // Not copied: workerd reads them once, and they are 16 MB.
  await Promise.all(
    paths.map(([name, path]) => symlink(resolve(path), join(folder, `${name}.mmdb`))),
  );
  return Object.fromEntries(paths.map(([name]) => [name, `${name}.mmdb`]));
}
