/** Whether a user may write a store, part by part: a service that root started once leaves files that others can't write. */
import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { StoreLayout } from "./store-layout.ts";

/** Why the parts that are there can't be used by this user, as a sentence that says what to do; undefined: they can. */
export function accessFault(folder: string, layout: StoreLayout): string | undefined {
  for (const path of writtenPaths(layout)) {
    try {
      accessSync(path, constants.R_OK | constants.W_OK);
    } catch {
      const user = process.getuid?.() ?? "";
      return `--store ${folder} can't be used: ${relative(folder, path)} in it belongs to user ${statSync(path).uid}, and this one (${user}) may not write it. Another user has started the service there, or restored into it. Give all of it to this user: chown -R ${user} ${folder}`;
    }
  }
  return undefined;
}

/** A part that belongs to another user than the folder itself, as a path in it; undefined: all is of one user. */
export function foreignPart(folder: string, layout: StoreLayout): string | undefined {
  const { uid } = statSync(folder);
  const found = writtenPaths(layout).find((path) => statSync(path).uid !== uid);
  return found === undefined ? undefined : relative(folder, found);
}

/** What is written while the service runs. Of the blobs the folders alone: there are many, and none is changed. */
function writtenPaths({ objects, embedded, blobs }: StoreLayout): string[] {
  return [...below(objects, true), ...below(embedded, true), ...below(blobs, false)];
}

function below(folder: string, files: boolean): string[] {
  if (!existsSync(folder)) return [];
  const found = [folder];
  let entries: { name: string; isDirectory(): boolean }[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    // One that can't be read is told by whoever asks about it.
    return found;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...below(path, files));
    else if (files) found.push(path);
  }
  return found;
}
