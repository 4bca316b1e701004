/**
 * Takes over what objects stored of an origin before its snapshots told that: the versions of its roots, by which mirrors
 * that are behind go on being known. Samples and the files of an index are read anew.
 */

import type { Sql } from "../../runtime/sql.ts";
import type { Repository } from "../catalogue.ts";
import type { RootHistory } from "../chain/root-history.ts";
import type { SnapshotStore } from "../chain/snapshot-store.ts";
import { maxGenerations, type RootVersion } from "./baseline.ts";

/** The tables of then: one row of JSON, and hashes of paths by index. */
const tables = ["reference", "listing"] as const;

/**
 * Takes the versions over where they are of this origin, and drops the tables; nothing where there are none.
 *
 * @param store of what is watched
 */
export function takeOverReference(sql: Sql, store: SnapshotStore, listed: Repository): void {
  const found = "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN (?, ?)";
  const there = sql.exec(found, ...tables).toArray();
  if (there.length === 0) return;
  const hasRow = there.some(({ name }) => name === "reference");
  const [row] = hasRow ? sql.exec("SELECT json FROM reference").toArray() : [];
  const versions = versionsIn(String(row?.json ?? "null"), listed);
  sql.transaction(() => {
    for (const [root, known] of versions) {
      store.setHistory(root, withFormer(store.watch(root)?.history ?? {}, known));
    }
    for (const table of tables) sql.exec(`DROP TABLE IF EXISTS ${table}`);
  });
}

/** After a roll-back both have versions that the other doesn't: what is told of one by both is told as it is here. */
function withFormer(history: RootHistory, former: readonly RootVersion[]): RootHistory {
  const { versions = [] } = history;
  const more = former.filter(({ hash }) => versions.every((one) => one.hash !== hash));
  return { ...history, versions: [...more, ...versions].slice(0, maxGenerations) };
}

function versionsIn(json: string, { origin, roots = [] }: Repository): Map<string, RootVersion[]> {
  const value = parsed(json);
  const found = new Map<string, RootVersion[]>();
  if (typeof value !== "object" || value === null) return found;
  if (!("origin" in value && "roots" in value)) return found;
  if (value.origin !== origin || !Array.isArray(value.roots)) return found;
  for (const root of value.roots) {
    if (!isRoot(root) || !roots.includes(root.path)) continue;
    found.set(root.path, root.generations.filter(isVersion).slice(0, maxGenerations));
  }
  return found;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isRoot(value: unknown): value is { path: string; generations: unknown[] } {
  return (
    typeof value === "object" &&
    value !== null &&
    "path" in value &&
    typeof value.path === "string" &&
    "generations" in value &&
    Array.isArray(value.generations)
  );
}

function isVersion(value: unknown): value is RootVersion {
  return (
    typeof value === "object" &&
    value !== null &&
    "hash" in value &&
    typeof value.hash === "string" &&
    "seenAt" in value &&
    typeof value.seenAt === "number" &&
    (!("date" in value) || typeof value.date === "number")
  );
}
