/** A list's files as its entries: what the running service takes over, and what it is compared with. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { nameOfFile } from "../../worker/list/check.ts";
import type { EntryValue, ListEntries } from "../../worker/list/entries.ts";
import type { TextFiles } from "../../worker/list/image-rules.ts";
import type { RepositoryFile } from "../../worker/list/site.ts";
import type { YamlSource } from "./source.ts";

/** The files of a list without errors. */
export interface FilesOfList {
  mirrors: readonly YamlSource[];
  repositories: readonly YamlSource[];
  /** Files of rules that were read, by their paths. */
  texts: ReadonlyMap<string, string>;
}

/**
 * The entries, in the order of their places. Key files that no repository names are none: they may be anything.
 *
 * @param dir the list's folder
 * @param repositories as they were read from the files
 * @throws where a key file can't be read
 */
export async function entriesOfFiles(
  dir: string,
  files: FilesOfList,
  repositories: readonly RepositoryFile[],
): Promise<ListEntries> {
  const entries: [string, EntryValue][] = [];
  for (const folder of ["mirrors", "repositories"] as const) {
    for (const source of files[folder]) {
      const { value } = source;
      if (isFields(value)) entries.push([`${folder}/${nameOfFile(source)}`, value]);
    }
  }
  const keys = new Set(repositories.flatMap((one) => (one.keys ?? []).map(({ file }) => file)));
  for (const name of keys) {
    entries.push([`keys/${name}`, await readFile(join(dir, "keys", name), "base64")]);
  }
  entries.push(...files.texts);
  return new Map(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Text files that keep what is read of them. */
export function rememberingTexts(files: TextFiles): {
  files: TextFiles;
  read: Map<string, string>;
} {
  const read = new Map<string, string>();
  return {
    read,
    files: {
      ...files,
      read(path) {
        const text = files.read(path);
        if (text !== undefined) read.set(path, text);
        return text;
      },
    },
  };
}

/** The schema has seen to it that there is nothing else in it than JSON has. */
function isFields(value: unknown): value is Exclude<EntryValue, string> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
