/** The history of published rosters in Fleet's SQLite. One method is one read or write that makes sense alone. */
import { number, text } from "../runtime/json-values.ts";
import type { Sql } from "../runtime/sql.ts";

/** A roster that was published, as it is kept. */
export interface KeptRoster {
  /** When it was published, Unix ms; later than all before. */
  at: number;
  version: number;
  /** Bytes that it is reckoned with, its checkpoint among them. */
  charge: number;
  /** The sum of all charges up to this one, of those that are gone as well. */
  total: number;
  /** How full the allowance was with it, bytes. */
  level: number;
  /** Publications between the one before and this one that aren't kept, and when the first of them came. */
  skipped: number;
  skippedSince: number | null;
}

/** Publications since the newest roster that is kept. */
export interface SkippedRosters {
  /** Of the first and the last of them, Unix ms. */
  since: number;
  at: number;
  count: number;
}

const columns = "at, version, charge, total, level, skipped, skipped_since";

export class RosterHistoryStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    for (const table of [
      `roster_change (at INTEGER PRIMARY KEY, version INTEGER, charge INTEGER, total INTEGER, level INTEGER,
        skipped INTEGER, skipped_since INTEGER, changes TEXT)`,
      "roster_checkpoint (at INTEGER PRIMARY KEY, roster TEXT)",
      "roster_skipped (id INTEGER PRIMARY KEY, since INTEGER, at INTEGER, count INTEGER)",
    ]) {
      sql.exec(`CREATE TABLE IF NOT EXISTS ${table}`);
    }
  }

  #rows(query: string, ...values: (string | number | null)[]): Record<string, unknown>[] {
    return this.#sql.exec(query, ...values).toArray();
  }

  /** @param changes as `rosterChanges` told them; empty with a checkpoint that needs none */
  add({ at, version, charge, total, level, skipped, skippedSince }: KeptRoster, changes: string) {
    this.#rows(
      `INSERT INTO roster_change (${columns}, changes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      at,
      version,
      charge,
      total,
      level,
      skipped,
      skippedSince,
      changes,
    );
  }

  /** @param roster as `packRoster` packs it, JSON */
  addCheckpoint(at: number, roster: string): void {
    this.#rows("INSERT INTO roster_checkpoint VALUES (?, ?)", at, roster);
  }

  skipped(): SkippedRosters | undefined {
    const row = this.#rows("SELECT since, at, count FROM roster_skipped")[0];
    return (
      row && {
        since: number(row.since, "roster_skipped"),
        at: number(row.at, "roster_skipped"),
        count: number(row.count, "roster_skipped"),
      }
    );
  }

  setSkipped({ since, at, count }: SkippedRosters): void {
    this.#rows("INSERT OR REPLACE INTO roster_skipped VALUES (1, ?, ?, ?)", since, at, count);
  }

  dropSkipped(): void {
    this.#rows("DELETE FROM roster_skipped");
  }

  /** The newest that isn't later than a moment. */
  upTo(at: number): KeptRoster | undefined {
    const query = `SELECT ${columns} FROM roster_change WHERE at <= ? ORDER BY at DESC LIMIT 1`;
    return keptRoster(this.#rows(query, at)[0]);
  }

  /** The oldest that is later than a moment. */
  behind(at: number): KeptRoster | undefined {
    const query = `SELECT ${columns} FROM roster_change WHERE at > ? ORDER BY at LIMIT 1`;
    return keptRoster(this.#rows(query, at)[0]);
  }

  /** Moments of all checkpoints, oldest first: some dozens. */
  checkpoints(): number[] {
    return this.#rows("SELECT at FROM roster_checkpoint ORDER BY at").map(({ at }) =>
      number(at, "roster_checkpoint"),
    );
  }

  /** The newest checkpoint that isn't later than a moment. */
  checkpoint(upTo: number): { at: number; roster: string } | undefined {
    const query = "SELECT at, roster FROM roster_checkpoint WHERE at <= ? ORDER BY at DESC LIMIT 1";
    const row = this.#rows(query, upTo)[0];
    return (
      row && {
        at: number(row.at, "roster_checkpoint"),
        roster: text(row.roster, "roster_checkpoint"),
      }
    );
  }

  /** Changes behind one moment and up to another, in their order. */
  changes(behind: number, upTo: number): { version: number; changes: string }[] {
    const query = "SELECT version, changes FROM roster_change WHERE at > ? AND at <= ? ORDER BY at";
    return this.#rows(query, behind, upTo).map(({ version, changes }) => ({
      version: number(version, "roster_change"),
      changes: text(changes, "roster_change"),
    }));
  }

  /** Drops the checkpoints before a moment, and so many of the changes before it. */
  dropBefore(at: number, most: number): void {
    this.#rows("DELETE FROM roster_checkpoint WHERE at < ?", at);
    this.#rows(
      `DELETE FROM roster_change WHERE at IN (
         SELECT at FROM roster_change WHERE at < ? ORDER BY at LIMIT ?)`,
      at,
      most,
    );
  }

  /** Everything: what can't be read isn't gone on with. */
  clear(): void {
    for (const table of ["roster_change", "roster_checkpoint", "roster_skipped"]) {
      this.#rows(`DELETE FROM ${table}`);
    }
  }
}

function keptRoster(row: Record<string, unknown> | undefined): KeptRoster | undefined {
  if (row === undefined) return undefined;
  const of = (column: string) => number(row[column], `roster_change.${column}`);
  return {
    at: of("at"),
    version: of("version"),
    charge: of("charge"),
    total: of("total"),
    level: of("level"),
    skipped: of("skipped"),
    skippedSince: row.skipped_since === null ? null : of("skipped_since"),
  };
}
