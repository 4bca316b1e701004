/** One build at a time; what was ended in the middle doesn't hold it for good. */
import { expect, test } from "vitest";
import { BuildGate, heldMs } from "../../../../worker/search/suite/build-gate.ts";

test("one holder at a time, as long as it is heard of", () => {
  const [gate, one, other] = [new BuildGate(), {}, {}];
  expect([gate.enter(one, 0), gate.enter(other, 1)]).toEqual([true, false]);
  expect(gate.renew(one, heldMs - 1)).toBe(true);
  expect(gate.enter(other, heldMs)).toBe(false);
  expect(gate.enter(other, 2 * heldMs - 1)).toBe(true);
  // It comes back to itself after all: another one builds by now.
  expect(gate.renew(one, 2 * heldMs)).toBe(false);
  gate.leave(one);
  expect(gate.enter(one, 2 * heldMs)).toBe(false);
  gate.leave(other);
  expect(gate.enter(one, 2 * heldMs)).toBe(true);
});
