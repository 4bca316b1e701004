/** What was read and verified and isn't current yet, in SQLite: so that it outlives the process. */
import type { Sql } from "../../runtime/sql.ts";
import type { Snapshot, SnapshotRoot } from "./snapshot.ts";
import { parseSnapshot } from "./snapshot-json.ts";

/** Roots of which it isn't known yet what they list. */
export interface StagedRoots {
  roots: SnapshotRoot[];
  /** Since when something waits here, Unix ms; newer roots don't begin anew. */
  since: number;
}

/** A snapshot that could be the current one. */
export interface FinishedSnapshot {
  snapshot: Snapshot;
  /** Tells which contents its presence is of. */
  listings: string;
  /** Hashes of the indexes that it is known of what they list. */
  read: readonly string[];
}

/** A finished snapshot that waits for mirrors to have it (`PublishPolicy`). */
export interface PendingSnapshot extends FinishedSnapshot {
  /** Since when one waits, Unix ms; a newer one that takes its place doesn't begin anew. */
  since: number;
  /** Share of the mirrors' capacity that has it, as it was last known; absent: not known. */
  share?: number;
}

export class WaitingStore {
  readonly #sql: Sql;
  readonly #prefix: string;

  /** Makes its table where there is none. @param prefix of its name */
  constructor(sql: Sql, prefix: string) {
    this.#sql = sql;
    this.#prefix = prefix;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS ${prefix}snapshot_waiting (stage TEXT PRIMARY KEY, since INTEGER NOT NULL, json TEXT NOT NULL)`,
    );
  }

  staged(): StagedRoots | undefined {
    const row = this.#row("staged");
    if (row === undefined) return undefined;
    const roots: unknown = row.value;
    return isRoots(roots) ? { roots, since: row.since } : undefined;
  }

  stage(roots: readonly SnapshotRoot[], at: number): void {
    this.#put("staged", this.#row("staged")?.since ?? at, roots);
  }

  unstage(): void {
    this.#drop("staged");
  }

  pending(): PendingSnapshot | undefined {
    const row = this.#row("pending");
    if (row === undefined || !isPending(row.value)) return undefined;
    const { snapshot, listings, read, share } = row.value;
    return {
      snapshot: parseSnapshot(JSON.stringify(snapshot)),
      listings,
      read,
      since: row.since,
      ...(share !== undefined && { share }),
    };
  }

  pend({ since, ...pending }: PendingSnapshot): void {
    this.#put("pending", since, pending);
  }

  unpend(): void {
    this.#drop("pending");
  }

  #row(stage: string): { since: number; value: unknown } | undefined {
    const query = `SELECT since, json FROM ${this.#prefix}snapshot_waiting WHERE stage = ?`;
    const [row] = this.#sql.exec(query, stage).toArray();
    if (row === undefined) return undefined;
    return { since: Number(row.since), value: JSON.parse(String(row.json)) };
  }

  #put(stage: string, since: number, value: unknown): void {
    const query = `INSERT OR REPLACE INTO ${this.#prefix}snapshot_waiting (stage, since, json) VALUES (?, ?, ?)`;
    this.#sql.exec(query, stage, since, JSON.stringify(value));
  }

  #drop(stage: string): void {
    if (this.#row(stage) === undefined) return;
    this.#sql.exec(`DELETE FROM ${this.#prefix}snapshot_waiting WHERE stage = ?`, stage);
  }
}

/** Of what we wrote ourselves: its outline tells it from another version's. */
function isRoots(value: unknown): value is SnapshotRoot[] {
  return Array.isArray(value);
}

function isPending(
  value: unknown,
): value is { snapshot: unknown; listings: string; read: string[]; share?: number } {
  return (
    typeof value === "object" &&
    value !== null &&
    "snapshot" in value &&
    "listings" in value &&
    typeof value.listings === "string" &&
    "read" in value &&
    Array.isArray(value.read)
  );
}
