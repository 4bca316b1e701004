import { expect, test } from "vitest";
import {
  maxGenerations,
  type RootBaseline,
} from "../../../../worker/repositories/baseline/baseline.ts";
import {
  rollbackAfterMs,
  type SeenRoot,
  withSeen,
} from "../../../../worker/repositories/baseline/generations.ts";

const minute = 60_000;
type Root = Pick<RootBaseline, "path" | "generations" | "olderSince">;

/** The root after it was seen like this, one after the other. */
function after(...seen: [atMs: number, SeenRoot][]): Root {
  return seen.reduce<Root>((root, [at, shown]) => withSeen(root, shown, at), {
    path: "r",
    generations: [],
  });
}
const shape = (root: Root) => root.generations.map(({ hash, seenAt }) => `${hash}@${seenAt}`);

const a = { hash: "a", date: 100 };
const b = { hash: "b", date: 200 };
const c = { hash: "c", date: 300 };

test.each<[what: string, seen: [number, SeenRoot][], expected: string[]]>([
  ["the first", [[1, a]], ["a@1"]],
  [
    "newer ones come first",
    [
      [1, a],
      [2, b],
      [3, c],
    ],
    ["c@3", "b@2", "a@1"],
  ],
  [
    "the same again changes nothing",
    [
      [1, a],
      [2, b],
      [9, b],
    ],
    ["b@2", "a@1"],
  ],
  [
    "an older one that was known stays behind, as it was",
    [
      [1, a],
      [2, b],
      [3, a],
    ],
    ["b@2", "a@1"],
  ],
  [
    "back and forth loses nothing",
    [
      [1, a],
      [2, b],
      [3, a],
      [4, b],
      [5, a],
    ],
    ["b@2", "a@1"],
  ],
  // b was published before c was seen: a copy of a lacks it since then at the latest, not since 5.
  [
    "an older one not seen before",
    [
      [1, a],
      [3, c],
      [5, b],
    ],
    ["c@3", "b@3", "a@1"],
  ],
  [
    "without dates, what returns is the newest again",
    [
      [1, { hash: "a" }],
      [2, { hash: "b" }],
      [3, { hash: "a" }],
    ],
    ["a@3", "b@2"],
  ],
])("%s", (_what, seen, expected) => {
  expect(shape(after(...seen))).toEqual(expected);
});

test("an origin that keeps to the older one is believed after a while, and only then", () => {
  const early = after([0, a], [minute, b], [2 * minute, a], [rollbackAfterMs, a]);
  expect(shape(early)[0]).toBe(`b@${minute}`);
  expect(early.olderSince).toBe(2 * minute);
  const late = withSeen(early, a, 2 * minute + rollbackAfterMs);
  expect(shape(late)).toEqual([`a@${2 * minute + rollbackAfterMs}`, `b@${minute}`]);
  expect(late.olderSince).toBeUndefined();
});

test("seeing the newest in between starts the while anew", () => {
  const root = after([0, a], [1, b], [2, a], [rollbackAfterMs, b], [rollbackAfterMs + 3, a]);
  expect(shape(root)).toEqual(["b@1", "a@0"]);
  expect(root.olderSince).toBe(rollbackAfterMs + 3);
});

test("bounded", () => {
  const many = Array.from({ length: 100 }, (_, at): [number, SeenRoot] => [
    at,
    { hash: `h${at}`, date: at },
  ]);
  const { generations } = after(...many);
  expect(generations).toHaveLength(maxGenerations);
  expect(generations[0]?.hash).toBe("h99");
});
