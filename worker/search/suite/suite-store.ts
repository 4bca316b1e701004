/** What a suite's object remembers in its database, besides the sets themselves. */
import type { Sql } from "../../runtime/sql.ts";
import type { SuiteState, ToldIndex } from "../suite.ts";
import type { Failure } from "./failure.ts";
import type { SetNames } from "./wanted-sets.ts";

/** The role of indexes of files, and of the sets that they are read into. */
export const fileRole = "files";
export type SetRole = "packages" | typeof fileRole;

/** A file that an index is stored as, which couldn't be had. */
export interface MissingIndex {
  /** Of the index. */
  name: string;
  path: string;
  /** As `storedName`. */
  sha256: string;
}

/** What is told of a finished set. */
export interface SetFacts {
  /** Id of the newest snapshot that has it. */
  snapshot: string;
  /** As the state that it was read for. */
  architectures: readonly string[];
  indexes: ToldIndex[];
  /** What may be had later. */
  missing: MissingIndex[];
  /** An index that was missing has come since: it answers until it is built anew. */
  isPart?: true;
  /** Rows that were written for it, and bytes that the database grew by. */
  rows: number;
  bytes: number;
}

export interface StoredSet {
  /** Of its store; never given twice. */
  number: number;
  role: SetRole;
  /** As `WantedSet.of`. */
  name: string;
  /** When the newest state that has it was published, Unix ms; 0: only pinned ones have it. */
  at: number;
  /** Undefined: it isn't finished. */
  facts?: SetFacts;
}

/** A state that somebody pinned. */
export interface PinnedState {
  state: SuiteState;
  /** When it was asked for, Unix ms; exact to `pinnedStepMs`. */
  used: number;
}

/** States whose sets' names are remembered: reading a manifest for them is a question to R2. */
const maxNames = 16;
/** Failures remembered: of the sets and states that are wanted, a handful. */
const maxFailures = 16;

/** What is kept as one JSON each. */
interface Values {
  current: SuiteState;
  pinned: PinnedState[];
  /** Newest first. */
  names: ({ key: string } & SetNames)[];
  /** Newest first. */
  failures: ({ of: string } & Failure)[];
  numbers: number;
}

export class SuiteStore {
  readonly #sql: Sql;
  /** What was read of the database, which nobody else writes: each question asks for most of it. */
  readonly #read: Partial<Values> = {};
  /** Which of it is as it is stored. */
  readonly #known = new Set<keyof Values>();
  #sets: readonly StoredSet[] | undefined;

  /** Makes its tables where there are none. */
  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS suite_value (name TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID",
    );
    sql.exec(
      "CREATE TABLE IF NOT EXISTS suite_set (number INTEGER PRIMARY KEY, role TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, facts TEXT)",
    );
  }

  /** All of it or, when it throws, nothing. */
  transaction<Result>(work: () => Result): Result {
    try {
      return this.#sql.transaction(work);
    } catch (error) {
      // What was kept meanwhile isn't there any more.
      this.#known.clear();
      this.#sets = undefined;
      throw error;
    }
  }

  /** The newest state that was told; undefined: none yet. */
  get current(): SuiteState | undefined {
    return this.#value("current");
  }

  set current(state: SuiteState | undefined) {
    this.#keep("current", state);
  }

  /** The one used last first. */
  get pinned(): PinnedState[] {
    return this.#value("pinned") ?? [];
  }

  set pinned(states: readonly PinnedState[]) {
    this.#keep(
      "pinned",
      [...states].sort((one, other) => other.used - one.used),
    );
  }

  /** @param key as `stateKey` */
  namesOf(key: string): SetNames | undefined {
    return this.#value("names")?.find((one) => one.key === key);
  }

  keepNames(key: string, { packages, files }: SetNames): void {
    const others = (this.#value("names") ?? []).filter((one) => one.key !== key);
    this.#keep("names", [{ key, packages, files }, ...others].slice(0, maxNames));
  }

  /** @param of name of a set, or key of a state */
  failure(of: string): Failure | undefined {
    return this.#value("failures")?.find((one) => one.of === of);
  }

  /** @param failure undefined: it went well */
  setFailure(of: string, failure: Failure | undefined): void {
    const all = this.#value("failures") ?? [];
    const others = all.filter((one) => one.of !== of);
    if (failure === undefined && others.length === all.length) return;
    const first = failure === undefined ? [] : [{ of, ...failure }];
    this.#keep("failures", [...first, ...others].slice(0, maxFailures));
  }

  /** By number. */
  sets(): readonly StoredSet[] {
    const query = "SELECT number, role, name, at, facts FROM suite_set ORDER BY number";
    this.#sets ??= this.#sql.exec(query).toArray().map(storedSet);
    return this.#sets;
  }

  /** A set is begun. @returns its number */
  begin(role: SetRole, name: string): number {
    return this.transaction(() => {
      const number = (this.#value("numbers") ?? 0) + 1;
      this.#keep("numbers", number);
      const query = "INSERT INTO suite_set (number, role, name, at) VALUES (?, ?, ?, 0)";
      this.#sql.exec(query, number, role, name);
      this.#sets = undefined;
      return number;
    });
  }

  /** @param at as `StoredSet.at` */
  finish(number: number, facts: SetFacts, at: number): void {
    const query = "UPDATE suite_set SET facts = ?, at = ? WHERE number = ?";
    this.#sql.exec(query, JSON.stringify(facts), at, number);
    this.#sets = undefined;
  }

  remove(number: number): void {
    this.#sql.exec("DELETE FROM suite_set WHERE number = ?", number);
    this.#sets = undefined;
  }

  #value<Name extends keyof Values>(name: Name): Values[Name] | undefined {
    if (this.#known.has(name)) return this.#read[name];
    const query = "SELECT json FROM suite_value WHERE name = ?";
    const [row] = this.#sql.exec(query, name).toArray();
    if (row === undefined) return undefined;
    const value: Values[Name] = JSON.parse(String(row.json));
    this.#read[name] = value;
    this.#known.add(name);
    return value;
  }

  #keep<Name extends keyof Values>(name: Name, value: Values[Name] | undefined): void {
    this.#known.delete(name);
    if (value === undefined) this.#sql.exec("DELETE FROM suite_value WHERE name = ?", name);
    else {
      const query = "INSERT OR REPLACE INTO suite_value (name, json) VALUES (?, ?)";
      this.#sql.exec(query, name, JSON.stringify(value));
    }
  }
}

function storedSet(row: Record<string, unknown>): StoredSet {
  const facts: SetFacts | undefined =
    typeof row.facts === "string" ? JSON.parse(row.facts) : undefined;
  return {
    number: Number(row.number),
    role: row.role === fileRole ? fileRole : "packages",
    name: String(row.name),
    at: Number(row.at),
    ...(facts && { facts }),
  };
}
