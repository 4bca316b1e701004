/**
 * Makes a backup of a state folder while the service may be running.
 *
 * Databases name blobs, and a blob is written before a database names it. So blobs are copied first, then the databases
 * by SQLite's own means, then the blobs that came meanwhile: whatever a copied database names is there. A blob that nothing
 * names any more may be removed while the backup runs; what names it was copied before, or doesn't name it. Only a blob that
 * came, was named and was removed within the seconds in between could lack, which takes a retention of nothing
 * (`SNAPSHOT_KEEP_DAYS=0`); a service that lacks a blob reads it from the origin again.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { copyHashed, hashOf, onDisk } from "./copy-file.ts";
import { type BackedUpFile, type BackupManifest, backupFormat, manifestFile } from "./manifest.ts";
import { blobsOf, databasesOf, filesBelow, plainFilesOf } from "./state-parts.ts";

export interface BackingUp {
  store: string;
  /** A folder that isn't there yet. */
  target: string;
  /** Of this program. */
  version: string;
  /** Format of the state that this program writes. */
  stateFormat: number;
  now: Date;
  /** Also kept, as plain files: a mirror list's folder, a file of settings. */
  list?: string;
  settings?: string;
}

/** All pages in one step: a copy that gives way to a writer begins anew at each change, and may never end. */
const allPages = 0x7fff_ffff;
/** Looks for blobs that came while others were copied; with many gigabytes new ones keep coming. */
const mostRounds = 3;
/** A database that is locked at this moment is tried again for so long, ms: a checkpoint takes less. */
const busyMs = 10_000;

/** @throws Error with a sentence; nothing is left at the target then */
export async function backUp(given: BackingUp): Promise<BackupManifest> {
  const { store, target } = given;
  const fault = storeFault(given);
  if (fault !== undefined) throw new Error(fault);
  const fresh = `${target}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  try {
    const files = new Map<string, BackedUpFile>();
    const state = join(fresh, "state");
    for (let round = 0; round < mostRounds; round++) {
      if ((await copyBlobs(store, state, files)) === 0) break;
    }
    for (const path of databasesOf(store)) {
      const copied = await copyDatabase(join(store, path), join(state, path));
      if (copied !== undefined) add(files, join("state", path), copied);
    }
    await copyBlobs(store, state, files);
    for (const path of plainFilesOf(store)) {
      add(files, join("state", path), await copyHashed(join(store, path), join(state, path)));
    }
    await copyExtras(given, fresh, files);
    const manifest: BackupManifest = {
      format: backupFormat,
      stateFormat: formatOf(store, given.stateFormat),
      nearmirror: given.version,
      at: given.now.toISOString(),
      files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    };
    writeFileSync(join(fresh, manifestFile), `${JSON.stringify(manifest, null, 1)}\n`);
    onDisk(fresh);
    renameSync(fresh, target);
    return manifest;
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
}

function storeFault({ store, target, stateFormat }: BackingUp): string | undefined {
  if (!existsSync(store)) return `There is no state folder ${store}; name it with --store.`;
  if (existsSync(target)) return `${target} is there already; name one that isn't.`;
  if (`${target}${sep}`.startsWith(`${store}${sep}`)) {
    return `${target} is inside the state folder; name one elsewhere, best on another disk.`;
  }
  if (!existsSync(join(store, "format.json"))) {
    return `${store} is no state folder of this version: it has no format.json. Start the service once, which takes an older one's state over.`;
  }
  const format = formatOf(store, stateFormat);
  return format > stateFormat
    ? `${store} has state of format ${format}, and this version knows ${stateFormat}: use the version that wrote it.`
    : undefined;
}

function formatOf(store: string, otherwise: number): number {
  const told: unknown = JSON.parse(readFileSync(join(store, "format.json"), "utf8"));
  const version: unknown = Reflect.get(Object(told), "version");
  return typeof version === "number" ? version : otherwise;
}

/** Copies those that aren't copied yet. @returns how many */
async function copyBlobs(
  store: string,
  state: string,
  files: Map<string, BackedUpFile>,
): Promise<number> {
  let copied = 0;
  for (const path of blobsOf(store)) {
    if (files.has(slashed(join("state", path)))) continue;
    try {
      add(files, join("state", path), await copyHashed(join(store, path), join(state, path)));
      copied++;
    } catch (error) {
      // Nothing named it any more.
      if (!isGone(error)) throw error;
      rmSync(join(state, path), { force: true });
    }
  }
  return copied;
}

/** @returns undefined where the database went meanwhile */
async function copyDatabase(from: string, to: string) {
  mkdirSync(dirname(to), { recursive: true });
  let source: DatabaseSync | undefined;
  try {
    source = new DatabaseSync(from, { timeout: busyMs });
    await backup(source, to, { rate: allPages });
  } catch (error) {
    if (!existsSync(from)) return undefined;
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`${from} could not be copied: ${reason}. nearmirror doctor tells more.`);
  } finally {
    source?.close();
  }
  const copy = new DatabaseSync(to);
  try {
    // One file: what is restored needs nothing beside it.
    copy.exec("PRAGMA journal_mode = DELETE");
    const row: unknown = copy.prepare("PRAGMA quick_check(1)").get();
    const said: unknown = Reflect.get(Object(row), "quick_check");
    if (said !== "ok")
      throw new Error(`${from} is damaged: ${said}. nearmirror doctor tells more.`);
  } finally {
    copy.close();
  }
  return await hashOf(to);
}

async function copyExtras(
  { list, settings }: BackingUp,
  fresh: string,
  files: Map<string, BackedUpFile>,
): Promise<void> {
  const extras: [string, string][] = [];
  for (const path of list === undefined ? [] : filesBelow(list, "")) {
    if (path.split(sep)[0] !== "built" && list !== undefined) {
      extras.push([join(list, path), join("mirror-list", path)]);
    }
  }
  if (settings !== undefined) extras.push([settings, join("settings", "nearmirror.conf")]);
  for (const [from, path] of extras) add(files, path, await copyHashed(from, join(fresh, path)));
}

function add(
  files: Map<string, BackedUpFile>,
  path: string,
  copied: { bytes: number; sha256: string },
): void {
  files.set(slashed(path), { path: slashed(path), ...copied });
}

function slashed(path: string): string {
  return path.split(sep).join("/");
}

function isGone(error: unknown): boolean {
  return Reflect.get(Object(error), "code") === "ENOENT";
}
