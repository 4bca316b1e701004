/** Runs of texts are merged in the order in which they are sorted, whatever their characters. */
import { expect, it } from "vitest";
import { SortedRuns } from "../../../../worker/search/files/sorted-runs.ts";
import { randomFrom } from "../sets/made-up.ts";

it.each([1, 2, 3, 8])("gives all texts of %i runs in their order", (runs) => {
  const random = randomFrom(5);
  const signs = ["a", "z", "\u007f", "é", "ü", "\u{1f600}", "文"];
  const draw = () =>
    Array.from({ length: 1 + Math.floor(random() * 4) }, () => {
      return signs[Math.floor(random() * signs.length)] ?? "";
    }).join("");
  const sorted = Array.from({ length: runs }, () => Array.from({ length: 60 }, draw).sort());
  const rows = sorted.map((texts) => [texts.slice(0, 25), texts.slice(25, 50), texts.slice(50)]);
  const merged = new SortedRuns(
    rows.map(({ length }) => length),
    (run, row) => rows[run]?.[row] ?? [],
  );
  const given: string[] = [];
  for (let text = merged.next(); text !== undefined; text = merged.next()) given.push(text);
  expect(given).toEqual(sorted.flat().sort());
});
