/** Finds a Durable Object's database among the embedded stores, which are named by hashes. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Path of the database below `folder` that has such a table with rows in it; `undefined`: none has. */
export function databaseWith(folder: string, table: string): string | undefined {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".sqlite")) continue;
    const path = join(folder, name);
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      if (database.prepare(`SELECT 1 FROM ${table}`).get() !== undefined) return path;
    } catch {
      // Another object's, or the platform's own.
    } finally {
      database.close();
    }
  }
  return undefined;
}
