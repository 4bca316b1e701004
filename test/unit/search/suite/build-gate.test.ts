/** One build at a time; what was ended in the middle doesn't hold it for good. */
import { expect, test } from "vitest";
import { BuildGate, comesAgainMs, heldMs } from "../../../../worker/search/suite/build-gate.ts";

test("one holder at a time, as long as it is heard of", () => {
  const [gate, one, other] = [new BuildGate(), {}, {}];
  expect([gate.enter(one, "packages", 0), gate.enter(other, "packages", 1)]).toEqual([true, false]);
  expect(gate.renew(one, heldMs - 1)).toBe(true);
  expect(gate.enter(other, "packages", heldMs)).toBe(false);
  expect(gate.enter(other, "packages", 2 * heldMs - 1)).toBe(true);
  // It comes back to itself after all: another one builds by now.
  expect(gate.renew(one, 2 * heldMs)).toBe(false);
  gate.leave(one);
  expect(gate.enter(one, "packages", 2 * heldMs)).toBe(false);
  gate.leave(other);
  expect(gate.enter(one, "packages", 2 * heldMs)).toBe(true);
});

test("files wait until no packages are wanted any more", () => {
  const [gate, one, other] = [new BuildGate(), {}, {}];
  expect(gate.enter(one, "packages", 0)).toBe(true);
  expect(gate.enter(other, "packages", 1)).toBe(false);
  gate.leave(one);
  // The first suite's files would take a minute, and the second one's packages are soon asked for again.
  expect(gate.enter(one, "files", 2)).toBe(false);
  expect(gate.enter(other, "packages", comesAgainMs - 1)).toBe(true);
  gate.leave(other);
  expect(gate.enter(one, "files", comesAgainMs)).toBe(false);
  expect(gate.enter(one, "files", comesAgainMs + 1)).toBe(true);
});
