/** The scripts that workerd runs, and the files beside them, put where it finds them. */
import { copyFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
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
 * The folder that the Worker reads the IP databases from, absolute; undefined: none of them is there.
 *
 * @param databases the folder; absent: where they are built
 */
export function databasesFolder(databases?: string): string | undefined {
  const [first] = Object.values(databasePaths(databases));
  return first === undefined ? undefined : dirname(resolve(first));
}
