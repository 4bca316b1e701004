/** Reads which file imports which, from the text of the files. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";

/** Imports by importing file; paths relative to the measured folder. Only files of that folder are named. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** `import … from "x"`, `export … from "x"`, `import "x"`, `import("x")` and `typeof import("x")`, of relative paths. */
const specifiers = /(?:\bfrom\s*|\bimport\s*\(?\s*)"(\.{1,2}\/[^"]+)"/g;

/**
 * The imports of all `.ts` files below a folder. Imports of types count: a type is knowledge, too.
 *
 * @param folder path of the folder to measure
 */
export function readImports(folder: string): Imports {
  const files = globSync("**/*.ts", { cwd: folder }).sort();
  const known = new Set(files);
  const imports = new Map<string, readonly string[]>();
  for (const file of files) {
    const text = withoutComments(readFileSync(join(folder, file), "utf8"));
    const found = new Set<string>();
    for (const [, specifier = ""] of text.matchAll(specifiers)) {
      const target = relative(".", normalize(join(dirname(file), specifier)));
      if (known.has(target)) found.add(target);
    }
    imports.set(file, [...found]);
  }
  return imports;
}

/** Examples in comments are no imports. A string that holds a comment's beginning stands nowhere in an import. */
function withoutComments(text: string): string {
  return text.replace(/^\s*\/\*\*?[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}
