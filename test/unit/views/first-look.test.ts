import { beforeEach, expect, it, vi } from "vitest";
import { FirstLook } from "../../../worker/views/first-look.ts";

let now: number;
let first: FirstLook;
let end: () => void;

/** Every two seconds. */
function look(): void {
  first.begun(
    new Promise((resolve) => {
      end = resolve;
    }),
  );
}

async function looked(): Promise<void> {
  look();
  end();
  await Promise.resolve();
  await Promise.resolve();
}

beforeEach(() => {
  vi.useFakeTimers();
  now = 1_000_000;
  first = new FirstLook(2000, () => now);
  return () => vi.useRealTimers();
});

it("a request that comes while views are looked for all the time waits for nothing", async () => {
  await looked();
  now += 3999;
  look();
  expect(first.waiting(now)).toBeUndefined();
});

it("all requests of the first moment after a pause wait for the look, and later ones don't", async () => {
  await looked();
  now += 4000;
  look();
  let done = 0;
  const waiting = [first.waiting(now), first.waiting(now)].map((one) => one?.then(() => done++));
  expect(waiting).not.toContain(undefined);
  await Promise.resolve();
  expect(done).toBe(0);
  end();
  await Promise.all(waiting);
  expect(done).toBe(2);
  expect(first.waiting(now)).toBeUndefined();
});

it("the very first request waits too", () => {
  expect(first.waiting(now)).toBeUndefined();
  look();
  expect(first.waiting(now)).toBeInstanceOf(Promise);
});

it("a look that doesn't end is waited for once, 300 ms", async () => {
  look();
  const waiting = first.waiting(now);
  await vi.advanceTimersByTimeAsync(299);
  expect(first.waiting(now)).toBeInstanceOf(Promise);
  await vi.advanceTimersByTimeAsync(1);
  await waiting;
  expect(first.waiting(now)).toBeUndefined();
  now += 2000;
  look();
  expect(first.waiting(now)).toBeUndefined();
});
