/**
 * Takes over what the version before wrote into a folder of stores: miniflare's R2, KV and cache (format 1). Databases
 * of Durable Objects stay where they are.
 *
 * It may be killed at any time and started again: a blob is renamed only after it was found whole, what was renamed is
 * recognised by its size, and the old index goes last.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathOf } from "../../worker/embedded/blob-path.ts";
import { machineFault } from "./machine-fault.ts";

/** A value of KV, for the control socket of the embedded stores. */
export interface OldValue {
  key: string;
  bytes: Uint8Array;
  /** JSON. */
  metadata?: string;
  /** Unix seconds. */
  expiration?: number;
}

export interface TakenOver {
  /** Blobs that are in `blobs/` now, and were in the old store. */
  blobs: number;
  /** Has to be put into the new store, before `endTakeOver`. */
  values: OldValue[];
  /** Sentences: what could not be taken over, and where it is now. */
  problems: string[];
}

/** Folder of miniflare's databases of a store, and of its bytes, below the folder of stores. */
const old = {
  blobs: { part: "r2", databases: "r2/miniflare-R2BucketObject", bytes: "r2/blobs/blobs" },
  keys: { part: "kv", databases: "kv/miniflare-KVNamespaceObject", bytes: "kv/views/blobs" },
} as const;
/** The cache holds nothing that can't be had again. */
const oldCache = "cache";
/** miniflare's database of alarms, which these stores don't use. */
const alarmsFile = "metadata.sqlite";

/**
 * Moves the blobs, reads the keys, and drops the cache. Nothing to do: no blobs, no values, no problems.
 *
 * @param folder of stores, which nobody else uses meanwhile
 * @throws Error with a sentence where the machine is at fault, as on a full disk: the next start goes on
 * @param now the time, Unix ms: an end of a value that has passed, and the name of what is moved aside
 */
export function takeOverStore(folder: string, now: number): TakenOver {
  for (const part of [old.blobs.part, old.keys.part, oldCache]) {
    rmSync(join(folder, droppedName(part)), { recursive: true, force: true });
  }
  const problems: string[] = [];
  const orAside = <Result>(part: string, otherwise: Result, work: () => Result): Result => {
    if (!existsSync(join(folder, part))) return otherwise;
    try {
      return work();
    } catch (error) {
      const machine = machineFault(error, folder);
      if (machine !== undefined) throw new Error(machine);
      const aside = moveAside(folder, part, now);
      const reason = error instanceof Error ? error.message : String(error);
      problems.push(`The old ${part}/ can't be read (${reason}). It is in ${aside} now.`);
      return otherwise;
    }
  };
  const blobs = orAside(old.blobs.part, 0, () => moveBlobs(folder, problems));
  const values = orAside(old.keys.part, [], () => readValues(folder, now, problems));
  drop(folder, oldCache);
  return { blobs, values, problems };
}

/** Whether a folder has stores of an older version: it may have run there after this one as well, and knew of no format. */
export function hasOldStores(folder: string): boolean {
  return [old.blobs.part, old.keys.part].some((part) => existsSync(join(folder, part)));
}

/** Drops the old keys: what `takeOverStore` gave is in the new store. */
export function endTakeOver(folder: string): void {
  drop(folder, old.keys.part);
}

/** As one step for who comes next: what is half removed has another name. */
function drop(folder: string, part: string): void {
  const dropped = join(folder, droppedName(part));
  if (existsSync(join(folder, part))) renameSync(join(folder, part), dropped);
  rmSync(dropped, { recursive: true, force: true });
}

function droppedName(part: string): string {
  return `${part}.dropped`;
}

function moveAside(folder: string, part: string, now: number): string {
  const aside = `broken/${new Date(now).toISOString().replaceAll(":", "")}-${part}`;
  mkdirSync(join(folder, "broken"), { recursive: true });
  renameSync(join(folder, part), join(folder, aside));
  return aside;
}

function moveBlobs(folder: string, problems: string[]): number {
  let moved = 0;
  let missing = 0;
  const query = "SELECT key, blob_id AS id, size FROM _mf_objects";
  for (const { key, id, size } of rowsOf(join(folder, old.blobs.databases), query)) {
    const to = join(folder, "blobs", pathOf(String(key)));
    const from = join(folder, old.blobs.bytes, String(id));
    if (sizeOf(to) === Number(size)) moved++;
    else if (sizeOf(from) === Number(size)) {
      mkdirSync(dirname(to), { recursive: true });
      renameSync(from, to);
      moved++;
    } else missing++;
  }
  if (missing > 0) {
    problems.push(`${missing} blobs of the old store were not whole: they are fetched again.`);
  }
  drop(folder, old.blobs.part);
  return moved;
}

function readValues(folder: string, now: number, problems: string[]): OldValue[] {
  const values: OldValue[] = [];
  const query = "SELECT key, blob_id AS id, expiration, metadata FROM _mf_entries";
  for (const { key, id, expiration, metadata } of rowsOf(join(folder, old.keys.databases), query)) {
    if (expiration !== null && Number(expiration) <= now) continue;
    const path = join(folder, old.keys.bytes, String(id));
    if (!existsSync(path)) {
      problems.push(`The old store has no bytes of the key "${key}": it is published again.`);
      continue;
    }
    values.push({
      key: String(key),
      bytes: readFileSync(path),
      ...(metadata !== null && { metadata: String(metadata) }),
      ...(expiration !== null && { expiration: Math.floor(Number(expiration) / 1000) }),
    });
  }
  return values;
}

/** Rows of all databases in a folder. Each is read whole, and closed, before its rows are used. */
function* rowsOf(folder: string, query: string): Generator<Record<string, unknown>> {
  if (!existsSync(folder)) return;
  const files = readdirSync(folder).filter(
    (name) => name.endsWith(".sqlite") && name !== alarmsFile,
  );
  for (const file of files) {
    const database = new DatabaseSync(join(folder, file));
    try {
      yield* database.prepare(query).all();
    } finally {
      database.close();
    }
  }
}

function sizeOf(path: string): number | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? stat.size : undefined;
}
