/**
 * Tells what is wrong with a machine from what is wrong with a file. Only the latter may be moved aside: on a full disk,
 * or for a user that may not write, every database can't be opened, and each is whole.
 */
import { statfsSync } from "node:fs";

/** Of the system (errno(3)): no room, no permission, too little of something. */
const systemCodes: ReadonlySet<unknown> = new Set([
  ...["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EMFILE", "ENFILE", "ENOMEM"],
]);
/** Of SQLite (sqlite.org/rescode.html): PERM, BUSY, LOCKED, NOMEM, READONLY, FULL, CANTOPEN. */
const sqliteCodes: ReadonlySet<number> = new Set([3, 5, 6, 7, 8, 13, 14]);
/** IOERR is a broken disk, or a full one. */
const ioError = 10;
/** The first byte has the code, what is above says more. */
const codeMask = 0xff;
/** To open a database takes 32 KiB of shared memory and a few pages, bytes. */
const leastRoomBytes = 1024 * 1024;

/**
 * Why a file can't be used though nothing may be wrong with it, as a sentence that says what to do; undefined: it is
 * the file.
 *
 * @param error as Node or `node:sqlite` threw it
 * @param folder the store's
 */
export function machineFault(error: unknown, folder: string): string | undefined {
  const code: unknown = Reflect.get(Object(error), "code");
  const errcode: unknown = Reflect.get(Object(error), "errcode");
  const sqlite = typeof errcode === "number" ? errcode & codeMask : undefined;
  const room = roomIn(folder);
  const isFull = room !== undefined && room < leastRoomBytes;
  const isMachine =
    systemCodes.has(code) ||
    (sqlite !== undefined && (sqliteCodes.has(sqlite) || (sqlite === ioError && isFull)));
  if (!isMachine) return undefined;
  const reason = error instanceof Error ? error.message : String(error);
  const remedy = isFull
    ? "Its disk is full: make room on it"
    : "Let this user read and write all in it, and see that its disk has room and can be written";
  return `The store ${folder} can't be used now (${reason}). ${remedy}, and start again; nothing of it was changed for this.`;
}

/**
 * What the system says of a part of the store, as a sentence that says what to do; any other error is as it was.
 *
 * @param folder the store's
 */
export function inASentence(error: unknown, folder: string): unknown {
  const path: unknown = Reflect.get(Object(error), "path");
  if (!(error instanceof Error) || typeof path !== "string") return error;
  return new Error(
    machineFault(error, folder) ??
      `${path} is not the file or folder that it should be in a store (${error.message}). Move it away and start again: what can be had anew is made anew.`,
  );
}

function roomIn(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
