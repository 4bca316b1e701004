/** Events in SQLite, newest last, with what was heard of their sources. */
import { number, record, text } from "../runtime/json-values.ts";
import type { Sql } from "../runtime/sql.ts";
import type { Event, EventType, NewEvent } from "./event.ts";

/** Events are kept this long, ms: a webhook that was away over a long weekend still gets them. */
export const eventMs = 7 * 24 * 3600 * 1000;
/** Events kept at most, about 400 bytes each: a week in which each of 1,500 mirrors changes five times a day. */
export const maxEvents = 50_000;
/** An alarm that is on. */
export interface RaisedAlarm {
  name: string;
  detail: string;
  repository?: string;
  mirror?: string;
  /** As `SeenAlarm.step`. */
  step?: number;
  /** Unix ms: when it was last seen to be on. */
  seen: number;
}

export class EventStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    for (const table of [
      `event (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, type TEXT NOT NULL, mirror TEXT,
        repository TEXT, says TEXT NOT NULL, data TEXT NOT NULL)`,
      "event_cursor (source TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID",
      "alarm_raised (name TEXT PRIMARY KEY, detail TEXT NOT NULL, repository TEXT, mirror TEXT, seen INTEGER NOT NULL) WITHOUT ROWID",
      "alarm_step (name TEXT PRIMARY KEY, step INTEGER NOT NULL) WITHOUT ROWID",
    ]) {
      sql.exec(`CREATE TABLE IF NOT EXISTS ${table}`);
    }
  }

  together<Result>(work: () => Result): Result {
    return this.#sql.transaction(work);
  }

  append({ at, type, mirror, repository, says, data }: NewEvent): void {
    this.#sql.exec(
      "INSERT INTO event (at, type, mirror, repository, says, data) VALUES (?, ?, ?, ?, ?, ?)",
      ...[at, type, mirror ?? null, repository ?? null, says, JSON.stringify(data)],
    );
  }

  /** Events behind an id, oldest first. */
  behind(id: number, limit: number): Event[] {
    const query = "SELECT * FROM event WHERE id > ? ORDER BY id LIMIT ?";
    return this.#sql.exec(query, id, limit).toArray().map(eventOf);
  }

  /** Events before an id, newest first. */
  before(id: number, limit: number): Event[] {
    const query = "SELECT * FROM event WHERE id < ? ORDER BY id DESC LIMIT ?";
    return this.#sql.exec(query, id, limit).toArray().map(eventOf);
  }

  /** The newest event's id; 0: there never was one. */
  get last(): number {
    const [row] = this.#sql.exec("SELECT seq FROM sqlite_sequence WHERE name = 'event'").toArray();
    return row === undefined ? 0 : number(row.seq, "event");
  }

  /** How far a source was heard; undefined: never. */
  cursor(source: string): number | undefined {
    const [row] = this.#sql
      .exec("SELECT last FROM event_cursor WHERE source = ?", source)
      .toArray();
    return row && number(row.last, "event_cursor");
  }

  setCursor(source: string, last: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO event_cursor VALUES (?, ?)", source, last);
  }

  raised(): RaisedAlarm[] {
    return this.#sql
      .exec("SELECT * FROM alarm_raised LEFT JOIN alarm_step USING (name) ORDER BY name")
      .toArray()
      .map((row) => ({
        name: text(row.name, "alarm"),
        detail: text(row.detail, "alarm"),
        ...(row.repository !== null && { repository: text(row.repository, "alarm") }),
        ...(row.mirror !== null && { mirror: text(row.mirror, "alarm") }),
        ...(row.step !== null && { step: number(row.step, "alarm") }),
        seen: number(row.seen, "alarm"),
      }));
  }

  /** Two writes, of one transaction. */
  setRaised({ name, detail, repository, mirror, seen, step }: RaisedAlarm): void {
    const query = "INSERT OR REPLACE INTO alarm_raised VALUES (?, ?, ?, ?, ?)";
    this.#sql.exec(query, name, detail, repository ?? null, mirror ?? null, seen);
    if (step !== undefined) {
      this.#sql.exec("INSERT OR REPLACE INTO alarm_step VALUES (?, ?)", name, step);
    }
  }

  dropRaised(name: string): void {
    this.#sql.exec("DELETE FROM alarm_raised WHERE name = ?", name);
    this.#sql.exec("DELETE FROM alarm_step WHERE name = ?", name);
  }

  prune(now: number): void {
    this.#sql.exec("DELETE FROM event WHERE at < ?", now - eventMs);
    this.#sql.exec("DELETE FROM event WHERE id <= ?", this.last - maxEvents);
  }
}

function eventOf(row: Record<string, unknown>): Event {
  const data: Event["data"] = JSON.parse(text(row.data, "event"));
  return {
    id: number(row.id, "event"),
    at: number(row.at, "event"),
    type: text(row.type, "event") as EventType,
    ...(row.mirror !== null && { mirror: text(row.mirror, "event") }),
    ...(row.repository !== null && { repository: text(row.repository, "event") }),
    says: text(row.says, "event"),
    data: { ...record(data, "event") } as Event["data"],
  };
}
