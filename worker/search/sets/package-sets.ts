/** All package sets of one object, each under a number. */
import type { Sql } from "../../runtime/sql.ts";
import type { PackageSetBuild } from "../package-set.ts";
import { BuildPackageSet, type NamesIn } from "./build-package-set.ts";
import { type HeldSets, heldSets } from "./held-sets.ts";
import { PackageSet } from "./package-set.ts";
import { readMemory, type SetHead } from "./set-memory.ts";
import { makeSetTables, SetRows } from "./set-rows.ts";

export class PackageSets {
  readonly #sql: Sql;
  readonly #namesIn: NamesIn;
  readonly #held: HeldSets;
  readonly #owner: string;

  /**
   * Makes its tables where there are none.
   *
   * @param namesIn of the kind's `PackageReading`
   * @param held a test's own
   */
  constructor(sql: Sql, namesIn: NamesIn, held: HeldSets = heldSets) {
    this.#sql = sql;
    this.#namesIn = namesIn;
    this.#held = held;
    this.#owner = held.owner();
    makeSetTables(sql);
  }

  /** Begins a set; what there was under that number goes. @param number whole, below 2^29; throws RangeError for another */
  build(number: number): PackageSetBuild {
    this.drop(number);
    this.#sql.exec("INSERT INTO package_set (number) VALUES (?)", number);
    const finished = (head: SetHead) => {
      const query = "UPDATE package_set SET head = ? WHERE number = ?";
      this.#sql.exec(query, JSON.stringify(head), number);
    };
    return new BuildPackageSet(new SetRows(this.#sql, number), this.#namesIn, finished);
  }

  /** The set; undefined: there is none, or it isn't finished. */
  open(number: number): PackageSet | undefined {
    const rows = new SetRows(this.#sql, number);
    let memory = this.#held.get(this.#owner, number);
    if (memory === undefined) {
      const query = "SELECT head FROM package_set WHERE number = ? AND head IS NOT NULL";
      const [found] = this.#sql.exec(query, number).toArray();
      if (found === undefined) return undefined;
      const head: SetHead = JSON.parse(String(found.head));
      memory = readMemory(rows, head);
      this.#held.set(this.#owner, number, memory);
    }
    return new PackageSet(rows, memory);
  }

  /** Removes a set, or what there is of an unfinished one, at once. */
  drop(number: number): void {
    for (const _ of this.dropping(number));
  }

  /** The same in steps. The set can't be opened from the first one on; where steps are left out, `drop` does the rest. */
  *dropping(number: number): Generator<void> {
    const rows = new SetRows(this.#sql, number);
    this.#held.delete(this.#owner, number);
    this.#sql.exec("UPDATE package_set SET head = NULL WHERE number = ?", number);
    yield* rows.removing();
    this.#sql.exec("DELETE FROM package_set WHERE number = ?", number);
  }

  /** Numbers of all sets, growing, those that aren't finished among them: these are dropped after a start. */
  numbers(): number[] {
    const query = "SELECT number FROM package_set ORDER BY number";
    return this.#sql
      .exec(query)
      .toArray()
      .map(({ number }) => Number(number));
  }
}
