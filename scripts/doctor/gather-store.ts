/** Facts about the state folder. Nothing in it is changed. */
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  statfsSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { restoringFolder } from "../backup/restore.ts";
import { stateFormat } from "../backup/state-format.ts";
import { diskMarginOf } from "../service/disk-margin.ts";
import { foreignPart } from "../service/store-access.ts";
import { storeLayout } from "../service/store-layout.ts";
import type { StoreFacts } from "./facts.ts";

/** @param marginBytes that are to stay free; undefined: by the size of the disk */
export function gatherStore(folder: string, marginBytes: number | undefined): StoreFacts {
  const isThere = existsSync(folder);
  const unwritable = faultOf(() =>
    accessSync(isThere ? folder : nearestThere(folder), constants.W_OK),
  );
  const common = {
    folder,
    isThere,
    knownFormat: stateFormat,
    ...(unwritable !== undefined && { unwritable }),
    ...diskOf(isThere ? folder : nearestThere(folder), marginBytes),
  };
  if (!isThere) return { ...common, broken: [], beforeRestores: [], isRestoreInterrupted: false };
  const names = namesIn(folder);
  const version = textOf(join(folder, "list-version")).trim();
  const lockedBy = lockOwner(folder);
  const foreign = foreignPart(folder, storeLayout(folder));
  return {
    ...common,
    uid: statSync(folder).uid,
    ...(foreign !== undefined && { foreignPart: foreign }),
    ...(lockedBy !== undefined && { lockedBy }),
    ...formatOf(folder),
    broken: namesIn(join(folder, "broken")),
    beforeRestores: names.filter((name) => name.startsWith("before-restore-")),
    isRestoreInterrupted: names.includes(restoringFolder),
    ...(/^\d{1,15}$/.test(version) && { listVersion: Number(version) }),
  };
}

/** The folder itself, or the one above it that is there. */
function nearestThere(folder: string): string {
  let path = folder;
  while (!existsSync(path)) path = join(path, "..");
  return path;
}

function formatOf(folder: string): Pick<StoreFacts, "format" | "formatFault"> {
  const file = join(folder, "format.json");
  if (!existsSync(file)) return {};
  try {
    const version: unknown = Reflect.get(Object(JSON.parse(readFileSync(file, "utf8"))), "version");
    if (typeof version === "number") return { format: version };
    return { formatFault: "it says no version" };
  } catch (error) {
    return { formatFault: error instanceof Error ? error.message : String(error) };
  }
}

function diskOf(folder: string, given: number | undefined): Pick<StoreFacts, "disk"> {
  try {
    const { bavail, bsize, ffree } = statfsSync(folder);
    const marginBytes = given ?? diskMarginOf(folder);
    return { disk: { freeBytes: bavail * bsize, marginBytes, freeFiles: ffree } };
  } catch {
    return {};
  }
}

/** The process that has the folder, by the lock itself: what `in-use-by` says stays after its end. */
function lockOwner(folder: string): string | undefined {
  const lock = join(folder, "in-use.lock");
  if (!existsSync(lock)) return undefined;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(lock, { readOnly: true });
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    return undefined;
  } catch (error) {
    // SQLITE_BUSY (sqlite.org/rescode.html)
    if (Reflect.get(Object(error), "errcode") !== 5) return undefined;
    return textOf(join(folder, "in-use-by")).trim() || "unknown";
  } finally {
    database?.close();
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function faultOf(look: () => void): string | undefined {
  try {
    look();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
