/** Looks at a store before a service starts on it, and moves out of the way what would keep the service from starting. */
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  createReadStream,
  type Dirent,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import { machineFault } from "./machine-fault.ts";
import type { StoreLayout } from "./store-layout.ts";
import { removeUnfinishedBlobs } from "./unfinished-blobs.ts";

/** Databases up to this are read whole; of larger ones only what says where the rest is, bytes: a start takes two seconds. */
const readWholeBytes = 64 * 1024 * 1024;
/**
 * Linux writes a file's bytes to disk within half a minute (`vm.dirty_expire_centisecs`). What was written this long
 * before a machine lost its power may have a name and no bytes, ms.
 */
const unwrittenMs = 5 * 60_000;
/** What is with a database. */
const companions = ["", "-wal", "-shm", "-journal"] as const;

export interface CheckedStore {
  folder: string;
  layout: StoreLayout;
  /** For the names of what is moved away. */
  now: Date;
}

/**
 * Checks each part.
 *
 * @returns a sentence for each that was moved away, or that was mended
 * @throws Error with a sentence where the machine can't say, as on a full disk: then nothing more is moved
 */
export async function checkStore(store: CheckedStore): Promise<string[]> {
  const { layout } = store;
  return [
    ...checkDatabases(
      store,
      layout.objects,
      "Their watchers begin anew and read it from its origin.",
    ),
    ...checkDatabases(store, layout.embedded, "It is filled anew."),
    ...(await checkBlobs(store)),
  ];
}

function checkDatabases(store: CheckedStore, folder: string, follows: string): string[] {
  const sentences: string[] = [];
  for (const file of filesIn(folder)) {
    if (!file.endsWith(".sqlite")) continue;
    const fault = databaseFault(file, store.folder);
    if (fault === undefined) continue;
    const aside = moveAside(
      store,
      companions.map((end) => file + end),
    );
    sentences.push(
      `${relative(store.folder, file)} is damaged (${fault}) and was moved to ${aside}. ${follows}`,
    );
  }
  return sentences;
}

/**
 * Why a database can't be used; undefined: it can.
 *
 * @throws Error with a sentence where it is the machine's fault
 */
function databaseFault(file: string, folder: string): string | undefined {
  let database: DatabaseSync | undefined;
  try {
    // SQLite opens one that may only be read, and workerd fails with it at each write.
    accessSync(file, constants.R_OK | constants.W_OK);
    database = new DatabaseSync(file);
    if (statSync(file).size > readWholeBytes) {
      database.prepare("SELECT count(*) FROM sqlite_schema").get();
      return undefined;
    }
    const row: unknown = database.prepare("PRAGMA quick_check(1)").get();
    const said: unknown = Reflect.get(Object(row), "quick_check");
    return said === "ok" ? undefined : inOneLine(String(said));
  } catch (error) {
    const machine = machineFault(error, folder);
    if (machine !== undefined) throw new Error(machine);
    return inOneLine(error instanceof Error ? error.message : String(error));
  } finally {
    database?.close();
  }
}

/** `*** in database main ***` is SQLite's heading of what it found. */
function inOneLine(text: string): string {
  return text.replace(/^\*\*\* in database main \*\*\*\n/, "").replace(/\n/g, "; ");
}

/**
 * Where a service was killed, blobs it wrote last are held against their names: a machine that lost its power may have
 * kept the name alone.
 */
async function checkBlobs(store: CheckedStore): Promise<string[]> {
  const { blobs, running } = store.layout;
  const sentences: string[] = [];
  removeUnfinishedBlobs(blobs);
  if (!existsSync(running)) return sentences;
  const written = filesIn(blobs).map((file) => ({ file, at: statSync(file).mtimeMs }));
  const newest = written.reduce((latest, { at }) => Math.max(latest, at), 0);
  for (const { file, at } of written) {
    if (at < newest - unwrittenMs || (await isItsName(file))) continue;
    const aside = moveAside(store, [file]);
    sentences.push(
      `${relative(store.folder, file)} has other bytes than its name says and was moved to ${aside}. It is fetched anew.`,
    );
  }
  return sentences;
}

/** Digits of a SHA-256 and a SHA-512 in hex. */
const algorithms: Readonly<Record<number, string>> = { 64: "sha256", 128: "sha512" };

async function isItsName(file: string): Promise<boolean> {
  const name = basename(file);
  const algorithm = algorithms[name.length];
  if (algorithm === undefined || !/^[0-9a-f]+$/.test(name)) return true;
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex") === name;
}

/** Moves files that belong together. @returns where the first is now, as a path in the store */
function moveAside({ folder, layout, now }: CheckedStore, files: readonly string[]): string {
  const at = now.toISOString().replace(/[:.]/g, "-");
  let first = "";
  for (const file of files.filter((one) => existsSync(one))) {
    const target = join(layout.broken, at, relative(folder, file));
    mkdirSync(dirname(target), { recursive: true });
    renameSync(file, target);
    first ||= relative(folder, target);
  }
  return first;
}

/** Paths of all files below a folder; none where there is no such folder. */
function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry: Dirent) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}
