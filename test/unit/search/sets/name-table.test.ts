/** Names held against each of them. */
import { describe, expect, it } from "vitest";
import { NameTable } from "../../../../worker/search/sets/name-table.ts";
import { madeUp, randomFrom } from "./made-up.ts";

const names = [...new Set([...madeUp(400, 5).map(({ name }) => name), "a", "zz", "日本"])].sort();
const table = NameTable.of(names);
const pieces = names
  .filter((_, index) => index % 9 === 0)
  .flatMap((name) => [name.slice(0, 3), name.slice(1, 4), name]);

describe("names", () => {
  it("are found by their beginning", () => {
    for (const prefix of [...pieces, "", "a", "zz", "zzz", "\n", "a\nb"]) {
      const [from, to] = table.beginning(prefix);
      const found = names.slice(from, to);
      expect(found, prefix).toEqual(
        prefix.includes("\n") ? [] : names.filter((name) => name.startsWith(prefix)),
      );
    }
  });

  it("are found by a part", () => {
    for (const part of [...pieces, "\n"]) {
      const found = table.containing(part, 1e6).map((id) => table.name(id));
      expect(found, part).toEqual(names.filter((name) => name.includes(part)));
    }
    expect(table.containing("1", 3)).toHaveLength(3);
  });

  it("are found with a slip, wholly or in their first part", () => {
    const random = randomFrom(3);
    for (let one = 0; one < 60; one++) {
      const name = names[Math.floor(random() * names.length)] ?? "";
      if (name.length < 3) continue;
      const at = Math.floor(random() * name.length);
      const word = withSlip(name, at, Math.floor(random() * 5));
      const whole: string[] = [];
      const parts: string[] = [];
      table.oneEditFrom(word, (id, isWhole) => (isWhole ? whole : parts).push(table.name(id)));
      const near = (text: string) => distance(word, text) === 1;
      expect(whole, word).toEqual(names.filter(near));
      expect(parts, word).toEqual(
        names.filter((text) => {
          const hyphen = text.indexOf("-");
          return hyphen > 0 && near(text.slice(0, hyphen)) && !near(text);
        }),
      );
    }
  });
});

/** A character more, another, one twice, one less, or two that changed places. */
function withSlip(name: string, at: number, kind: number): string {
  const [before, here, next] = [name.slice(0, at), name.slice(at, at + 1), name.slice(at + 1)];
  const slips = [
    `${before}q${here}${next}`,
    `${before}q${next}`,
    `${before}${here}${here}${next}`,
    `${before}${next}`,
    `${before}${next.slice(0, 1)}${here}${next.slice(1)}`,
  ];
  return slips[kind] ?? name;
}

/** Optimal string alignment, by its table. */
function distance(one: string, other: string): number {
  const rows = Array.from({ length: one.length + 1 }, (_, row) =>
    Array.from({ length: other.length + 1 }, (_, column) => row + column),
  );
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= one.length; row++) {
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1] ? 0 : 1;
      let least = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + same,
      );
      if (one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]) {
        if (row > 1 && column > 1) least = Math.min(least, at(row - 2, column - 2) + 1);
      }
      rows[row]?.splice(column, 1, least);
    }
  }
  return at(one.length, other.length);
}
