/** Versions of a watched root: when an older one is believed, and where one stands that no snapshot has. */
import { expect, test } from "vitest";
import {
  maxGenerations,
  type RootVersion,
} from "../../../../worker/repositories/baseline/baseline.ts";
import {
  confirmed,
  isDoubted,
  merged,
  type RootHistory,
  rollbackAfterMs,
  withOlder,
} from "../../../../worker/repositories/chain/root-history.ts";

const hour = 3_600_000;
const [a, b, c] = [
  { hash: "a", date: 100 },
  { hash: "b", date: 200 },
  { hash: "c", date: 300 },
];
const shape = (versions: readonly RootVersion[]) =>
  versions.map(({ hash, seenAt }) => `${hash}@${seenAt}`);
const at = (seenAt: number, root: { hash: string; date?: number }) => ({ ...root, seenAt });

interface Shown {
  current: typeof a;
  seen: Partial<typeof a>;
  olderSince?: number;
}

test.each<[what: string, shown: Shown, doubted: boolean]>([
  ["a newer one", { current: a, seen: b }, false],
  ["the same, whatever time a server tells", { current: b, seen: { ...b, date: 100 } }, false],
  ["one that tells no date", { current: b, seen: { hash: "x" } }, false],
  ["an older one", { current: b, seen: a }, true],
  ["an older one just before six hours are over", { current: b, seen: a, olderSince: 1 }, true],
  ["an older one to which the origin keeps", { current: b, seen: a, olderSince: 0 }, false],
])("%s", (_what, { current, seen, ...history }, doubted) => {
  expect(isDoubted(current, { hash: "", ...seen }, history, rollbackAfterMs)).toBe(doubted);
});

test("since when an older one is shown is remembered, until the current one is seen again", () => {
  const first = withOlder({}, a, 5);
  expect(first).toEqual({ versions: [at(5, a)], olderSince: 5 });
  const second = withOlder(first, b, hour);
  expect(second).toEqual({ versions: [at(hour, b), at(5, a)], olderSince: 5 });
  expect(withOlder(second, a, 2 * hour)).toEqual(second);
  expect(confirmed(second)).toEqual({ versions: second.versions });
});

test.each<[what: string, versions: RootVersion[], others: RootVersion[], expected: string[]]>([
  ["none", [], [], []],
  ["no snapshot yet", [], [at(2, b), at(1, a)], ["b@2", "a@1"]],
  // b was published before c was seen: a copy of a lacks it since then at the latest, not since 5.
  ["one between two", [at(3, c), at(1, a)], [at(5, b)], ["c@3", "b@3", "a@1"]],
  ["one behind all", [at(3, c), at(2, b)], [at(9, a)], ["c@3", "b@2", "a@2"]],
  ["one that a snapshot has", [at(3, c), at(2, b)], [at(9, c)], ["c@3", "b@2"]],
  ["the oldest snapshot's was seen before", [at(3, c), at(2, b)], [at(1, b)], ["c@3", "b@1"]],
  ["one that returned counts from then", [at(3, c), at(2, b)], [at(1, c)], ["c@3", "b@2"]],
  ["a later one than what the origin has", [at(9, b)], [at(1, c)], ["b@9", "c@1"]],
  ["without dates", [at(9, { hash: "y" })], [at(5, { hash: "x" })], ["y@9", "x@5"]],
])("%s", (_what, versions, others, expected) => {
  expect(shape(merged(versions, others))).toEqual(expected);
});

test("bounded", () => {
  const many = Array.from({ length: 100 }, (_, number) => at(number, { hash: `h${number}` }));
  expect(merged(many.toReversed(), [])).toHaveLength(maxGenerations);
  expect(merged(many.slice(-1), many)).toHaveLength(maxGenerations);
  let history: RootHistory = {};
  for (const { hash, seenAt } of many) history = withOlder(history, { hash, date: seenAt }, seenAt);
  expect(history.versions).toHaveLength(maxGenerations);
});
