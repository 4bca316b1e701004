/** The views that a list was compiled to when it last was without errors, in a file beside it. */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { writeFiles } from "./write-files.ts";

/** Where the views of the list in `dir` are. The Worker's bundle is made with this file. */
export function builtViewsFile(dir: string): string {
  return join(dir, "built", "views.txt");
}

/** Writes views. Returns their bytes. */
export async function keepBuiltViews(file: string, views: Views): Promise<number> {
  const text = JSON.stringify(views);
  await mkdir(dirname(file), { recursive: true });
  await writeFiles(new Map([[file, text]]));
  return Buffer.byteLength(text);
}
