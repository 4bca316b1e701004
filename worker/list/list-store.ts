/** The service's own list in SQLite: its entries, and each version's changes, so that none is lost and each can be gone back to. */
import { number, text } from "../runtime/json-values.ts";
import type { Sql } from "../runtime/sql.ts";
import { type EntryChanges, type EntryValue, type ListEntries, withChanges } from "./entries.ts";

/** Versions kept: one a working hour for half a year. Older ones can't be gone back to. */
export const maxVersions = 1000;

/** One version of the list. */
export interface ListVersion {
  version: number;
  /** Unix ms. */
  at: number;
  /** The principal's name. */
  by: string;
  why: string;
  /** Entries that it changed. */
  changes: number;
}

/** A new version, before it is written. */
export interface NewVersion extends Omit<ListVersion, "changes"> {
  changes: EntryChanges;
}

/** A version of the list that was given to everybody. */
export interface GivenOut {
  version: number;
  /** What its views say their version is: a greater one, where somebody had put a newer list of files beside it. */
  as: number;
}

export class ListStore {
  readonly #sql: Sql;
  #entries: { version: number; entries: ListEntries } | undefined;

  constructor(sql: Sql) {
    this.#sql = sql;
    for (const table of [
      "list_entry (place TEXT PRIMARY KEY, value TEXT NOT NULL, changed INTEGER NOT NULL) WITHOUT ROWID",
      `list_version (version INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL,
        changes INTEGER NOT NULL)`,
      `list_change (version INTEGER NOT NULL, place TEXT NOT NULL, before TEXT, after TEXT,
        PRIMARY KEY (version, place)) WITHOUT ROWID`,
      "list_given_out (id INTEGER PRIMARY KEY, version INTEGER NOT NULL, given_as INTEGER NOT NULL)",
    ]) {
      sql.exec(`CREATE TABLE IF NOT EXISTS ${table}`);
    }
  }

  /** The version in force; 0 where the service has no list of its own. */
  get version(): number {
    const [row] = this.#sql.exec("SELECT max(version) AS version FROM list_version").toArray();
    return row?.version === null || row === undefined ? 0 : number(row.version, "version");
  }

