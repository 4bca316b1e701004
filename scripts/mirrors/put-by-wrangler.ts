/** Puts a built list where every location's edge of the deployment looks for it. */
import { spawnSync } from "node:child_process";
import { listEntriesKey, viewsKey } from "../../worker/views/views-key.ts";
import { builtEntriesFile } from "./built-views.ts";

/**
 * @param views file of the built views, with that of the entries beside it
 * @returns wrangler's exit status, or a sentence where it could not be started
 */
export function putByWrangler(views: string): number | { fault: string } {
  // The entries first: whoever takes over a list takes what is in force, or what is about to be.
  for (const [key, path] of [
    [listEntriesKey, builtEntriesFile(views)],
    [viewsKey, views],
  ] as const) {
    const args = ["kv", "key", "put", key, "--binding", "VIEWS", "--remote", "--path", path];
    const { status, error } = spawnSync("wrangler", args, { stdio: "inherit" });
    if (error !== undefined) return { fault: `wrangler could not be started: ${error.message}` };
    if (status !== 0) return status ?? 1;
  }
  return 0;
}
