import { describe, expect, test } from "vitest";
import { freshnessOf, worstFreshness } from "../../../worker/health/freshness.ts";
import type { RootVersion } from "../../../worker/repositories/baseline/baseline.ts";
import type { FreshnessLimits } from "../../../worker/repositories/catalogue.ts";

const hour = 3_600_000;
const now = Date.UTC(2026, 10, 23, 12);
/** Published `hours` ago, and seen by us half an hour after that. */
const made = (hash: string, hours: number): RootVersion => ({
  hash,
  date: now - hours * hour,
  seenAt: now - (hours - 0.5) * hour,
});
/** Newest first. */
const four = [made("d", 2), made("c", 8), made("b", 30), made("a", 60)];
const undated = four.map(({ hash, seenAt }) => ({ hash, seenAt }));

interface Row {
  says: string;
  seen: { hash: string; date?: number };
  generations?: readonly RootVersion[];
  limits?: FreshnessLimits;
  is: "fresh" | "lagging" | "stale";
  behind?: number;
  lagHours: number;
}

const at = (hours: number) => now - hours * hour;

const rows: Row[] = [
  { says: "the newest", seen: { hash: "d" }, is: "fresh", behind: 0, lagHours: 0 },
  {
    says: "one behind, since the newest was seen",
    seen: { hash: "c", date: at(8) },
    is: "lagging",
    behind: 1,
    lagHours: 1.5,
  },
  {
    says: "two behind, since the one after it was seen",
    seen: { hash: "b" },
    is: "lagging",
    behind: 2,
    lagHours: 7.5,
  },
  { says: "three behind", seen: { hash: "a" }, is: "lagging", behind: 3, lagHours: 29.5 },
  {
    says: "within the limit of lagging",
    seen: { hash: "c" },
    limits: { laggingAfter: 2 * 3600 },
    is: "fresh",
    behind: 1,
    lagHours: 1.5,
  },
  {
    says: "past the limit of stale",
    seen: { hash: "a" },
    limits: { staleAfter: 24 * 3600 },
    is: "stale",
    behind: 3,
    lagHours: 29.5,
  },
  {
    says: "stale by generations, though young",
    seen: { hash: "b" },
    limits: { laggingAfter: 86_400, staleGenerations: 2 },
    is: "stale",
    behind: 2,
    lagHours: 7.5,
  },
  {
    says: "one generation fewer than that",
    seen: { hash: "c" },
    limits: { staleGenerations: 2 },
    is: "lagging",
    behind: 1,
    lagHours: 1.5,
  },
  { says: "unknown and newer", seen: { hash: "e", date: at(1) }, is: "fresh", lagHours: 0 },
  {
    says: "unknown, of the newest's date",
    seen: { hash: "e", date: at(2) },
    is: "fresh",
    lagHours: 0,
  },
  {
    says: "unknown, between two: since the older of those it lacks was seen",
    seen: { hash: "x", date: at(8.5) },
    is: "lagging",
    lagHours: 7.5,
  },
  {
    says: "unknown, between two: by the dates where that is more",
    seen: { hash: "x", date: at(10) },
    is: "lagging",
    lagHours: 8,
  },
  {
    says: "unknown, older than all: by its date",
    seen: { hash: "x", date: at(90) },
    is: "stale",
    lagHours: 88,
  },
  {
    says: "unknown and old, when we have looked for a minute only",
    seen: { hash: "x", date: at(50) },
    generations: [{ hash: "d", date: at(1), seenAt: now - 60_000 }],
    is: "stale",
    lagHours: 49,
  },
  {
    says: "unknown without a date: since the newest was seen, and never stale",
    seen: { hash: "x" },
    limits: { staleAfter: 60 },
    is: "lagging",
    lagHours: 1.5,
  },
  {
    says: "unknown with a date, where the origin has none",
    seen: { hash: "x", date: at(90) },
    generations: undated,
    is: "lagging",
    lagHours: 1.5,
  },
  {
    says: "known without dates",
    seen: { hash: "b" },
    generations: undated,
    is: "lagging",
    behind: 2,
    lagHours: 7.5,
  },
];

test.each(rows)("$says", ({ seen, generations = four, limits, is, behind, lagHours }) => {
  const found = freshnessOf(seen, { path: "InRelease", generations }, limits, now);
  expect(found).toEqual({
    is,
    ...(behind !== undefined && { behind }),
    lagSeconds: lagHours * 3600,
    root: "InRelease",
  });
});

test("two days behind is stale where the repository says nothing", () => {
  const generations = (seenAt: number) => [
    { hash: "new", seenAt },
    { hash: "old", seenAt: seenAt - hour },
  ];
  const behind = (ms: number) =>
    freshnessOf({ hash: "old" }, { path: "r", generations: generations(now - ms) }, {}, now)?.is;
  expect(behind(48 * hour - 1000)).toBe("lagging");
  expect(behind(48 * hour)).toBe("stale");
});

test("nothing known of the origin is no freshness", () => {
  expect(freshnessOf({ hash: "d" }, { path: "r", generations: [] }, {}, now)).toBeUndefined();
});

test("a clock behind ours makes no negative lag", () => {
  const ahead = [
    { hash: "b", seenAt: now + hour },
    { hash: "a", seenAt: now },
  ];
  expect(freshnessOf({ hash: "a" }, { path: "r", generations: ahead }, {}, now)).toMatchObject({
    is: "lagging",
    lagSeconds: 0,
  });
});

describe("of several roots the worst counts", () => {
  const fresh = { is: "fresh", lagSeconds: 0, root: "a" } as const;
  const late = { is: "fresh", lagSeconds: 9, root: "b" } as const;
  const lagging = { is: "lagging", lagSeconds: 5, root: "c" } as const;
  const stale = { is: "stale", lagSeconds: 1, root: "d" } as const;
  test.each([
    [[fresh, late], late],
    [[lagging, late, fresh], lagging],
    [[fresh, stale, lagging], stale],
    [[fresh], fresh],
    [[], undefined],
  ])("%j", (found, worst) => expect(worstFreshness(found)).toEqual(worst));
});
