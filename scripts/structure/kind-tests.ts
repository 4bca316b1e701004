/** Finds where code tests a kind of repository by its name, in place of asking the table of kinds. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder that may: each kind's own code, and the table. */
const home = "formats/";

/** One place. */
export interface KindTest {
  /** Below the measured folder. */
  file: string;
  /** From 1. */
  line: number;
  text: string;
}

/**
 * The lines of a text that compare something with a kind's name, list by it, or make a table of kinds of their own.
 * That a name stands elsewhere (`"files" in value`) means no kind. Comments don't count.
 *
 * @param names of all kinds
 */
export function kindTestsIn(text: string, names: readonly string[]): Omit<KindTest, "file">[] {
  const name = `"(?:${names.join("|")})"`;
  const tests = new RegExp(
    [
      `[=!]==?\\s*${name}`,
      `${name}\\s*[=!]==?`,
      `\\bcase\\s+${name}`,
      `\\[\\s*${name}\\s*,`,
      `\\bRecord<\\s*(?:Kind\\b|\\w+\\["kind"\\])`,
    ].join("|"),
  );
  const found: Omit<KindTest, "file">[] = [];
  let inComment = false;
  for (const [at, line] of text.split("\n").entries()) {
    const begins = /^\s*\/\*/.test(line);
    const isComment = inComment || begins || /^\s*\/\//.test(line);
    inComment = (inComment || begins) && !line.includes("*/");
    if (!isComment && tests.test(line)) found.push({ line: at + 1, text: line.trim() });
  }
  return found;
}

/** As `kindTestsIn`, of all files below a folder but those of `formats/`. */
export function kindTests(folder: string, names: readonly string[]): KindTest[] {
  return globSync("**/*.ts", { cwd: folder })
    .filter((file) => !file.startsWith(home))
    .sort()
    .flatMap((file) =>
      kindTestsIn(readFileSync(join(folder, file), "utf8"), names).map((one) => ({ file, ...one })),
    );
}
