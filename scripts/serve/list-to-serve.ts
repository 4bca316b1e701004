/** What is served: the mirror list, or where it has errors what it was when it last had none. */
import { readFile } from "node:fs/promises";
import type { ListEntries } from "../../worker/list/entries.ts";
import { readGivenList } from "../../worker/list/given-list.ts";
import type { Problem } from "../../worker/list/problem.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { readViews } from "../../worker/views/views.ts";
import { builtEntriesFile, builtViewsFile, keepBuiltViews } from "../mirrors/built-views.ts";
import { compileMirrorList } from "../mirrors/compile.ts";
import type { ValueCache } from "../mirrors/value-cache.ts";

/** A list as it can be served now. */
export interface ListToServe {
  /** Of the list itself where it has no errors, else those it was last built to; undefined where there are none. */
  views: Views | undefined;
  /** What the views were compiled of; absent: that isn't known. */
  entries?: ListEntries;
  errors: Problem[];
  /** Why the views of a list without errors could not be kept for the next start. */
  notKept?: string;
}

/**
 * Compiles the list in `dir`. Views of a list without errors are kept, for a start that meets errors.
 *
 * @param now Unix milliseconds
 * @param kept file to keep them in; absent: beside the list
 * @param values what files said that are as they were
 * @throws when the folder or a file in it can't be read
 */
export async function listToServe(
  dir: string,
  now: number,
  kept = builtViewsFile(dir),
  values?: ValueCache,
): Promise<ListToServe> {
  const { views, entries, errors } = await compileMirrorList(dir, now, values);
  if (views === undefined || entries === undefined) return { ...(await lastBuilt(kept)), errors };
  try {
    await keepBuiltViews(kept, { views, entries });
    return { views, entries, errors };
  } catch (error) {
    // A folder that may only be read is served all the same.
    const notKept = error instanceof Error ? error.message : String(error);
    return { views, entries, errors, notKept };
  }
}

/** What a list was last built to; no views where there are none that can be read. */
async function lastBuilt(kept: string): Promise<Pick<ListToServe, "views" | "entries">> {
  try {
    const views = readViews(await readFile(kept, "utf8"));
    const entries = await lastEntries(kept, views.catalogue.version);
    return { views, ...(entries && { entries }) };
  } catch {
    return { views: undefined };
  }
}

/** The entries of these very views. */
async function lastEntries(kept: string, version: number): Promise<ListEntries | undefined> {
  try {
    const given = readGivenList(await readFile(builtEntriesFile(kept), "utf8"));
    return given.version === version ? given.entries : undefined;
  } catch {
    return undefined;
  }
}
