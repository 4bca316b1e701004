/** The Workers' scripts: bundled from the sources in a checkout, read as they were built in a built folder. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parts } from "../program/parts.ts";
import { bundleScript, type Script } from "./bundle.ts";

/**
 * A script as one ES module, compact: workerd holds its text as long as it runs, 3 MB for all of them with their spaces.
 * It imports `./xz.wasm` where it needs it, and its views from the text module `viewsModule`.
 *
 * @throws the bundler's reason, or that of the file system
 */
export async function workerScript(script: Script): Promise<string> {
  if (parts.scripts === undefined) return (await bundleScript(script, { shape: "compact" })).text;
  return await readFile(join(parts.scripts, `${script}.js`), "utf8");
}
