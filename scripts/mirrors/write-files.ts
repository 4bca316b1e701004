/** Files of the list are written whole or not at all: a reader, or a full disk, never leaves half of one. */
import { open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Writes files, each by a temporary file beside it that takes its place. All temporary files are on the disk before
 * the first takes its place: what can fail (a full disk, a folder that isn't there) fails before anything has changed.
 * A file that was there keeps its mode, and a symbolic link stays one. What is no plain file (`/dev/stdout`) is
 * written to.
 *
 * @param files texts by path
 * @param mode that each has then, whatever it had; absent: as it had, or as usual
 * @throws the file system's error, with no temporary file left
 */
export async function writeFiles(
  files: ReadonlyMap<string, string | Uint8Array>,
  mode?: number,
): Promise<void> {
  const prepared: { temporary: string; target: string }[] = [];
  try {
    for (const [path, text] of files) {
      const target = await realpath(path).catch(() => path);
      const there = await stat(target).catch(() => undefined);
      if (there !== undefined && !there.isFile()) {
        await writeFile(target, text);
        continue;
      }
      // Its name is none that the list reads (`*.yaml`), and no other process's.
      const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
      prepared.push({ temporary, target });
      await writeNew(temporary, text, mode ?? there?.mode);
    }
    for (const { temporary, target } of prepared) await rename(temporary, target);
  } catch (error) {
    await Promise.all(prepared.map(({ temporary }) => rm(temporary, { force: true })));
    throw error;
  }
}

/** Returns when the text is on the disk: else a power cut after the renaming could leave an empty file. */
async function writeNew(
  path: string,
  text: string | Uint8Array,
  mode: number | undefined,
): Promise<void> {
  const file = await open(path, "w", mode);
  try {
    // Creation takes the umask off the mode.
    if (mode !== undefined) await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
