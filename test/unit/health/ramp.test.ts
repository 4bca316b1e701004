import { expect, it } from "vitest";
import { emptyRecord, expired, nextRampAt, rampOf } from "../../../worker/health/states.ts";
import { rules, start, taking } from "./events.ts";

const unknown = emptyRecord(start);
const up = taking(unknown, [[0, "own", true]]).record;
const down = taking(up, [
  [30, "own", false],
  [40, "own", false],
  [50, "own", false],
]).record;
const back = taking(down, [
  [60, "own", true],
  [70, "own", true],
]).record;
const since = start + 70_000;

it("is none for a target that was never down", () => {
  expect(rampOf(unknown, start, rules)).toBe(1);
  expect(rampOf(up, start + 1, rules)).toBe(1);
  expect(nextRampAt(up, start + 1, rules)).toBeUndefined();
});

it("is no matter while it is down", () => {
  expect(rampOf(down, since, rules)).toBe(1);
  expect(nextRampAt(down, since, rules)).toBeUndefined();
});

it.each([
  [0, 0.1, 60],
  [59, 0.1, 60],
  [60, 0.25, 150],
  [150, 0.5, 300],
  [299, 0.5, 300],
  [300, 1, undefined],
])("%i s after it came back its share is %d, next at %s s", (second, share, next) => {
  const now = since + second * 1_000;
  expect(rampOf(back, now, rules)).toBe(share);
  expect(nextRampAt(back, now, rules)).toBe(next && since + next * 1_000);
});

it("goes on through degraded, and begins anew after another fall", () => {
  const slow = { bytesPerSecond: 1 };
  const degraded = taking(back, [
    [80, "own", slow],
    [90, "own", slow],
    [100, "own", slow],
  ]).record;
  expect(degraded.state).toBe("degraded");
  expect(rampOf(degraded, since + 60_000, rules)).toBe(0.25);
  const again = taking(back, [
    [150, "own", false],
    [160, "own", false],
    [170, "own", false],
  ]).record;
  const third = taking(again, [
    [180, "own", true],
    [190, "own", true],
    [200, "own", true],
    [210, "own", true],
  ]).record;
  expect(third.state).toBe("up");
  expect(rampOf(third, start + 211_000, rules)).toBe(0.1);
});

it("is forgotten when it is over", () => {
  expect(expired(back, since + 299_999, rules).record).toBe(back);
  expect(expired(back, since + 300_000, rules).record.rampSince).toBeUndefined();
});
