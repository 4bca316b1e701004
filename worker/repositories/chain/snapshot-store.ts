/** A repository's snapshots, the pointer to the current one, and what is wrong at the origin, in SQLite. */

import type { Fault } from "../../formats/read-verified.ts";
import type { Sql } from "../../runtime/sql.ts";
import type { Purpose } from "../follow-policy.ts";
import { ContentsStore, hasFault } from "./contents-store.ts";
import type { RootHistory } from "./root-history.ts";
import { parseWatch, type RootWatch } from "./root-watch.ts";
import type { Snapshot, SnapshotRoot } from "./snapshot.ts";
import { type SnapshotAlarm, SnapshotAlarms } from "./snapshot-alarms.ts";
import { parseSnapshot } from "./snapshot-json.ts";
import { UsedIndexes } from "./used-indexes.ts";
import { type FinishedSnapshot, type PendingSnapshot, WaitingStore } from "./waiting-store.ts";

export type { SnapshotAlarm } from "./snapshot-alarms.ts";
export { parseSnapshot } from "./snapshot-json.ts";

/** What came of asking for the roots. */
export interface PollRecord {
  /** Unix ms. */
  at: number;
  /** Of the next snapshot, where they are other ones than those of the last. */
  roots?: readonly SnapshotRoot[];
  watches: ReadonlyMap<string, RootWatch>;
  /** By root; of all roots that are listed. */
  faults: ReadonlyMap<string, readonly Fault[]>;
}

/** The move of the pointer. */
export interface Publication extends FinishedSnapshot {
  /** Hashes of the indexes that roots name; of others nothing is remembered. */
  named: ReadonlySet<string>;
  /** What waited is older than this, or is this. */
  drops: readonly ("staged" | "pending")[];
}

/** Small values that outlive the process. */
export type SnapshotState =
  /** The list entry with its list's version, JSON. */
  | "listed"
  | "asked"
  /** When the last poll that the origin answered was begun. */
  | "looked"
  | "published"
  /** The snapshot that its suites were told of last. */
  | "searched"
  | "collected"
  /** The last generation that was given to a snapshot. */
  | "generation"
  /** Which contents the current snapshot's presence is of. */
  | "listings"
  /** Hashes of the indexes that it is known of what they list, JSON. */
  | "read"
  /** Somebody samples mirrors by this repository's files. */
  | "samples"
  /** Kind, origin and roots of what is watched, JSON. */
  | "of"
  /** `Draws` of what is watched, JSON. */
  | "drawn";

export class SnapshotStore {
  readonly #sql: Sql;
  /** Of the names of its tables. */
  readonly #prefix: string;
  readonly #alarms: SnapshotAlarms;
  readonly #waiting: WaitingStore;
  readonly contents: ContentsStore;
  readonly used: UsedIndexes;

  /**
   * Makes its tables where there are none.
   *
   * @param purpose each has tables of its own
   */
  constructor(sql: Sql, purpose: Purpose = "serving") {
    const prefix = purpose === "serving" ? "" : "watched_";
    this.#sql = sql;
    this.#prefix = prefix;
    for (const table of [
      "snapshot (id TEXT PRIMARY KEY, at INTEGER NOT NULL, json TEXT NOT NULL)",
      "snapshot_state (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
      "snapshot_watch (root TEXT PRIMARY KEY, json TEXT NOT NULL)",
    ]) {
      sql.exec(`CREATE TABLE IF NOT EXISTS ${prefix}${table}`);
    }
    this.#alarms = new SnapshotAlarms(sql, prefix);
    this.#waiting = new WaitingStore(sql, prefix);
    this.contents = new ContentsStore(sql, prefix);
    this.used = new UsedIndexes(sql, prefix);
  }

