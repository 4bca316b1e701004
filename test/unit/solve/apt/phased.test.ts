import { describe, expect, it } from "vitest";
import { isHeldBack, lot } from "../../../../worker/solve/apt/phased.ts";

describe("the lot of a phased update", () => {
  // Drawn by GCC 12.2: std::seed_seq of the text, std::minstd_rand, std::uniform_int_distribution<unsigned>(0, 100).
  it.each([
    ["foo-1-0123456789abcdef0123456789abcdef", 6],
    ["openssl-3.0.2-0ubuntu1.10-b08dfa6083e7567a1921a715000001fb", 33],
    ["a", 94],
    ["systemd-249.11-0ubuntu3.9-ffffffffffffffffffffffffffffffff", 10],
    ["linux-signed-hwe-6.2-6.2.0-33.33~22.04.1-11111111111111111111111111111111", 26],
  ])("of %s is %i", (text, drawn) => {
    expect(lot(text)).toBe(drawn);
  });

  it("holds an update back from machines above its percentage", () => {
    const foo = { source: "foo", version: "1" };
    const machine = "0123456789abcdef0123456789abcdef";
    expect(isHeldBack(foo, machine, 5)).toBe(true);
    expect(isHeldBack(foo, machine, 6)).toBe(false);
    expect(isHeldBack(foo, machine, 100)).toBe(false);
  });
});
