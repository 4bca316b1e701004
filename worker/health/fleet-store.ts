/**
 * Fleet's truth in SQLite: the list, what is known of every target, its history, what was published last.
 * One method is one write that makes sense alone; what belongs together goes through `together`.
 */
import { number, record, text } from "../runtime/json-values.ts";
import type { Sql } from "../runtime/sql.ts";
import { NearnessStore } from "./nearness/nearness-store.ts";
import { RosterHistoryStore } from "./roster-history-store.ts";
import { type RoundTrips, readRoundTrips, roundTripsText } from "./round-trips.ts";

/** One change of a state, as it is kept: who, when and why. */
export interface HistoryEntry {
  id: number;
  /** Unix ms. */
  at: number;
  mirror: string;
  /** Empty: the whole site. */
  repository: string;
  scheme: string;
  family: string;
  axis: string;
  from: string;
  to: string;
  why: string;
  /** JSON. */
  evidence: string;
}

/** History is kept this long. */
export const historyMs = 90 * 24 * 3600 * 1000;
/** Entries kept of one mirror, newest: one that flaps day and night doesn't push the others out. */
export const maxEntriesPerMirror = 1000;
/** Entries kept of all: 90 days of 1,000 mirrors at two a day, about 100 MB of the object's 10 GB. */
export const maxEntries = 200_000;
/** An entry's evidence is cut to this many characters; a failure with its sentence has 300. */
const maxEvidence = 4000;

export interface Published {
  version: number;
  text: string;
  /** The last-known-good store has it too. */
  stored: boolean;
}

/** An alarm for the operator that is on. */
export interface Alarm {
  name: string;
  /** Unix ms. */
  since: number;
  detail: string;
}

export class FleetStore {
  readonly #sql: Sql;
  /** Rows written since the object began. */
  rowsWritten = 0;
  /** Rosters that were published, and what was measured; what is written there counts as well. */
  readonly rosters: RosterHistoryStore;
  readonly nearness: NearnessStore;

  constructor(sql: Sql) {
    this.#sql = sql;
    const counted: Sql = {
      ...sql,
      exec: (query, ...values) => {
        const done = sql.exec(query, ...values);
        this.rowsWritten += done.rowsWritten;
        return done;
      },
    };
    this.rosters = new RosterHistoryStore(counted);
    this.nearness = new NearnessStore(counted);
    for (const table of [
      "list (id INTEGER PRIMARY KEY, version INTEGER, text TEXT)",
      "target (key TEXT PRIMARY KEY, record TEXT) WITHOUT ROWID",
      `history (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER, mirror TEXT, repository TEXT, scheme TEXT,
        family TEXT, axis TEXT, "from" TEXT, "to" TEXT, why TEXT, evidence TEXT)`,
      "published (id INTEGER PRIMARY KEY, version INTEGER, text TEXT, stored INTEGER)",
      "prober (name TEXT PRIMARY KEY, standing TEXT) WITHOUT ROWID",
      "alarm (name TEXT PRIMARY KEY, since INTEGER, detail TEXT) WITHOUT ROWID",
      "offered (mirror TEXT PRIMARY KEY, at INTEGER) WITHOUT ROWID",
      "round_trip (mirror TEXT PRIMARY KEY, slot INTEGER, ms TEXT) WITHOUT ROWID",
    ]) {
      sql.exec(`CREATE TABLE IF NOT EXISTS ${table}`);
    }
    sql.exec("CREATE INDEX IF NOT EXISTS history_of ON history (mirror, id)");
    sql.exec("CREATE INDEX IF NOT EXISTS history_at ON history (at)");
  }

  /** Writes that must not be seen apart. */
  together<Result>(work: () => Result): Result {
    return this.#sql.transaction(work);
  }

