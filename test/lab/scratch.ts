/**
 * Temporary directories that are gone when the process is, whatever ends it: `process.exit`, which miniflare calls on
 * Ctrl-C in some tests, gives no `finally` a turn.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Scratch {
  directory: string;
  /** Removes it now. */
  remove(): void;
}

const directories = new Set<string>();

/** Makes an empty directory below the system's temporary one, named after its use. */
export function makeScratch(use: string): Scratch {
  if (directories.size === 0) process.once("exit", removeAll);
  const directory = mkdtempSync(join(tmpdir(), `nearmirror-${use}-`));
  directories.add(directory);
  return {
    directory,
    remove() {
      directories.delete(directory);
      if (directories.size === 0) process.off("exit", removeAll);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function removeAll(): void {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
}
