/** The order of a listing: as people count, the same each time, and quick where names are plain. */
import { expect, test } from "vitest";
import { sortByName } from "../../../../worker/pages/folder/folder-order.ts";
import { names as oddNames } from "../../repositories/directory-page/odd-names.ts";
import { seeded } from "../../repositories/origin.ts";

const shuffled = <Item>(items: readonly Item[], seed: number): Item[] => {
  const random = seeded(seed);
  return items
    .map((item) => ({ item, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
};
const file = (name: string) => ({ name, type: "file" as const });

test("folders first, numbers by their value, letters whatever their case", () => {
  const ordered = [
    { name: "z", type: "folder" as const },
    ...[
      "-b",
      "..a",
      "007.deb",
      "8.deb",
      "10.deb",
      "a9",
      "a10",
      "a010b",
      "B1",
      "b1-2",
      "b12",
      "Z",
    ].map(file),
  ];
  for (let seed = 1; seed < 20; seed++) {
    const entries = shuffled(ordered, seed);
    sortByName(entries);
    expect(entries.map(({ name }) => name)).toEqual(ordered.map(({ name }) => name));
  }
});

test("of plain letters and digits it is the collator's", () => {
  const random = seeded(3);
  const units = "abzABZ0019";
  const names = new Set(
    Array.from({ length: 500 }, () =>
      Array.from(
        { length: 1 + Math.floor(random() * 6) },
        () => units[Math.floor(random() * units.length)],
      ).join(""),
    ),
  );
  const { compare } = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const entries = [...names].map(file);
  sortByName(entries);
  for (const [at, { name }] of entries.entries()) {
    expect(compare(entries[at - 1]?.name ?? "", name), name).toBeLessThanOrEqual(0);
  }
});

test("is total, with any name", () => {
  for (const names of [oddNames, ["a1", "a01", "A1", "a001", "A01"]]) {
    const first = names.map(file);
    sortByName(first);
    for (let seed = 1; seed < 20; seed++) {
      const entries = shuffled(names.map(file), seed);
      sortByName(entries);
      expect(entries).toEqual(first);
    }
  }
});
