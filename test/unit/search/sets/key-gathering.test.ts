/** Keys in any order, in few or many runs, are stored in their order with all their values. */
import { expect, it } from "vitest";
import { KeyGathering } from "../../../../worker/search/sets/key-gathering.ts";
import { KeyReader } from "../../../../worker/search/sets/key-rows.ts";
import { makeSetTables, SetRows } from "../../../../worker/search/sets/set-rows.ts";
import { randomFrom } from "./made-up.ts";
import { memorySql } from "./memory-sql.ts";

it.each([1, 7, 100, 5000, 100_000])("merges runs of %i pairs", (pairs) => {
  const sql = memorySql();
  makeSetTables(sql);
  const rows = new SetRows(sql, 1);
  const keys = new KeyGathering(rows, pairs);
  const random = randomFrom(11);
  const expected = new Map<string, Map<number, number>>();
  const total = pairs < 100 ? 300 : 5000;
  for (let pair = 0; pair < total; pair++) {
    const token = `é${Math.floor(random() * random() * 400)}`;
    // Out of order, and with bits that come apart.
    const number = Math.floor(random() * 2 ** 29);
    const bits = Math.floor(random() * 4);
    for (const value of random() < 0.2
      ? [number * 4 + bits, number * 4 + 1]
      : [number * 4 + bits]) {
      keys.add("w", token, value);
      const of = expected.get(`w${token}`) ?? new Map<number, number>();
      expected.set(`w${token}`, of.set(number, (of.get(number) ?? 0) | (value % 4)));
    }
  }
  const seen: string[] = [];
  const steps = keys.finish((key) => seen.push(key));
  let step = steps.next();
  while (!step.done) step = steps.next();
  const reader = new KeyReader(rows, step.value);
  expect(seen).toEqual([...expected.keys()].sort());
  for (const [key, of] of expected) {
    const values = [...of].map(([number, bits]) => number * 4 + bits).sort((a, b) => a - b);
    expect([...reader.values(key)], key).toEqual(values);
  }
  expect([...reader.beginning("wé1")].map(({ key }) => key)).toEqual(
    seen.filter((key) => key.startsWith("wé1")),
  );
  const left = "SELECT count(*) AS n FROM package_set_row WHERE id / 1048576 % 16 = 5";
  expect(sql.exec(left).toArray()).toEqual([{ n: 0 }]);
});
