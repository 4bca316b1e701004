/**
 * Puts a backup's state in the place of what a state folder has. Nothing of the old state is touched before all of the
 * backup is there, whole and with the right hashes; what was there is kept aside.
 */
import {
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { copyHashed, onDisk } from "./copy-file.ts";
import { exchangeState } from "./exchange-state.ts";
import { type BackupManifest, manifestFile, readManifest } from "./manifest.ts";

/** Where it is written first, below the state folder: a folder that is mounted can't be renamed itself. */
export const restoringFolder = "restoring";

export interface Restoring {
  /** The backup's folder. */
  backup: string;
  store: string;
  /** Format of the state that this program knows. */
  stateFormat: number;
  now: Date;
  /** Takes the folder for this process, and gives back how to let it go. @throws Error where a service has it */
  claim(store: string): { release(): void };
}

export interface Restored {
  manifest: BackupManifest;
  /** Where what was there before is now; undefined: there was nothing. */
  before?: string;
}

/** @throws Error with a sentence; the state is as it was then */
export async function restore(given: Restoring): Promise<Restored> {
  const { backup, stateFormat, now, claim } = given;
  const store = resolve(given.store);
  const manifest = manifestOf(backup, stateFormat);
  const claimed = claim(store);
  const fresh = join(store, restoringFolder);
  try {
    const state = manifest.files.filter(({ path }) => path.startsWith("state/"));
    rmSync(fresh, { recursive: true, force: true });
    roomFor(state, store);
    mkdirSync(fresh, { mode: 0o700 });
    for (const { path, bytes, sha256 } of state) {
      const target = join(fresh, path.slice("state/".length));
      const copied = await copyHashed(join(backup, path), target).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : error;
        throw new Error(`The backup is damaged: ${path} could not be copied: ${reason}.`);
      });
      if (copied.bytes !== bytes || copied.sha256 !== sha256) {
        throw new Error(`The backup is damaged: ${path} has other bytes than when it was made.`);
      }
    }
    giveTo(fresh, store);
    onDisk(fresh);
    const before = exchangeState({ store, fresh, now, rename: renameSync });
    return { manifest, ...(before !== undefined && { before }) };
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    claimed.release();
  }
}

function manifestOf(backup: string, stateFormat: number): BackupManifest {
  let text: string;
  try {
    text = readFileSync(join(backup, manifestFile), "utf8");
  } catch {
    throw new Error(`${backup} is no backup: it has no ${manifestFile}.`);
  }
  return readManifest(text, stateFormat);
}

function roomFor(files: BackupManifest["files"], store: string): void {
  const needed = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const { bavail, bsize } = statfsSync(store);
  if (bavail * bsize >= needed) return;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  throw new Error(
    `The disk of ${store} has ${megabytes(bavail * bsize)} left, and the backup needs ${megabytes(needed)} beside what is there: make room, or name another folder with --store.`,
  );
}

/** Files belong to whom the folder belongs, also where root restores them. */
function giveTo(folder: string, store: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(store);
  chownSync(folder, uid, gid);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    chownSync(join(entry.parentPath, entry.name), uid, gid);
  }
}
