/** What is served: the mirror list, or where it has errors what it was when it last had none. */
import { readFile } from "node:fs/promises";
import type { Problem } from "../../worker/list/problem.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { readViews } from "../../worker/views/views.ts";
import { builtViewsFile, keepBuiltViews } from "../mirrors/built-views.ts";
import { compileMirrorList } from "../mirrors/compile.ts";

/** A list as it can be served now. */
export interface ListToServe {
  /** Of the list itself where it has no errors, else those it was last built to; undefined where there are none. */
  views: Views | undefined;
  errors: Problem[];
  /** Why the views of a list without errors could not be kept for the next start. */
  notKept?: string;
}

/**
 * Compiles the list in `dir`. Views of a list without errors are kept, for a start that meets errors.
 *
 * @param now Unix milliseconds
 * @param kept file to keep them in; absent: beside the list
 * @throws when the folder or a file in it can't be read
 */
export async function listToServe(
  dir: string,
  now: number,
  kept = builtViewsFile(dir),
): Promise<ListToServe> {
  const { views, errors } = await compileMirrorList(dir, now);
  if (views === undefined) return { views: await lastBuiltViews(kept), errors };
  try {
    await keepBuiltViews(kept, views);
    return { views, errors };
  } catch (error) {
    // A folder that may only be read is served all the same.
    return { views, errors, notKept: error instanceof Error ? error.message : String(error) };
  }
}

/** The views that a list was last built to; undefined where there are none, or none that can be read. */
async function lastBuiltViews(kept: string): Promise<Views | undefined> {
  try {
    return readViews(await readFile(kept, "utf8"));
  } catch {
    return undefined;
  }
}