  #write(query: string, ...values: (string | number | null)[]): void {
    this.rowsWritten += this.#sql.exec(query, ...values).rowsWritten;
  }

  #rows(query: string, ...values: (string | number | null)[]): Record<string, unknown>[] {
    return this.#sql.exec(query, ...values).toArray();
  }

  list(): { version: number; text: string } | undefined {
    const row = this.#rows("SELECT version, text FROM list")[0];
    return row && { version: number(row.version, "list"), text: text(row.text, "list") };
  }

  setList(version: number, list: string): void {
    this.#write("INSERT OR REPLACE INTO list VALUES (1, ?, ?)", version, list);
  }

  /** Key and JSON of every target's record. */
  targets(): [key: string, record: unknown][] {
    return this.#rows("SELECT key, record FROM target").map((row) => [
      text(row.key, "target"),
      JSON.parse(text(row.record, "target")),
    ]);
  }

  setTarget(key: string, kept: object): void {
    this.#write("INSERT OR REPLACE INTO target VALUES (?, ?)", key, JSON.stringify(kept));
  }

  dropTarget(key: string): void {
    this.#write("DELETE FROM target WHERE key = ?", key);
  }

  addHistory(entry: Omit<HistoryEntry, "id">): void {
    const { at, mirror, repository, scheme, family, axis, from, to, why, evidence } = entry;
    this.#write(
      `INSERT INTO history (at, mirror, repository, scheme, family, axis, "from", "to", why, evidence)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      at,
      mirror,
      repository,
      scheme,
      family,
      axis,
      from,
      to,
      why,
      evidence.length > maxEvidence
        ? JSON.stringify({ cut: evidence.slice(0, maxEvidence) })
        : evidence,
    );
    this.#write(
      `DELETE FROM history WHERE mirror = ? AND id <= (
         SELECT id FROM history WHERE mirror = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`,
      mirror,
      mirror,
      maxEntriesPerMirror,
    );
  }

  /** Newest first. */
  history(mirror: string, before: number, limit: number): HistoryEntry[] {
    return this.#rows(
      "SELECT * FROM history WHERE mirror = ? AND id < ? ORDER BY id DESC LIMIT ?",
      mirror,
      before,
      limit,
    ).map(entryOf);
  }

  /** Of all mirrors, newest first. */
  latest(limit: number): HistoryEntry[] {
    return this.#rows("SELECT * FROM history ORDER BY id DESC LIMIT ?", limit).map(entryOf);
  }

  /** Of all mirrors, behind an entry, oldest first. */
  behind(id: number, limit: number): HistoryEntry[] {
    return this.#rows("SELECT * FROM history WHERE id > ? ORDER BY id LIMIT ?", id, limit).map(
      entryOf,
    );
  }

  /** Drops what is older than `historyMs`, and the oldest beyond `maxEntries`. */
  pruneHistory(now: number): void {
    this.#write("DELETE FROM history WHERE at < ?", now - historyMs);
    this.#write(
      "DELETE FROM history WHERE id <= (SELECT id FROM history ORDER BY id DESC LIMIT 1 OFFSET ?)",
      maxEntries,
    );
  }

  published(): Published | undefined {
    const row = this.#rows("SELECT version, text, stored FROM published")[0];
    return (
      row && {
        version: number(row.version, "published"),
        text: text(row.text, "published"),
        stored: row.stored === 1,
      }
    );
  }

  setPublished({ version, text: published, stored }: Published): void {
    this.#write(
      "INSERT OR REPLACE INTO published VALUES (1, ?, ?, ?)",
      version,
      published,
      stored ? 1 : 0,
    );
  }

  /** The last-known-good store has that version now. */
  markStored(version: number): void {
    this.#write("UPDATE published SET stored = 1 WHERE version = ?", version);
  }

  /** Name and JSON of every Prober's standing. */
  probers(): [name: string, standing: Record<string, unknown>][] {
    return this.#rows("SELECT name, standing FROM prober").map((row) => [
      text(row.name, "prober"),
      record(JSON.parse(text(row.standing, "prober")), "prober"),
    ]);
  }

  setProber(name: string, standing: object): void {
    this.#write("INSERT OR REPLACE INTO prober VALUES (?, ?)", name, JSON.stringify(standing));
  }

  dropProber(name: string): void {
    this.#write("DELETE FROM prober WHERE name = ?", name);
  }

  alarms(): Alarm[] {
    return this.#rows("SELECT name, since, detail FROM alarm ORDER BY name").map((row) => ({
      name: text(row.name, "alarm"),
      since: number(row.since, "alarm"),
      detail: text(row.detail, "alarm"),
    }));
  }

  setAlarm({ name, since, detail }: Alarm): void {
    this.#write("INSERT OR REPLACE INTO alarm VALUES (?, ?, ?)", name, since, detail);
  }

  dropAlarm(name: string): void {
    this.#write("DELETE FROM alarm WHERE name = ?", name);
  }

  /** Of one mirror; undefined: there never was one. */
  roundTrips(mirror: string): RoundTrips | undefined {
    const [row] = this.#rows("SELECT slot, ms FROM round_trip WHERE mirror = ?", mirror);
    return row && readRoundTrips(number(row.slot, "round trip"), text(row.ms, "round trip"));
  }

  /** The newest hour that any mirror has a figure of; 0: none. */
  newestRoundTrip(): number {
    const [row] = this.#rows("SELECT coalesce(max(slot), 0) AS slot FROM round_trip");
    return number(row?.slot, "round trip");
  }

  setRoundTrips(mirror: string, figures: RoundTrips): void {
    const { slot } = figures;
    this.#write(
      "INSERT OR REPLACE INTO round_trip VALUES (?, ?, ?)",
      mirror,
      slot,
      roundTripsText(figures),
    );
  }

  /** Drops mirrors that have no figure since that hour. */
  dropRoundTrips(before: number): void {
    this.#write("DELETE FROM round_trip WHERE slot < ?", before);
  }

  offered(): [mirror: string, at: number][] {
    return this.#rows("SELECT mirror, at FROM offered").map((row) => [
      text(row.mirror, "offered"),
      number(row.at, "offered"),
    ]);
  }

  setOffered(mirror: string, at: number): void {
    this.#write("INSERT OR REPLACE INTO offered VALUES (?, ?)", mirror, at);
  }

  dropOffered(before: number): void {
    this.#write("DELETE FROM offered WHERE at < ?", before);
  }
}

function entryOf(row: Record<string, unknown>): HistoryEntry {
  return {
    id: number(row.id, "history"),
    at: number(row.at, "history"),
    mirror: text(row.mirror, "history"),
    repository: text(row.repository, "history"),
    scheme: text(row.scheme, "history"),
    family: text(row.family, "history"),
    axis: text(row.axis, "history"),
    from: text(row.from, "history"),
    to: text(row.to, "history"),
    why: text(row.why, "history"),
    evidence: text(row.evidence, "history"),
  };
}
