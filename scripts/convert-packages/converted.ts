/** Another kind's indexes of a suite whose files are at hand, for services and tools that are tried with them. */
import { join, resolve } from "node:path";
import type { SuiteFiles } from "../judge-packages/suite-files.ts";
import { readFileLists } from "./file-lists.ts";
import type { Conversion } from "./suite.ts";

/** Packages have no time of building in apt's index. */
const date = 0;

/** Writes each conversion into its folder; the files of packages are read once. */
export async function convertSuite(
  { suite, folder, packages, contents }: SuiteFiles,
  wanted: readonly { convert: Conversion; to: string }[],
  scratch: string,
): Promise<void> {
  const names = packages.map(({ name }) => name);
  const files = await readFileLists(contents, names, join(scratch, ".files-of-packages"));
  try {
    const from = resolve(folder);
    const read = { packages, files, from, name: suite, date, security: new Set<string>() };
    for (const { convert, to } of wanted) await convert(read, to, () => undefined);
  } finally {
    files.remove();
  }
}
