import { expect, test } from "vitest";
import { noRuns, throughLines, throughRatios } from "../../../../scripts/bench/through-costs.ts";

const runs = {
  "through the edge": [3, 2.6, 2.6],
  "streamed, unhashed": [1, 2, 2],
  "read, unhashed": [2, 2, 1],
  "read and hashed": [3, 1.3, 2.6],
};

test("ratios are taken round by round, against each of the others", () => {
  expect(throughRatios(runs, "streamed, unhashed")).toEqual([3, 1.3, 1.3]);
  expect(throughRatios(runs, "read, unhashed")).toEqual([1.5, 1.3, 2.6]);
  expect(throughRatios(noRuns(), "read, unhashed")).toEqual([]);
});

test("lines say against whom the goal is reached, by the median", () => {
  const lines = throughLines({ "a file": runs });
  expect(lines[0]).toBe("a file");
  expect(lines.at(-3)).toMatch(/streamed, unhashed: 1\.30 .*reached$/);
  expect(lines.at(-2)).toMatch(/read, unhashed: 1\.50 .*missed$/);
  expect(lines.at(-1)).toMatch(/read and hashed: 1\.00 .*reached$/);
});
