/** A list that is at hand, put where workerd and the service's stores take it from. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ListEntries } from "../../worker/list/entries.ts";
import { givenListText } from "../../worker/list/given-list.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { configFiles, entriesFile } from "./run-folder.ts";

/** Puts a list that is at hand where a list that was prepared would be. */
export async function putList(
  folder: string,
  views: Views,
  entries: ListEntries | undefined,
): Promise<void> {
  const file = join(folder, entriesFile);
  const { version } = views.catalogue;
  if (entries === undefined) await rm(file, { force: true });
  else await writeFile(file, givenListText({ version, entries }));
  await writeFile(join(folder, configFiles.views), JSON.stringify(views));
}
