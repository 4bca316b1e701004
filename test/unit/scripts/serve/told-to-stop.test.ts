import { expect, test } from "vitest";
import { type StopWorld, toldToStop } from "../../../../scripts/serve/told-to-stop.ts";

function field({ isUnderNpm = false, parent = 40 } = {}) {
  const told = new Map<string, () => void>();
  const state = { parent, now: 0, ends: 0, looks: [] as (() => void)[] };
  const world: StopWorld = {
    onSignal: (signal, one) => void told.set(signal, one),
    startedBy: 40,
    parent: () => state.parent,
    isUnderNpm,
    every: (_, look) => void state.looks.push(look),
    now: () => state.now,
    endAtOnce: () => void state.ends++,
  };
  return { state, stopped: toldToStop(world), tell: (signal: string) => told.get(signal)?.() };
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"])(
  "%s stops it, and npm's copy of it changes nothing",
  async (signal) => {
    const { state, stopped, tell } = field({ isUnderNpm: true });
    tell(signal);
    state.now = 20;
    tell(signal);
    expect(await stopped).toBeUndefined();
    expect(state.ends).toBe(0);
  },
);

test("A second Ctrl-C, a moment later, doesn't wait for downloads", async () => {
  const { state, tell } = field();
  tell("SIGINT");
  state.now = 1_000;
  tell("SIGINT");
  expect(state.ends).toBe(1);
});

test("npm that is killed takes the service with it", async () => {
  const { state, stopped } = field({ isUnderNpm: true });
  for (const look of state.looks) look();
  state.parent = 1;
  for (const look of state.looks) look();
  expect(await stopped).toContain("npm (process 40)");
});

test("npm that was gone before anybody waited takes the service with it", async () => {
  const { state, stopped } = field({ isUnderNpm: true, parent: 1 });
  for (const look of state.looks) look();
  expect(await stopped).toContain("npm (process 40)");
});

test("Without npm nobody looks at the parent: a shell may end before what it started", () => {
  expect(field().state.looks).toEqual([]);
});
