/** Roots that clients don't take any more, and how often an origin is asked: the rules by themselves. */
import { expect, test } from "vitest";
import { revives, someExpired } from "../../../../worker/repositories/chain/expiry.ts";
import { followEveryMs, isPollDue } from "../../../../worker/repositories/follow-policy.ts";
import { repository } from "../origin.ts";

const root = (path: string, validUntil?: number) => ({
  path,
  ...(validUntil !== undefined && { validUntil }),
});

test("a root is expired from the moment on that it names, as when it is verified; what says nothing never is", () => {
  expect(someExpired([root("a", 1000), root("b")], 999)).toBe(false);
  expect(someExpired([root("a", 1000), root("b")], 1000)).toBe(true);
});

test("a state revives another where it has a root that clients take in place of one that they refuse", () => {
  const before = [root("a", 1000), root("given-up", 500), root("b")];
  for (const [next, now, expected] of [
    [[root("a", 2000), root("given-up", 500), root("b")], 1000, true],
    [[root("a"), root("given-up", 500), root("b")], 1000, true],
    // Before it is expired there is time.
    [[root("a", 2000), root("given-up", 500), root("b")], 999, false],
    [[root("a", 1000), root("given-up", 500), root("b", 9000)], 1500, false],
    [[root("b")], 1500, false],
  ] as const) {
    expect([now, revives(before, next, now)]).toEqual([now, expected]);
  }
});

test("how often an origin is asked goes by the last question, and never more often than the list says", () => {
  const [hour, day] = [3_600_000, 86_400_000];
  for (const [poll, askedAgoMs, everyMs] of [
    [undefined, 0, 60_000],
    [5, hour - 1, 5000],
    [undefined, hour, 720_000],
    [5, 21 * day - 1, 720_000],
    [7200, 2 * day, 7_200_000],
    [undefined, 21 * day, undefined],
  ] as const) {
    const listed = repository({ ...(poll !== undefined && { poll }) });
    expect([poll, askedAgoMs, followEveryMs(listed, "serving", askedAgoMs)]).toEqual([
      poll,
      askedAgoMs,
      everyMs,
    ]);
  }
  const always = repository({ follow: "always", poll: 5 });
  expect(followEveryMs(always, "serving", 99 * day)).toBe(5000);
  // What is only watched is of use to probes alone.
  expect(followEveryMs(always, "watching", hour - 1)).toBe(5000);
  expect(followEveryMs(always, "watching", hour)).toBeUndefined();
});

test("a poll is due after its time, and once a root has expired since the last one", () => {
  const listed = repository();
  const at = 1_000_000;
  const due = (now: number, validUntil?: number) =>
    isPollDue(listed, { at, roots: [root("a", validUntil)] }, now);
  expect([due(at + 59_999), due(at + 60_000)]).toEqual([false, true]);
  expect([due(at + 9999, at + 10_000), due(at + 10_000, at + 10_000)]).toEqual([false, true]);
  expect([due(at + 1, at), due(at + 1, at - 1)]).toEqual([false, false]);
});
