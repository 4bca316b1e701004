/** The scripts that workerd runs, and the files beside them, put where it finds them. */
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parts } from "../program/parts.ts";
import type { Script } from "./bundle.ts";
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
