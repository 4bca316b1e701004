/** The text files of a list's folder, read when they are asked for. */
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import type { TextFiles } from "../../worker/list/image-rules.ts";

/** @param dir the list's folder */
export function textFilesIn(dir: string): TextFiles {
  return {
    read(path) {
      try {
        return readFileSync(join(dir, path), "utf8");
      } catch {
        return undefined;
      }
    },
    below(folder) {
      const begin = folder === "" ? "" : `${folder}/`;
      const entries = readdirSync(join(dir, folder), { recursive: true, encoding: "utf8" });
      return entries.map((name) => begin + name.split(sep).join("/"));
    },
    called: (path) => join(dir, path),
  };
}
