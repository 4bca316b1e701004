/** The Workers' scripts: bundled from the sources in a checkout, read as they were built in a built folder. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parts } from "../program/parts.ts";
import { bundleEntry, entryPoints, root } from "./bundle.ts";

/** Workers of a service on this machine, by the name of their built file without `.js`. */
export const workerEntries = { ...entryPoints, embedded: "worker/embedded/index.ts" } as const;

export type WorkerScript = keyof typeof workerEntries;

/**
 * A Worker's script as one ES module. It imports `./xz.wasm` where it needs it, and its views from the text module
 * `./views.txt` (`viewsModule`).
 *
 * @throws the bundler's reason, or that of the file system
 */
export async function workerScript(name: WorkerScript): Promise<string> {
  if (parts.scripts !== undefined) return await readFile(join(parts.scripts, `${name}.js`), "utf8");
  return (await bundleEntry(workerEntries[name], { views: "beside" })).text;
}

/** Whether this version of the program has that Worker. */
export function hasWorker(name: WorkerScript): boolean {
  return parts.scripts === undefined
    ? existsSync(join(root, workerEntries[name]))
    : existsSync(join(parts.scripts, `${name}.js`));
}
