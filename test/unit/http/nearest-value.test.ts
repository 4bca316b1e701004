/** Slips as people make them, and values that stand for nothing. */
import { describe, expect, it } from "vitest";
import { nearestValue } from "../../../worker/http/nearest-value.ts";

const allowed = ["name", "size", "date", "-name", "-size", "-date"];

describe("the nearest allowed value", () => {
  it.each([
    ["nmae", "name"],
    ["sise", "size"],
    ["dat", "date"],
    ["names", "name"],
    ["NAME", "name"],
    ["-szie", "-size"],
    ["name", "name"],
  ])("of %s is %s", (value, nearest) => {
    expect(nearestValue(value, allowed)).toBe(nearest);
  });

  it.each(["", "colour", "1", "../../etc/passwd", "nom"])("of '%s' is none", (value) => {
    expect(nearestValue(value, ["distribution", "architecture", "size"])).toBeUndefined();
  });

  it("takes one slip in a short value, and a third in a long one", () => {
    expect(nearestValue("in", ["en", "zh"])).toBe("en");
    expect(nearestValue("de", ["zh"])).toBeUndefined();
    // Five letters of fifteen are other ones, then six.
    expect(nearestValue("aaaaabbbbbccccc", ["xxxxxbbbbbccccc"])).toBe("xxxxxbbbbbccccc");
    expect(nearestValue("aaaaabbbbbccccc", ["xxxxxxbbbbccccc"])).toBeUndefined();
  });

  it("is the first of equals", () => {
    expect(nearestValue("b", ["a", "c"])).toBe("a");
  });

  it("doesn't compare what is longer than any value", () => {
    const long = "a".repeat(1_000_000);
    expect(nearestValue(long, [long])).toBeUndefined();
    expect(nearestValue("a".repeat(64), [`${"a".repeat(63)}b`])).toBe(`${"a".repeat(63)}b`);
  });
});