  /** The entries in force. */
  entries(): ListEntries {
    const { version } = this;
    if (this.#entries?.version === version) return this.#entries.entries;
    const rows = this.#sql.exec("SELECT place, value FROM list_entry ORDER BY place").toArray();
    const entries = new Map(
      rows.map((row) => [text(row.place, "place"), valueIn(row.value)] as const),
    );
    this.#entries = { version, entries };
    return entries;
  }

  /** The version that changed an entry last; undefined where there is no such entry. */
  changed(place: string): number | undefined {
    const query = "SELECT changed FROM list_entry WHERE place = ?";
    const [row] = this.#sql.exec(query, place).toArray();
    return row && number(row.changed, "changed");
  }

  /** The version that changed each entry last, by place. */
  changedAll(): Map<string, number> {
    const rows = this.#sql.exec("SELECT place, changed FROM list_entry ORDER BY place").toArray();
    return new Map(rows.map((row) => [text(row.place, "place"), number(row.changed, "changed")]));
  }

  /**
   * Takes a list over as the first version: from then on the service's own list is in force.
   * @param version of the list as it was served before
   */
  adopt(entries: ListEntries, { version, at }: { version: number; at: number }): void {
    this.#sql.transaction(() => {
      if (this.version !== 0) return;
      for (const [place, value] of entries) this.#put(place, value, version);
      const why = "The list as it was before the service had one of its own.";
      this.#sql.exec("INSERT INTO list_version VALUES (?, ?, ?, ?, 0)", version, at, "", why);
    });
    if (this.version === version) this.#entries = { version, entries };
  }

  /**
   * Writes a version, all of it or nothing.
   *
   * @param alongside what is to be written with it, in the same transaction
   * @throws Error where its version isn't greater than the one in force
   */
  change({ version, at, by, why, changes }: NewVersion, alongside: () => void): void {
    const before = this.entries();
    this.#sql.transaction(() => {
      if (version <= this.version) throw new Error(`${version} is no newer version of the list`);
      for (const [place, value] of changes) {
        const old = before.get(place);
        this.#sql.exec(
          "INSERT INTO list_change VALUES (?, ?, ?, ?)",
          version,
          place,
          old === undefined ? null : JSON.stringify(old),
          value === null ? null : JSON.stringify(value),
        );
        if (value === null) this.#sql.exec("DELETE FROM list_entry WHERE place = ?", place);
        else this.#put(place, value, version);
      }
      const count = changes.size;
      this.#sql.exec(
        "INSERT INTO list_version VALUES (?, ?, ?, ?, ?)",
        version,
        at,
        by,
        why,
        count,
      );
      this.#dropOldest();
      alongside();
    });
    // The same values: what was made of them is kept by them.
    this.#entries = { version, entries: withChanges(before, changes) };
  }

  /** Versions, newest first. @param before a version; absent: from the newest */
  versions(limit: number, before = Number.MAX_SAFE_INTEGER): ListVersion[] {
    return this.#sql
      .exec(
        "SELECT * FROM list_version WHERE version < ? ORDER BY version DESC LIMIT ?",
        before,
        limit,
      )
      .toArray()
      .map((row) => ({
        version: number(row.version, "version"),
        at: number(row.at, "at"),
        by: text(row.who, "who"),
        why: text(row.why, "why"),
        changes: number(row.changes, "changes"),
      }));
  }

  /** What a version changed: each entry before and after, `null` where there was or is none. */
  changesOf(
    version: number,
  ): { place: string; before: EntryValue | null; after: EntryValue | null }[] {
    return this.#sql
      .exec(
        "SELECT place, before, after FROM list_change WHERE version = ? ORDER BY place",
        version,
      )
      .toArray()
      .map((row) => ({
        place: text(row.place, "place"),
        before: row.before === null ? null : valueIn(row.before),
        after: row.after === null ? null : valueIn(row.after),
      }));
  }

  /** The entries as they were in a version; undefined where it isn't kept. */
  entriesAt(version: number): ListEntries | undefined {
    const kept = this.#sql.exec("SELECT 1 FROM list_version WHERE version = ?", version).toArray();
    if (kept.length === 0) return undefined;
    const entries = new Map(this.entries());
    const later = this.#sql
      .exec(
        "SELECT place, before FROM list_change WHERE version > ? ORDER BY version DESC",
        version,
      )
      .toArray();
    for (const { place, before } of later) {
      if (before === null) entries.delete(text(place, "place"));
      else entries.set(text(place, "place"), valueIn(before));
    }
    return entries;
  }

  /** What everybody can read; zeros: nothing was given out. */
  get givenOut(): GivenOut {
    const query = "SELECT version, given_as FROM list_given_out WHERE id = 1";
    const [row] = this.#sql.exec(query).toArray();
    if (row === undefined) return { version: 0, as: 0 };
    return { version: number(row.version, "version"), as: number(row.given_as, "given_as") };
  }

  set givenOut({ version, as }: GivenOut) {
    this.#sql.exec("INSERT OR REPLACE INTO list_given_out VALUES (1, ?, ?)", version, as);
  }

  /** The tables were written by somebody else: nothing that was read of them holds. */
  forget(): void {
    this.#entries = undefined;
  }

  #put(place: string, value: EntryValue, version: number): void {
    const written = JSON.stringify(value);
    this.#sql.exec("INSERT OR REPLACE INTO list_entry VALUES (?, ?, ?)", place, written, version);
  }

  #dropOldest(): void {
    const query = "SELECT version FROM list_version ORDER BY version DESC LIMIT 1 OFFSET ?";
    const [last] = this.#sql.exec(query, maxVersions).toArray();
    if (last === undefined) return;
    const oldest = number(last.version, "version");
    // The oldest that stays needs its own changes no more: nothing goes back behind it.
    this.#sql.exec("DELETE FROM list_version WHERE version <= ?", oldest);
    this.#sql.exec("DELETE FROM list_change WHERE version <= ?", oldest);
  }
}

function valueIn(written: unknown): EntryValue {
  const value: EntryValue = JSON.parse(text(written, "value"));
  return value;
}
