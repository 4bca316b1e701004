/** What of a state folder goes into a backup. Paths are below the folder. */
import { type Dirent, existsSync, readdirSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";

/** Databases of SQLite: copied by SQLite itself, as the service may be writing. */
const databaseFolders = ["do", "embedded"];

/** Databases that are not kept: what is in the cache is fetched anew. */
const leftOut = [join("embedded", "embedded-cache")];

/** Files that are named by their content's hash, written whole, and removed when nothing kept names them. */
const blobFolder = "blobs";

/** Small files beside, which are written whole. */
const plain = ["format.json", "list-version", "lists"];

/** Parts that a restore puts in the place of what is there. The format is first away and last back. */
export const restoredParts = ["format.json", "do", "embedded", "blobs", "lists", "list-version"];

/** The databases that are there now. */
export function databasesOf(store: string): string[] {
  return databaseFolders
    .flatMap((folder) => filesBelow(store, folder))
    .filter((path) => path.endsWith(".sqlite"))
    .filter((path) => !leftOut.some((folder) => path.startsWith(folder + sep)));
}

/** The blobs that are there now, without what is being written. */
export function blobsOf(store: string): string[] {
  // Whoever writes a file, the embedded stores or workerd's disk service, begins its name with a dot until it is whole.
  return filesBelow(store, blobFolder).filter((path) => !basename(path).startsWith("."));
}

/** Other files that are kept. */
export function plainFilesOf(store: string): string[] {
  return plain.flatMap((name) => filesBelow(store, name)).filter((path) => !path.endsWith(".new"));
}

/** Files at or below a path, in order; none where there is nothing. */
export function filesBelow(folder: string, path: string): string[] {
  const whole = join(folder, path);
  if (!existsSync(whole)) return [];
  let entries: Dirent[];
  try {
    entries = readdirSync(whole, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (Reflect.get(Object(error), "code") === "ENOTDIR") return [path];
    throw error;
  }
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .sort();
}