  /** Id and JSON of the snapshot that the pointer is on. */
  current(): { id: string; json: string } | undefined {
    return this.#stored(
      `SELECT id, json FROM ${this.#prefix}snapshot WHERE id = (SELECT value FROM ${this.#prefix}snapshot_state WHERE name = 'current')`,
    )[0];
  }

  /** JSON of a kept snapshot. */
  byId(id: string): string | undefined {
    return this.#stored(`SELECT id, json FROM ${this.#prefix}snapshot WHERE id = ?`, id)[0]?.json;
  }

  /** JSON of the one that was current at a moment (Unix ms), among those kept. */
  atTime(at: number): string | undefined {
    const query = `SELECT id, json FROM ${this.#prefix}snapshot WHERE at <= ? ORDER BY at DESC LIMIT 1`;
    return this.#stored(query, at)[0]?.json;
  }

  /** All that are kept, newest first. */
  all(): Snapshot[] {
    return this.#stored(`SELECT id, json FROM ${this.#prefix}snapshot ORDER BY at DESC`).map(
      ({ json }) => parseSnapshot(json),
    );
  }

  watch(root: string): RootWatch | undefined {
    const [row] = this.#sql
      .exec(`SELECT json FROM ${this.#prefix}snapshot_watch WHERE root = ?`, root)
      .toArray();
    return row === undefined ? undefined : parseWatch(String(row.json));
  }

  /** Notes what is known of a root that wasn't read here yet. */
  setHistory(root: string, history: RootHistory): void {
    // Of no rule, so that it is read whatever its origin confirms.
    this.#writeWatch(root, { path: root, rule: "", readAt: 0, history });
  }

  /** Roots that were verified and aren't in a snapshot yet. */
  staged() {
    return this.#waiting.staged();
  }

  /** The snapshot that waits for mirrors to have it. */
  pending(): PendingSnapshot | undefined {
    return this.#waiting.pending();
  }

  /**
   * Writes all that came of one poll of the origin, or nothing.
   * @returns the alarms that are new, or say something else than before
   */
  record({ at, roots, watches, faults }: PollRecord): SnapshotAlarm[] {
    return this.#sql.transaction(() => {
      for (const [root, watch] of watches) this.#writeWatch(root, watch);
      if (roots !== undefined) this.#waiting.stage(roots, at);
      return this.#alarms.setRoots(faults, at);
    });
  }

  /** Moves the pointer, all of it or nothing. */
  publish({ snapshot, listings, read, named, drops }: Publication): void {
    this.#sql.transaction(() => {
      this.contents.keepOnly(named);
      // What couldn't be had of the one before: who asks again finds out anew. What can't be read stays so.
      const odd = [...this.contents.all().values()].filter(hasFault);
      this.#alarms.clearIndexesBut(new Set(odd.map(({ path }) => path)));
      this.#sql.exec(
        `INSERT INTO ${this.#prefix}snapshot (id, at, json) VALUES (?, ?, ?)`,
        snapshot.id,
        snapshot.at,
        JSON.stringify(snapshot),
      );
      this.setState("listings", listings);
      this.setState("read", JSON.stringify(read));
      this.#given(snapshot);
      if (drops.includes("staged")) this.#waiting.unstage();
      if (drops.includes("pending")) this.#waiting.unpend();
      this.#sql.exec(
        `INSERT OR REPLACE INTO ${this.#prefix}snapshot_state (name, value) VALUES ('current', ?)`,
        snapshot.id,
      );
    });
  }

  /** Has a finished snapshot wait in place of the one that waited, or of the staged roots it was made of. */
  pend(pending: PendingSnapshot, drops: readonly "staged"[]): void {
    this.#sql.transaction(() => {
      this.#waiting.pend(pending);
      this.#given(pending.snapshot);
      if (drops.includes("staged")) this.#waiting.unstage();
    });
  }

  /** The origin has what is current, again: nothing waits. */
  withdraw(): void {
    this.#sql.transaction(() => {
      this.#waiting.unstage();
      this.#waiting.unpend();
    });
  }

  /** Hashes of the indexes of the current snapshot whose contents are known. */
  read(): string[] {
    const value: unknown = JSON.parse(this.state("read") ?? "[]");
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** The generation of the next snapshot: greater than any that was given, also to one that never was current. */
  nextGeneration(): number {
    const current = this.current();
    const last = current === undefined ? 0 : parseSnapshot(current.json).generation;
    return 1 + Math.max(last, Number(this.state("generation") ?? 0));
  }

  #given({ generation }: Snapshot): void {
    const last = Number(this.state("generation") ?? 0);
    if (generation > last) this.setState("generation", String(generation));
  }

  /** Everything that is kept out at present, the oldest first. */
  alarms(): SnapshotAlarm[] {
    return this.#alarms.all();
  }

  /** As `SnapshotAlarms.raiseIndex`. */
  raiseIndex(root: string, fault: Fault, at: number): SnapshotAlarm | undefined {
    return this.#alarms.raiseIndex(root, fault, at);
  }

  /** As `SnapshotAlarms.clearIndex`. */
  clearIndex(root: string, file: string): void {
    this.#alarms.clearIndex(root, file);
  }

  /** As `SnapshotAlarms.raisePresence`. */
  raisePresence(said: string, at: number): SnapshotAlarm | undefined {
    return this.#alarms.raisePresence(said, at);
  }

  /** As `SnapshotAlarms.clearPresence`. */
  clearPresence(): void {
    this.#alarms.clearPresence();
  }

  /** Forgets everything. */
  clear(): void {
    this.#sql.transaction(() => {
      for (const table of ["snapshot", "snapshot_state", "snapshot_watch"]) {
        this.#sql.exec(`DELETE FROM ${this.#prefix}${table}`);
      }
      this.#alarms.clear();
      this.#waiting.unstage();
      this.#waiting.unpend();
      this.contents.keepOnly(new Set());
    });
  }

  /** Forgets snapshots; never the current one. */
  remove(ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.#sql.transaction(() => {
      for (const id of ids) {
        this.#sql.exec(
          `DELETE FROM ${this.#prefix}snapshot WHERE id = ? AND id NOT IN (SELECT value FROM ${this.#prefix}snapshot_state WHERE name = 'current')`,
          id,
        );
      }
    });
  }

  state(name: SnapshotState): string | undefined {
    const [row] = this.#sql
      .exec(`SELECT value FROM ${this.#prefix}snapshot_state WHERE name = ?`, name)
      .toArray();
    return row === undefined ? undefined : String(row.value);
  }

  setState(name: SnapshotState, value: string): void {
    if (this.state(name) === value) return;
    this.#sql.exec(
      `INSERT OR REPLACE INTO ${this.#prefix}snapshot_state (name, value) VALUES (?, ?)`,
      name,
      value,
    );
  }

  #stored(query: string, ...values: (string | number)[]): { id: string; json: string }[] {
    return this.#sql
      .exec(query, ...values)
      .toArray()
      .map(({ id, json }) => ({ id: String(id), json: String(json) }));
  }

  #writeWatch(root: string, watch: RootWatch): void {
    const query = `INSERT OR REPLACE INTO ${this.#prefix}snapshot_watch (root, json) VALUES (?, ?)`;
    this.#sql.exec(query, root, JSON.stringify(watch));
  }
}
