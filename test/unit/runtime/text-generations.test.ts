import { expect, test } from "vitest";
import { TextGenerations } from "../../../worker/runtime/text-generations.ts";

test("what wasn't written for a whole generation goes; what was, stays", () => {
  const table = new TextGenerations<string[]>(3);
  const put = (text: string) => table.use("debian", text, () => []).push(text);
  for (const text of ["a", "b", "c", "d", "a", "e"]) put(text);
  const held = (text: string) => table.get("debian", text)?.join("");
  expect(["a", "b", "c", "d", "e"].map(held)).toEqual(["aa", "b", "c", "d", "e"]);
  put("f");
  expect(["a", "b", "c", "d", "e", "f"].map(held)).toEqual([
    "aa",
    undefined,
    undefined,
    "d",
    "e",
    "f",
  ]);
});

test("the same text in another group is another value", () => {
  const table = new TextGenerations<number[]>(10);
  table.use("debian", "x", () => []).push(1);
  expect(table.get("ubuntu", "x")).toBeUndefined();
  table.use("ubuntu", "x", () => []).push(2);
  expect([table.get("debian", "x"), table.get("ubuntu", "x")]).toEqual([[1], [2]]);
});
