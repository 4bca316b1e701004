/**
 * All isolates' counts, in SQLite: batches as they came, and packed counts of each hour and day. A batch is three rows
 * written (itself, its isolate's last number, its removal), however many counts it has.
 */
import { type Sql, sqlBytes } from "../runtime/sql.ts";
import type { CountBatch } from "./batch.ts";
import { maxFirst, maxRepository, pack, type Tally, tallyOf, type View } from "./tally.ts";

/** What a tally is of; `ever`: since the beginning, by mirror alone. */
export type Level = "hour" | "day" | "ever";

/** Isolates whose last number is remembered, 80 bytes each. The one that was heard of longest ago goes first. */
export const maxReporters = 50_000;

/** One stored tally. */
export interface Period {
  level: Level;
  /** Hours or days since 1970 in UTC; 0 for `ever`. */
  at: number;
  view: View;
}

export class StatisticsStore {
  readonly #sql: Sql;
  /** Both ways; read once. */
  readonly #names: Record<Named, Names>;

  /** Makes its tables where there are none. */
  constructor(sql: Sql) {
    this.#sql = sql;
    for (const table of [
      "statistics_name (of TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (of, name)) WITHOUT ROWID",
      "statistics_batch (isolate TEXT NOT NULL, number INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (isolate, number)) WITHOUT ROWID",
      "statistics_reporter (isolate TEXT PRIMARY KEY, number INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
      "statistics_period (level TEXT NOT NULL, view TEXT NOT NULL, at INTEGER NOT NULL, counts INTEGER NOT NULL, packed BLOB NOT NULL, PRIMARY KEY (level, view, at))",
    ]) {
      sql.exec(`CREATE TABLE IF NOT EXISTS ${table}`);
    }
    this.#names = {
      mirror: new Names(sql, "mirror", maxFirst),
      repository: new Names(sql, "repository", maxRepository),
    };
  }

  /** All of it or, when it throws, nothing. */
  transaction<Result>(work: () => Result): Result {
    return this.#sql.transaction(work);
  }

  /** The number of a name. @param isNew whether it gets one; 0 where there is no more room, undefined: it has none */
  numberOf(of: Named, name: string, isNew: boolean): number | undefined {
    return this.#names[of].number(name, isNew);
  }

  /** The name of a number; undefined: there is none. */
  nameOf(of: Named, number: number): string | undefined {
    return this.#names[of].name(number);
  }

  /** Names that a transaction gave a number may have none, where it came to nothing. */
  forgetNames(): void {
    for (const names of Object.values(this.#names)) names.forget();
  }

  /** The number of an isolate's last batch; 0: none is known. */
  lastNumber(isolate: string): number {
    const query = "SELECT number FROM statistics_reporter WHERE isolate = ?";
    const [row] = this.#sql.exec(query, isolate).toArray();
    return Number(row?.number ?? 0);
  }

  /** Keeps a batch, to be added up. @param at Unix ms */
  keep({ isolate, number, counted }: CountBatch, at: number): void {
    this.#sql.transaction(() => {
      this.#sql.exec(
        "INSERT INTO statistics_batch (isolate, number, json) VALUES (?, ?, ?)",
        ...[isolate, number, JSON.stringify(counted)],
      );
      this.#sql.exec(
        "INSERT OR REPLACE INTO statistics_reporter (isolate, number, at) VALUES (?, ?, ?)",
        ...[isolate, number, at],
      );
    });
  }

  /** Batches that aren't added up yet. */
  get waiting(): number {
    const [row] = this.#sql.exec("SELECT count(*) AS n FROM statistics_batch").toArray();
    return Number(row?.n ?? 0);
  }

  /** What these counted, as JSON. */
  waitingTexts(): string[] {
    const rows = this.#sql.exec("SELECT json FROM statistics_batch").toArray();
    return rows.map(({ json }) => String(json));
  }

  forgetWaiting(): void {
    this.#sql.exec("DELETE FROM statistics_batch");
  }

  /** @returns empty where nothing is stored of the period */
  tally({ level, at, view }: Period): Tally {
    const query = "SELECT packed FROM statistics_period WHERE level = ? AND view = ? AND at = ?";
    const [row] = this.#sql.exec(query, level, view, at).toArray();
    return tallyOf(row === undefined ? undefined : countsOf(row.packed));
  }

  setTally({ level, at, view }: Period, tally: Tally): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO statistics_period (level, view, at, counts, packed) VALUES (?, ?, ?, ?, ?)",
      ...[level, view, at, tally.size, pack(tally)],
    );
  }

  /** Packed tallies of periods from `from` to before `to`, in their order. */
  packed(level: Level, view: View, from: number, to: number): { at: number; packed: Uint8Array }[] {
    const query =
      "SELECT at, packed FROM statistics_period WHERE level = ? AND view = ? AND at >= ? AND at < ? ORDER BY at";
    const rows = this.#sql.exec(query, level, view, from, to).toArray();
    return rows.map(({ at, packed }) => ({ at: Number(at), packed: countsOf(packed) }));
  }

  /** Periods before `before` with more than `most` counts. */
  larger(level: Level, view: View, before: number, most: number): number[] {
    const query =
      "SELECT at FROM statistics_period WHERE level = ? AND view = ? AND at < ? AND counts > ?";
    const rows = this.#sql.exec(query, level, view, before, most).toArray();
    return rows.map(({ at }) => Number(at));
  }

  /** Forgets periods that began before `before`. */
  forget(level: Level, before: number): void {
    this.#sql.exec("DELETE FROM statistics_period WHERE level = ? AND at < ?", level, before);
  }

  /** Forgets isolates that weren't heard of since. @param since Unix ms */
  forgetReporters(since: number): void {
    this.#sql.exec("DELETE FROM statistics_reporter WHERE at < ?", since);
    this.#sql.exec(
      `DELETE FROM statistics_reporter WHERE isolate IN
        (SELECT isolate FROM statistics_reporter ORDER BY at DESC LIMIT -1 OFFSET ?)`,
      maxReporters,
    );
  }
}

/** What has numbers: countries have theirs by their letters. */
export type Named = "mirror" | "repository";

class Names {
  readonly #sql: Sql;
  readonly #of: Named;
  readonly #most: number;
  #numbers: Map<string, number> | undefined;
  #names: string[] = [];

  constructor(sql: Sql, of: Named, most: number) {
    this.#sql = sql;
    this.#of = of;
    this.#most = most;
  }

  number(name: string, isNew: boolean): number | undefined {
    const numbers = this.#read();
    const known = numbers.get(name);
    if (known !== undefined || !isNew) return known;
    if (numbers.size >= this.#most) return 0;
    const number = numbers.size + 1;
    this.#sql.exec(
      "INSERT INTO statistics_name (of, name, number) VALUES (?, ?, ?)",
      ...[this.#of, name, number],
    );
    numbers.set(name, number);
    this.#names[number] = name;
    return number;
  }

  name(number: number): string | undefined {
    this.#read();
    return this.#names[number];
  }

  forget(): void {
    this.#numbers = undefined;
  }

  #read(): Map<string, number> {
    if (this.#numbers !== undefined) return this.#numbers;
    const query = "SELECT name, number FROM statistics_name WHERE of = ?";
    const rows = this.#sql.exec(query, this.#of).toArray();
    const numbers = new Map(rows.map((row) => [String(row.name), Number(row.number)]));
    this.#names = [];
    for (const [name, number] of numbers) this.#names[number] = name;
    this.#numbers = numbers;
    return numbers;
  }
}

function countsOf(packed: unknown): Uint8Array {
  return sqlBytes(packed, "A period's counts");
}
