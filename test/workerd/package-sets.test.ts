/** Package sets over a Durable Object's own SQLite: what is stored in one visit is found in another, and few rows are written. */
import { env, reset, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, it } from "vitest";
import { durableSql } from "../../worker/runtime/durable-sql.ts";
import type { Sql, SqlValue } from "../../worker/runtime/sql.ts";
import { HeldSets } from "../../worker/search/sets/held-sets.ts";
import { PackageSets } from "../../worker/search/sets/package-sets.ts";
import { SuiteSearch } from "../../worker/search/suite-search.ts";

afterEach(() => reset());

const namesIn = (entry: string) => [entry.replace(/ .*/, "")];
const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
const count = 3000;

/** The same, and how many rows were written, as they are paid for. */
function counted(sql: Sql): Sql & { written: number } {
  const all = {
    written: 0,
    exec: (query: string, ...values: SqlValue[]) => {
      const done = sql.exec(query, ...values);
      all.written += done.rowsWritten;
      return done;
    },
    transaction: <Result>(work: () => Result) => sql.transaction(work),
  };
  return all;
}

it("stores a set in one visit and finds in another", async () => {
  const stub = env.FLEET.get(env.FLEET.idFromName("packages"));
  await runInDurableObject(stub, (_, { storage }) => {
    const sql = counted(durableSql(storage));
    const sets = new PackageSets(sql, namesIn, new HeldSets());
    const build = sets.build(7);
    for (let index = 0; index < count; index++) {
      build.add(
        {
          name: `package-${index}`,
          version: "1.0-1",
          architecture: "amd64",
          summary: `tool number ${index} for cafés`,
          commands: [`run-${index}`],
          relations: { depends: ["package-0 (>= 1)"], provides: [`virtual-${index % 10}`] },
        },
        "main",
      );
    }
    for (const _ of build.finish()) expect(sets.numbers()).toEqual([7]);
    sets.build(8).add({ name: "half", version: "1", architecture: "all" }, undefined);
    // A row a package would be 3,000, and a row a key 20,000.
    expect(sql.written).toBeLessThan(200);
  });
  await runInDurableObject(stub, (_, { storage }) => {
    const sets = new PackageSets(durableSql(storage), namesIn, new HeldSets());
    expect(sets.open(8)).toBeUndefined();
    const set = sets.open(7);
    if (set === undefined) throw new Error("no set");
    const suite = new SuiteSearch(set, undefined, byText);
    const first = (words: string) => {
      const page = { fields: [], architectures: [], limit: 5 };
      return suite.answer({ ask: "search", words, ...page }).packages?.[0]?.record.name;
    };
    expect(first("package-2717")).toBe("package-2717");
    expect(first("pakcage-2717")).toBe("package-2717");
    expect(first("run-1234")).toBe("package-1234");
    expect(first("CAFES 2345")).toBe("package-2345");
    const needs = { ask: "keyed", by: "needs", tokens: ["package-0"], limit: 3 } as const;
    expect(suite.answer(needs)).toMatchObject({ total: count, next: "3" });
    const named = suite.answer({ ask: "named", names: ["package-9"] }).packages?.[0];
    expect(named?.record.relations?.provides).toEqual(["virtual-9"]);
    expect(suite.answer({ ask: "named", names: ["package-0"] }).packages?.[0]?.neededBy).toBe(
      count,
    );
    sets.drop(7);
    sets.drop(8);
    const left = storage.sql.exec("SELECT count(*) AS n FROM package_set_row").one();
    expect(left).toEqual({ n: 0 });
  });
});
