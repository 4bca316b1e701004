/** A folder of embedded stores belongs to one service at a time: two would write the same databases. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parts } from "../program/parts.ts";

/** The lock: a database that is locked for as long as the process lives, however it ends. */
const lockFile = "in-use.lock";
/** Which process has it, for people. */
const ownerFile = "in-use-by";

/** The engine closes a database that nobody refers to, and with it goes the lock. */
const claimed = new Set<DatabaseSync>();

/** A folder that this process has for itself. */
export interface ClaimedStore {
  /** Lets others have it; the end of the process does as well. */
  release(): void;
}

/**
 * Takes a folder of stores, and makes it where there is none.
 *
 * @param owner process that is named to others: another than this one where this one claims for it
 * @throws Error with a sentence: the folder can't be used, or another service has it
 */
export function claimStore(folder: string, owner = process.pid): ClaimedStore {
  try {
    makeFolder(resolve(folder));
    // A file that can be written is what counts: permissions say little to root, or on a disk that may only be read.
    writeFileSync(join(folder, `${ownerFile}.new`), "");
  } catch (error) {
    throw new Error(
      `--store ${folder} can't be used: ${inWords(error)}. Give a folder that this user can write.`,
    );
  }
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(folder, lockFile));
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    if (!isLocked(error)) {
      throw new Error(
        `--store ${folder} can't be used: its lock can't be taken: ${inWords(error)}. Where no service runs on it, remove ${lockFile} in it and start again.`,
      );
    }
    throw new Error(
      `--store ${folder} is in use by another service (process ${ownerOf(folder)}). Stop that one, or start this one with a store and a port of its own: ${parts.serveCommand} --store DIR --port N`,
    );
  }
  writeFileSync(join(folder, ownerFile), `${owner}\n`);
  const held = database;
  claimed.add(held);
  return {
    release() {
      claimed.delete(held);
      held.close();
    },
  };
}

/** With all folders above it. Node 24's own `recursive` never returns below `/proc`, where a folder can't be made. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** SQLITE_BUSY (sqlite.org/rescode.html): another connection has the lock. */
const busyCode = 5;

function isLocked(error: unknown): boolean {
  return Reflect.get(Object(error), "errcode") === busyCode;
}

function ownerOf(folder: string): string {
  try {
    return readFileSync(join(folder, ownerFile), "utf8").trim() || "unknown";
  } catch {
    return "unknown";
  }
}

const words: Readonly<Record<string, string>> = {
  EACCES: "it may not be written",
  ENOTDIR: "it, or a part of its path, is a file and no folder",
  EROFS: "its disk can only be read",
  ENOSPC: "its disk is full",
  ENOENT: "it can't be made",
  EPERM: "it may not be written",
};

function inWords(error: unknown): string {
  const code: unknown = Reflect.get(Object(error), "code");
  const known = typeof code === "string" ? words[code] : undefined;
  return known ?? (error instanceof Error ? error.message : String(error));
}
