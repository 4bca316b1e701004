/** A reference in the SQLite of a Durable Object: one row of JSON, and a row of path hashes for each index. */

import type { Baseline } from "./baseline.ts";
import { PathSet } from "./path-set.ts";
import type { BaselineStore } from "./refresh-baseline.ts";

/** Indexes whose files are remembered; the ones read longest ago are forgotten. At most 1.6 MB each. */
const maxListings = 64;
/**
 * Of the reference's JSON; a row takes 2 MB. 16 roots with 32 generations and 256 samples with the longest paths
 * have half of it.
 */
const maxJson = 1_500_000;

export function sqliteBaselineStore(storage: DurableObjectStorage): BaselineStore {
  const { sql } = storage;
  sql.exec(
    "CREATE TABLE IF NOT EXISTS reference (id INTEGER PRIMARY KEY CHECK (id = 1), json TEXT)",
  );
  sql.exec(
    "CREATE TABLE IF NOT EXISTS listing (path TEXT PRIMARY KEY, read_at INTEGER, hashes BLOB)",
  );
  return {
    load() {
      const [row] = sql.exec<{ json: string }>("SELECT json FROM reference").toArray();
      return row === undefined ? undefined : parseReference(row.json);
    },
    loadListing(index) {
      const [row] = sql
        .exec<{ hashes: ArrayBuffer }>("SELECT hashes FROM listing WHERE path = ?", index)
        .toArray();
      return row === undefined ? undefined : PathSet.fromBytes(new Uint8Array(row.hashes));
    },
    save(reference, listings) {
      const json = JSON.stringify(reference);
      if (json.length > maxJson)
        throw new Error(`The reference of ${reference.repository} is too large.`);
      storage.transactionSync(() => {
        sql.exec("INSERT OR REPLACE INTO reference (id, json) VALUES (1, ?)", json);
        for (const [path, paths] of listings) {
          sql.exec(
            "INSERT OR REPLACE INTO listing (path, read_at, hashes) VALUES (?, ?, ?)",
            path,
            reference.askedAt,
            paths.toBytes(),
          );
        }
        sql.exec(
          "DELETE FROM listing WHERE path NOT IN (SELECT path FROM listing ORDER BY read_at DESC LIMIT ?)",
          maxListings,
        );
      });
    },
  };
}

/** What was stored; undefined where it is of another version of this program, and then read anew. */
function parseReference(json: string): Baseline | undefined {
  const value: unknown = JSON.parse(json);
  return isReference(value) ? value : undefined;
}

function isReference(value: unknown): value is Baseline {
  if (typeof value !== "object" || value === null) return false;
  return (
    "repository" in value &&
    typeof value.repository === "string" &&
    "askedAt" in value &&
    typeof value.askedAt === "number" &&
    "roots" in value &&
    Array.isArray(value.roots) &&
    "samples" in value &&
    Array.isArray(value.samples)
  );
}
