/** Lists the keys of a folder's files in the keys' order. */
import { segmentOf } from "./blob-path.ts";
import type { DiskFiles } from "./disk-files.ts";

/**
 * All keys behind `after` that begin with `prefix`. A folder that can have none of them isn't read.
 *
 * A folder is compared by its name and a `/`: so the order of names in each folder is that of whole keys.
 */
export async function* keysAfter(
  files: Pick<DiskFiles, "entries">,
  prefix: string,
  after: string,
  folder = { key: "", path: "" },
): AsyncGenerator<{ name: string; path: string }> {
  const entries = (await files.entries(folder.path)).flatMap(({ name, isFolder }) => {
    const segment = segmentOf(name);
    if (segment === undefined) return [];
    const key = folder.key + segment + (isFolder ? "/" : "");
    return [{ key, path: folder.path + name + (isFolder ? "/" : ""), isFolder }];
  });
  entries.sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const { key, path, isFolder } of entries) {
    if (isFolder) {
      const mayHave = prefix.startsWith(key) || key.startsWith(prefix);
      const isBehind = key > after || after.startsWith(key);
      if (mayHave && isBehind) yield* keysAfter(files, prefix, after, { key, path });
    } else if (key.startsWith(prefix) && key > after) {
      yield { name: key, path };
    }
  }
}
