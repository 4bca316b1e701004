/** JSON in one form alone. */
import { expect, it } from "vitest";
import { canonicalJson, type Json } from "../../../worker/runtime/canonical-json.ts";

it("is that of RFC 8785, appendix 3.2.2 and 3.2.3", () => {
  const sorted: Json = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
  };
  expect(Object.values(JSON.parse(canonicalJson(sorted)))).toHaveLength(7);
  const places = ["Return", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"].map((name) =>
    canonicalJson(sorted).indexOf(name),
  );
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(
    canonicalJson({
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    }),
  ).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

it("leaves out what is undefined, and refuses what JSON doesn't have", () => {
  expect(canonicalJson({ b: 1, a: undefined, c: {} })).toBe('{"b":1,"c":{}}');
  expect(() => canonicalJson([Number.NaN])).toThrow("JSON has no NaN");
  let deep: Json = 1;
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  expect(() => canonicalJson(deep)).toThrow("nested deeper");
});
