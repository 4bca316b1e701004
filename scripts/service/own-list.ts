/**
 * The list of a service that keeps it itself, as the service gave it out last: read of its key-value store while workerd
 * isn't running. A workerd that were started with another list would show it to clients until it asked its stores.
 */
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isServicesOwn } from "../../worker/list/list-owner.ts";
import { listOwnerKey, viewsKey } from "../../worker/views/views-key.ts";
import { keysFolder } from "./embedded-services.ts";
import type { LogLine } from "./quiet-log.ts";
import { configFiles } from "./run-folder.ts";
import type { StoreLayout } from "./store-layout.ts";

/** As `KeyRows` keeps a value. */
const query = `SELECT value_piece.bytes AS bytes FROM value JOIN value_piece ON value_piece.value = value.id
  WHERE value.key = ? ORDER BY value_piece.number`;

/**
 * Puts the service's own list where the next workerd takes it from.
 *
 * @returns whether there is one; else what is there stays
 * @throws as `readOwnViews`, or what the file system says
 */
export function putOwnViews({ embedded, run }: Pick<StoreLayout, "embedded" | "run">): boolean {
  const views = readOwnViews(embedded);
  if (views === undefined) return false;
  const file = join(run, configFiles.views);
  if (existsSync(file) && readFileSync(file).equals(views)) return true;
  // On a full disk what is there stays whole.
  writeFileSync(`${file}.new`, views);
  renameSync(`${file}.new`, file);
  return true;
}

/** The same for a workerd that is to start in any case: where the list can't be had just now, with the one of the last start. */
export function takeOwnViews(
  layout: Pick<StoreLayout, "embedded" | "run">,
  log: (line: LogLine) => void,
): void {
  try {
    putOwnViews(layout);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The service's own mirror list could not be put in place (${reason}): for a moment it may be an older one.`;
    log({ level: "warn", message });
  }
}

/**
 * The views as JSON; undefined: the list is that of its files, or the store doesn't tell.
 *
 * @param embedded folder of the embedded stores' databases
 * @throws what SQLite says where a database can't be read
 */
export function readOwnViews(embedded: string): Buffer | undefined {
  const folder = join(embedded, keysFolder);
  if (!existsSync(folder)) return undefined;
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(".sqlite")) continue;
    const views = viewsIn(join(folder, name));
    if (views !== undefined) return views;
  }
  return undefined;
}

function viewsIn(file: string): Buffer | undefined {
  const database = new DatabaseSync(file);
  try {
    const tables = database
      .prepare("SELECT 1 FROM sqlite_schema WHERE name IN ('value', 'value_piece')")
      .all();
    if (tables.length < 2) return undefined;
    const bytesOf = (key: string): Buffer | undefined => {
      const pieces = database
        .prepare(query)
        .all(key)
        .flatMap(({ bytes }) => (bytes instanceof Uint8Array ? [bytes] : []));
      return pieces.length === 0 ? undefined : Buffer.concat(pieces);
    };
    const owner = bytesOf(listOwnerKey);
    return owner !== undefined && isServicesOwn(owner.toString("utf8"))
      ? bytesOf(viewsKey)
      : undefined;
  } finally {
    database.close();
  }
}
