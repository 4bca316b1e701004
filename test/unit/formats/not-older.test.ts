import { expect, test } from "vitest";
import { notOlder, type RootAge } from "../../../worker/formats/not-older.ts";

const at = (hours: number) => Date.UTC(2026, 10, 22, hours);

test.each<[what: string, before: RootAge | undefined, next: RootAge]>([
  ["the first", undefined, {}],
  ["newer", { date: at(1) }, { date: at(2) }],
  ["as old", { date: at(1) }, { date: at(1) }],
  [
    "a higher revision of older indexes",
    { revision: 1, date: at(2) },
    { revision: 2, date: at(1) },
  ],
  ["a date, where only that is in both", { revision: 2, date: at(1) }, { date: at(2) }],
  ["anything, where nothing was told before", {}, { date: at(1) }],
])("may follow: %s", (_, before, next) => {
  expect(notOlder(before, next)).toBeUndefined();
});

test.each<[what: string, before: RootAge, next: RootAge, why: string]>([
  [
    "an older date",
    { date: at(2) },
    { date: at(1) },
    "It goes back: it is of 2026-11-22T01:00:00Z, and was of 2026-11-22T02:00:00Z.",
  ],
  [
    "a lower revision of newer indexes",
    { revision: 2, date: at(1) },
    { revision: 1, date: at(2) },
    "It goes back: its revision is 1, and was 2.",
  ],
  [
    "nothing told",
    { date: at(1) },
    {},
    "It has neither date nor revision to compare with the last.",
  ],
  [
    "nothing in common",
    { revision: 1 },
    { date: at(1) },
    "It has neither date nor revision to compare with the last.",
  ],
])("may not follow: %s", (_, before, next, why) => {
  expect(notOlder(before, next)).toEqual({ refused: why });
});
