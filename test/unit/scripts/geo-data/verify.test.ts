import { describe, expect, test } from "vitest";
import type { ValueRange } from "../../../../scripts/geo-data/mmdb-tree.ts";
import { writeMmdb } from "../../../../scripts/geo-data/mmdb-writer.ts";
import { checkCountryDatabase, findAsnMistake } from "../../../../scripts/geo-data/verify.ts";

const RANGES: ValueRange[] = Array.from({ length: 500 }, (_, index) => ({
  start: [0, 0, 0, index * 100 + 10],
  end: [0, 0, 0, index * 100 + 89],
  value: index + 1,
}));

function write(ranges: ValueRange[]): Buffer {
  const field = "autonomous_system_number";
  return writeMmdb(ranges, { field, type: "ASN", description: "", buildEpoch: 0 });
}

describe("a freshly made database is looked up again", () => {
  test("and a right one passes", () => {
    expect(findAsnMistake(write(RANGES), RANGES)).toBeUndefined();
  });

  test.each<[string, (range: ValueRange) => ValueRange]>([
    ["another value", (range) => ({ ...range, value: range.value + 1 })],
    ["an end too early", (range) => ({ ...range, end: [0, 0, 0, range.end[3] - 1] })],
    ["a start too late", (range) => ({ ...range, start: [0, 0, 0, range.start[3] + 1] })],
    ["a start too early", (range) => ({ ...range, start: [0, 0, 0, range.start[3] - 1] })],
  ])("and one with %s doesn't", (_, spoil) => {
    expect(findAsnMistake(write(RANGES.map(spoil)), RANGES)).toBeDefined();
  });

  test("a database of networks is no database of countries", () => {
    expect(() => checkCountryDatabase(write(RANGES))).toThrow("country.mmdb");
  });
});
