/** No client of a load asks for the same file again before all others have. */
import { expect, test } from "vitest";
import { stepOver } from "../../../../scripts/bench/load.ts";

test.each([1, 2, 10, 97, 1000, 65_536, 100_000])("of %d pairs each comes once", (pairs) => {
  const step = stepOver(pairs);
  const seen = new Set(Array.from({ length: pairs }, (_, at) => (at * step) % pairs));
  expect(seen.size).toBe(pairs);
});
