/** Compiles a mirror list to the two views the edge decides from. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkList } from "../../worker/list/check.ts";
import { checkKeys } from "../../worker/list/check-keys.ts";
import type { ListEntries } from "../../worker/list/entries.ts";
import { imageRules } from "../../worker/list/image-rules.ts";
import type { Problem } from "../../worker/list/problem.ts";
import type { RepositoryFile } from "../../worker/list/site.ts";
import { toViews } from "../../worker/list/to-views.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { entriesOfFiles, rememberingTexts } from "./entries-of-files.ts";
import { readListFiles } from "./read-list.ts";
import { textFilesIn } from "./text-files.ts";
import type { ValueCache } from "./value-cache.ts";

export interface Compiled {
  /** Undefined when there is any error: a list with a mistake starts nothing. */
  views: Views | undefined;
  /** What the views were compiled of; there where they are. */
  entries?: ListEntries;
  errors: Problem[];
  warnings: Problem[];
}

/**
 * Reads, checks and compiles the list in `dir`. `now`, Unix milliseconds, becomes both versions and
 * decides which operators' states have run out.
 * @param values what files said that are as they were; those that aren't are put into it, and it is kept
 * @throws when the folder or a file in it can't be read.
 */
export async function compileMirrorList(
  dir: string,
  now: number,
  values?: ValueCache,
): Promise<Compiled> {
  const files = await readListFiles(dir, values);
  await values?.keep();
  const { repositories, sites, errors, warnings } = checkList(files, now);
  errors.push(...(await checkKeys(files.repositories, repositories, keyFileIn(dir))));
  const texts = rememberingTexts(textFilesIn(dir));
  const images = imageRules(texts.files, files.repositories, repositories);
  errors.push(...images.problems);
  if (errors.length > 0) return { views: undefined, errors, warnings };
  const keys = await readKeyFiles(dir, repositories);
  return {
    views: { ...toViews(sites, repositories, now, images.rules), ...(keys && { keys }) },
    entries: await entriesOfFiles(dir, { ...files, texts: texts.read }, repositories),
    errors,
    warnings,
  };
}

/** The bytes of a key file of the list in `dir`. */
export function keyFileIn(dir: string): (name: string) => Promise<Uint8Array> {
  return (name) => readFile(join(dir, "keys", name));
}

/** The key files that are named, Base64: who verifies has no other way to them. Undefined where none is. */
async function readKeyFiles(
  dir: string,
  repositories: readonly RepositoryFile[],
): Promise<Views["keys"]> {
  const names = new Set(repositories.flatMap(({ keys = [] }) => keys.map(({ file }) => file)));
  if (names.size === 0) return undefined;
  const read = [...names]
    .sort()
    .map(async (name) => [name, await readFile(join(dir, "keys", name), "base64")] as const);
  return Object.fromEntries(await Promise.all(read));
}
