/** The version of a store's format: a newer service takes over what an older one wrote, and never the other way around. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";

/**
 * 1: written by miniflare, without a file that says so. 2: the same objects, with blobs as files named by their hashes, and
 * key-value store and cache in `embedded/`.
 */
export const storeVersion = 2;

/**
 * The version of the store that has this file.
 *
 * @returns 1 where there is no file
 * @throws Error with a sentence where the store is a newer service's, or the file is damaged
 */
export function readStoreVersion(file: string): number {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (Reflect.get(Object(error), "code") === "ENOENT") return 1;
    throw error;
  }
  const version = versionIn(text);
  if (version === undefined) {
    throw new Error(
      `${file} is damaged: it says ${JSON.stringify(text.slice(0, 80))} in place of {"version":${storeVersion}}. Restore it from a backup, or remove it if this service has written the store.`,
    );
  }
  if (version > storeVersion) {
    throw new Error(
      `${file} says that the store has format ${version}; this service knows formats up to ${storeVersion}. Start the newer service again, or restore the backup that was made before it.`,
    );
  }
  return version;
}

function versionIn(text: string): number | undefined {
  try {
    const version: unknown = Reflect.get(Object(JSON.parse(text)), "version");
    return typeof version === "number" && Number.isInteger(version) ? version : undefined;
  } catch {
    return undefined;
  }
}

/** Says that the store has this service's format. */
export function writeStoreVersion(file: string): void {
  writeFileSync(`${file}.new`, `${JSON.stringify({ version: storeVersion })}\n`, { flush: true });
  renameSync(`${file}.new`, file);
}
