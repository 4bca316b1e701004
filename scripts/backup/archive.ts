/** A backup as one file: packed and unpacked by the machine's own tar. */
import { spawnSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** Whether a path names an archive; tar chooses the compression by the name. */
export function isArchive(path: string): boolean {
  return /\.(?:tar|tgz|tar\.(?:gz|xz|zst))$/.test(path);
}

/** Whether a path has the end of an archive that isn't made here: a folder of that name is not what was meant. */
export function isOtherArchive(path: string): boolean {
  return /\.(?:zip|7z|gz|xz|zst|bz2|tbz2?|txz|lz4|lzma)$/.test(path) && !isArchive(path);
}

/** Packs a folder. @throws Error with what tar said; no half archive is left */
export function pack(folder: string, archive: string): void {
  // tar looks at the end of the name.
  const fresh = archive.replace(/([^/]+)$/, ".new-$1");
  try {
    // tar keeps the mode of a file that is there. Settings in a backup may hold secrets.
    rmSync(fresh, { force: true });
    writeFileSync(fresh, "", { mode: 0o600, flag: "wx" });
    runTar(["--create", "--auto-compress", "--file", fresh, "--directory", folder, "."]);
    renameSync(fresh, archive);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

/** Unpacks into a folder that isn't there yet. @throws Error with what tar said */
export function unpack(archive: string, folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
  // Names that lead out of the folder are refused by tar itself, and hashes say whether all is there.
  runTar(["--extract", "--no-same-owner", "--file", archive, "--directory", folder]);
}

function runTar(args: string[]): void {
  const { status, stderr, error } = spawnSync("tar", args, { encoding: "utf8" });
  if (error !== undefined) throw new Error(`tar could not be started: ${error.message}`);
  if (status !== 0) throw new Error(`tar: ${stderr.trim()}`);
}
