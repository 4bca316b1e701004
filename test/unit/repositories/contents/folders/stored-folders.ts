/** Folders in memory, for tests: names of indexes, and what is found. */

import type { IndexedFile } from "../../../../../worker/formats/indexed-file.ts";
import { FoldersAtEdge } from "../../../../../worker/repositories/contents/folders/folders-at-edge.ts";
import { IndexFolders } from "../../../../../worker/repositories/contents/folders/index-folders.ts";
import { namesBlob } from "../../../../../worker/repositories/contents/folders/names-blob.ts";
import { IndexContentsBuilder } from "../../../../../worker/repositories/contents/index-contents.ts";

/** The blob of an index's names, as the keeper makes it. */
export function namesOf(files: Iterable<IndexedFile>): Uint8Array | undefined {
  const builder = new IndexContentsBuilder();
  const names = new IndexFolders();
  for (const file of files) {
    const { count } = builder;
    const fault = builder.add(file);
    if (fault !== undefined) throw new Error(fault);
    if (builder.count > count) names.add(file.path);
  }
  return namesBlob(names, builder.listing().records)?.slice();
}

/** The same, which there must be. */
export function keptNames(files: Iterable<IndexedFile>): Uint8Array {
  const blob = namesOf(files);
  if (blob === undefined) throw new Error("there are too many names");
  return blob;
}

/** What an edge tells of a folder, by name. */
export async function shownFolder(
  stored: ReadonlyMap<string, Uint8Array>,
  head: string,
  path: string,
): Promise<Record<string, { type: string; size?: number; sha256?: string }> | undefined> {
  const edge = new FoldersAtEdge(async (_, name) => stored.get(name));
  const background = { waitUntil: () => undefined };
  const entries = await edge.read("r", { head, of: "" }, path, background);
  return entries && Object.fromEntries(entries.map(({ name, ...told }) => [name, told]));
}
