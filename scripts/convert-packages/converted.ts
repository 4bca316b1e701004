/** A suite in the forms that other kinds' tools are measured with. */
import { join, resolve } from "node:path";
import type { SuiteFiles } from "../judge-packages/suite-files.ts";
import { readFileLists } from "./file-lists.ts";
import { convertToPacman } from "./pacman.ts";
import { convertToRpm } from "./rpm.ts";

/** @returns the repositories' folders */
export async function convertedIn(
  { suite, folder, packages, contents }: SuiteFiles,
  directory: string,
): Promise<{ rpm: string; pacman: string }> {
  const files = await readFileLists(
    contents,
    packages.map(({ name }) => name),
    join(directory, ".files-of-packages"),
  );
  try {
    const read = {
      packages,
      files,
      from: resolve(folder),
      name: suite,
      date: 0,
      security: new Set<string>(),
    };
    const [rpm, pacman] = [join(directory, "rpm"), join(directory, "pacman")];
    await convertToRpm(read, rpm, () => undefined);
    await convertToPacman(read, pacman, () => undefined);
    return { rpm, pacman };
  } finally {
    files.remove();
  }
}
