/** Reads a mirror list's folder. The only place where checking and compiling touch the disk. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseSource, type Source } from "./source.ts";

export interface ListFiles {
  repositories: Source[];
  mirrors: Source[];
  /** Names of the files under `keys/`. */
  keys: Set<string>;
}

/**
 * All YAML files of a list, sorted by name.
 * @throws when `dir` has no `repositories` or `mirrors` folder, or a file can't be read.
 */
export async function readListFiles(dir: string): Promise<ListFiles> {
  const [repositories, mirrors, keys] = await Promise.all([
    readSources(join(dir, "repositories")),
    readSources(join(dir, "mirrors")),
    readdir(join(dir, "keys")).catch(() => []),
  ]);
  return { repositories, mirrors, keys: new Set(keys) };
}

async function readSources(folder: string): Promise<Source[]> {
  const stem = (name: string) => name.replace(/\.ya?ml$/, "");
  const names = (await readdir(folder)).filter((name) => stem(name) !== name);
  names.sort((a, b) => (stem(a) < stem(b) ? -1 : 1));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return names.map((name, index) => parseSource(join(folder, name), texts[index] ?? ""));
}
