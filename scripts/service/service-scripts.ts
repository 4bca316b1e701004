/** The scripts that workerd runs, and the files beside them, put where it finds them. */
import { copyFile, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parts } from "../program/parts.ts";
import { type Script, viewsModule } from "./bundle.ts";
import { databasePaths } from "./platform.ts";
import { workerScript } from "./worker-scripts.ts";

export interface ScriptFiles {
  /** workerd's folder. What is in it is replaced. */
  folder: string;
  /** The views that the scripts begin with, as JSON. */
  views: string;
  /** Folder of the IP databases; absent: where they are built. */
  databases?: string;
}

/**
 * Fills workerd's folder but for its configuration.
 *
 * @returns the IP databases that are there: name in the folder by binding. Rejects when a script can't be built.
 */
export async function putScripts(files: ScriptFiles): Promise<Record<string, string>> {
  const { folder, views, databases } = files;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const scripts: Script[] = ["edge", "watchers", "embedded"];
  const paths = Object.entries(databasePaths(databases));
  await Promise.all([
    ...scripts.map(async (script) => {
      await writeFile(join(folder, `${script}.js`), await workerScript(script));
    }),
    writeFile(join(folder, viewsModule), views),
    copyFile(parts.xz, join(folder, "xz.wasm")),
    // Not copied: workerd reads them once, and they are 16 MB.
    ...paths.map(([name, path]) => symlink(resolve(path), join(folder, `${name}.mmdb`))),
  ]);
  return Object.fromEntries(paths.map(([name]) => [name, `${name}.mmdb`]));
}
