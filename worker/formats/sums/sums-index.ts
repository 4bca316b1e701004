/** Images: the files a `SHA256SUMS` lists. It is root and index in one. */
import { IndexRefused } from "../index-refused.ts";
import type { SummedFile } from "../kind-reading.ts";
import { classifyBy } from "../path-rules.ts";
import { imagePaths } from "./image-paths.ts";
import { SumsReader } from "./sums-reader.ts";

/** The payload files of a list of SHA-256 checksums, as `SumsReader` reads it; a sentence where a line is none. */
export function readSums(root: string, text: string): SummedFile[] | string {
  const files: SummedFile[] = [];
  const reader = new SumsReader(root, ({ path, sha256 }) => {
    if (sha256 !== undefined && classifyBy(imagePaths, path) === "payload")
      files.push({ path, sha256 });
    return undefined;
  });
  try {
    reader.push(new TextEncoder().encode(text));
    reader.end();
    return files;
  } catch (error) {
    if (!(error instanceof IndexRefused)) throw error;
    return `${root}, ${error.message}`;
  }
}
