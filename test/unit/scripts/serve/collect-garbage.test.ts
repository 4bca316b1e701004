/** What nobody refers to is collected from time to time. */
import { expect, test } from "vitest";
import { collectGarbage } from "../../../../scripts/serve/collect-garbage.ts";

/** In a call of its own: nothing on the stack refers to it afterwards. */
function forgotten(): WeakRef<object> {
  return new WeakRef({ size: 1 });
}

test("what nobody refers to is gone after a minute's turn, and not before", async () => {
  const turns: { ms: number; run: () => void }[] = [];
  collectGarbage((ms, run) => turns.push({ ms, run }));
  expect(turns.map(({ ms }) => ms)).toEqual([60_000]);
  const one = forgotten();
  // A weak reference holds what it refers to until the end of the turn (ECMA-262, 9.10.3).
  await new Promise((resolve) => setImmediate(resolve));
  expect(one.deref()).toBeDefined();
  await new Promise((resolve) => setImmediate(resolve));
  for (const { run } of turns) run();
  expect(one.deref()).toBeUndefined();
});
