/** The documents, read as a test needs them. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where the checkout is. */
export const projectRoot = join(import.meta.dirname, "../../..");

/** One document: its path in the checkout, and its text. */
export interface Document {
  path: string;
  text: string;
}

/** @param path of the document in the checkout */
export function readDocument(path: string): string {
  return readFileSync(join(projectRoot, path), "utf8");
}

/** Every page that people read about this project, sorted by path. */
export function readDocuments(): Document[] {
  const paths = globSync(
    ["README.md", ".github/*.md", "docs/**/*.md", "findings/README.md", "geo-data/README.md"],
    { cwd: projectRoot },
  );
  return paths.sort().map((path) => ({ path, text: readDocument(path) }));
}
