/** Real SQLite behind the stores' interface, that can fail or end at any chosen step of its writing. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Sql } from "../../../worker/runtime/sql.ts";

/** `throws`: that write is refused, once. `dies`: the process ends there, so that nothing works any more. */
export type Mishap = "throws" | "dies";

export class Died extends Error {}

/** A database on disk; each `open` is a process that works on it. */
export class BreakableSqlite {
  readonly #file: string;
  #database: DatabaseSync;
  /** By query: reading its text takes longer than running it. */
  readonly #statements = new Map<string, StatementSync>();
  #dead = false;
  #mishap: Mishap | undefined;
  #stepsLeft = 0;

  /** @param file its path; made where there is none */
  constructor(file: string) {
    this.#file = file;
    this.#database = openDatabase(file);
  }

  /**
   * Has the n-th step from now go wrong. A step is a write, or what comes just before and just after a commit.
   * @param step from 1
   */
  breakAt(step: number, mishap: Mishap): void {
    this.#stepsLeft = step;
    this.#mishap = mishap;
  }

  /** Whether a mishap was ordered and hasn't come: all was written before. */
  get whole(): boolean {
    return this.#mishap !== undefined;
  }

  /** The same data for the next process; what wasn't committed is gone. */
  reopen(): void {
    this.#mishap = undefined;
    this.#dead = false;
    // Closing with a transaction open is what SQLite finds after a crash: it rolls back.
    this.close();
    this.#database = openDatabase(this.#file);
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  get sql(): Sql {
    return {
      exec: (query, ...values) => {
        if (this.#dead) throw new Died("the process is gone");
        const writes = /^\s*(INSERT|UPDATE|DELETE)/i.test(query);
        if (writes) this.#step();
        const before = this.#changes();
        const found = this.#statement(query).all(...values);
        const rows = found.map((row): Record<string, unknown> => ({ ...row }));
        return { toArray: () => rows, rowsWritten: this.#changes() - before };
      },
      transaction: (work) => {
        if (this.#dead) throw new Died("the process is gone");
        // As a Durable Object's: one inside another is a part of it, and goes back alone where it fails.
        if (this.#database.isTransaction) return this.#within(work);
        this.#database.exec("BEGIN");
        try {
          const result = work();
          this.#step();
          this.#database.exec("COMMIT");
          // From here on it is written: only the end of the process can come between this and what follows.
          if (this.#mishap === "dies") this.#step();
          return result;
        } catch (error) {
          if (!this.#dead && this.#database.isTransaction) this.#database.exec("ROLLBACK");
          throw error;
        }
      },
    };
  }

  #statement(query: string): StatementSync {
    const known = this.#statements.get(query);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(query);
    this.#statements.set(query, statement);
    return statement;
  }

  #within<Result>(work: () => Result): Result {
    this.#database.exec("SAVEPOINT inner");
    try {
      const result = work();
      this.#database.exec("RELEASE inner");
      return result;
    } catch (error) {
      if (!this.#dead && this.#database.isTransaction) {
        this.#database.exec("ROLLBACK TO inner; RELEASE inner");
      }
      throw error;
    }
  }

  #changes(): number {
    return Number(this.#statement("SELECT total_changes() AS n").get()?.n);
  }

  #step(): void {
    if (this.#mishap === undefined) return;
    this.#stepsLeft--;
    if (this.#stepsLeft > 0) return;
    this.#dead = this.#mishap === "dies";
    this.#mishap = undefined;
    throw this.#dead ? new Died("the process ended") : new Error("database or disk is full");
  }
}

function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  // A power cut isn't tried here, and each commit would wait for the disk. What a process that ends leaves undone is rolled
  // back when the database is closed: so it is from a journal in memory too, and no file is made for each commit.
  database.exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY");
  return database;
}
