/** Tells of changes in folders, also where a folder itself gives way to another one. */
import { type FSWatcher, statSync, watch } from "node:fs";

/**
 * The kernel watches a folder, not its name. A list that is put in the place of another one (`mv`, a link that is led
 * elsewhere, `git checkout` of a folder that was gone) is seen by asking this often, ms.
 */
const askMs = 1_000;

interface Watched {
  /** Device and number of the folder that the name leads to; empty: there is none. */
  folder: string;
  watcher?: FSWatcher;
}

/**
 * @param changed called once or several times for each change
 * @param failed why a folder can't be watched, as when the kernel's watches are used up; told once for each such folder
 * @returns ends it
 */
export function watchFolders(
  paths: readonly string[],
  changed: () => void,
  failed: (reason: string) => void,
): () => void {
  const watched = new Map<string, Watched>();
  const look = (path: string, isFirst: boolean) => {
    const folder = folderAt(path);
    const before = watched.get(path);
    if (!isFirst && before?.folder === folder) return;
    before?.watcher?.close();
    watched.set(path, { folder, ...(folder !== "" && startWatch(path, changed, failed)) });
    if (!isFirst) changed();
  };
  for (const path of paths) look(path, true);
  const timer = setInterval(() => {
    for (const path of paths) look(path, false);
  }, askMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    for (const { watcher } of watched.values()) watcher?.close();
  };
}

function startWatch(
  path: string,
  changed: () => void,
  failed: (reason: string) => void,
): { watcher?: FSWatcher } {
  try {
    const watcher = watch(path, () => changed());
    watcher.on("error", (error) => failed(String(error)));
    return { watcher };
  } catch (error) {
    failed(error instanceof Error ? error.message : String(error));
    return {};
  }
}

function folderAt(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? "" : `${found.dev}:${found.ino}`;
}
