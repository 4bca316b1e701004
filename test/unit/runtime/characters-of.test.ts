import { expect, it } from "vitest";
import { charactersOf } from "../../../worker/runtime/characters-of.ts";

const values = [
  "a text",
  ["one", "two", ["three"]],
  { name: "mc", version: "3:4.8.29-2", relations: { depends: ["libc6 (>= 2.34)", "libslang2"] } },
  { total: 63_440, at: 1_796_122_800_000, isFormer: true, nothing: null, absent: undefined },
  Array.from({ length: 50 }, (_, at) => ({ repository: "debian", suite: `s${at}`, indexes: [] })),
];

it.each(values.map((value) => ({ value })))("counts $value as JSON has it, nearly", ({ value }) => {
  const written = JSON.stringify(value).length;
  const counted = charactersOf(value, Number.POSITIVE_INFINITY);
  expect(counted).toBeGreaterThan(written * 0.75);
  expect(counted).toBeLessThan(written * 1.25 + 10);
});

it("doesn't look at what is behind the most", () => {
  const behind = {
    get looked(): string {
      throw new Error("looked at");
    },
  };
  expect(charactersOf(["x".repeat(100), behind], 50)).toBeGreaterThan(50);
  expect(charactersOf({ one: { inner: ["x".repeat(100), behind] }, behind }, 50)).toBeGreaterThan(
    50,
  );
  expect(() => charactersOf([behind], 50)).toThrow("looked at");
});
