import { expect, test } from "vitest";
import { LastUsed } from "../../../worker/runtime/last-used.ts";

test("holds what fits, and drops what was used longest ago", () => {
  const held = new LastUsed<number>(100);
  const names = ["a", "b", "c", "d"];
  const those = () => names.filter((name) => held.get(name) !== undefined).join("");
  for (const [at, name] of ["a", "b", "c"].entries()) held.set(name, at, 30);
  expect(held.get("a")).toBe(0);
  held.set("d", 3, 30);
  expect(those()).toBe("acd");
  // The same again takes no more room than once; what went gives its room back.
  held.set("d", 4, 40);
  expect(those()).toBe("acd");
  held.set("b", 1, 60);
  expect(those()).toBe("bd");
  held.set("a", 0, 100);
  expect(those()).toBe("a");
});

test("the newest stays, however large it is", () => {
  const held = new LastUsed<number>(10);
  held.set("a", 1, 5);
  held.set("b", 2, 50);
  expect([held.get("a"), held.get("b")]).toEqual([undefined, 2]);
  held.set("c", 3, 5);
  expect([held.get("b"), held.get("c")]).toEqual([undefined, 3]);
});

test("values are counted where no size is told", () => {
  const held = new LastUsed<number>(2);
  for (const [at, name] of ["a", "b", "a", "c"].entries()) held.set(name, at);
  expect([held.get("a"), held.get("b"), held.get("c")]).toEqual([2, undefined, 3]);
});
