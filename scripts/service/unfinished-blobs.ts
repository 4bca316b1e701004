/** What a killed workerd leaves among the blobs. */
import { globSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Removes files of blobs that a killed workerd didn't finish. Before each start of workerd: the next one may have the
 * same process number, and can't make a file that is there.
 *
 * @param blobs the folder of blobs
 * @returns how many there were
 */
export function removeUnfinishedBlobs(blobs: string): number {
  // workerd 1.20261102 writes `.<name>.<process>.<number>.tmp`; no blob's name begins with a dot.
  const found = globSync("**/.*.tmp", { cwd: blobs });
  for (const path of found) rmSync(join(blobs, path), { force: true });
  return found.length;
}
