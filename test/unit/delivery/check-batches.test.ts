import { expect, it } from "vitest";
import { batchMs, batchQuestions, CheckBatches } from "../../../worker/delivery/check-batches.ts";
import type { Background } from "../../../worker/runtime/background.ts";

const start = Date.parse("2026-03-01T12:00:00Z");

/** Checks that note by which request they were begun; pauses end when they are told to. */
function batches() {
  const begun: string[] = [];
  const pauses: (() => void)[] = [];
  const going: Promise<unknown>[] = [];
  const names = new Map<Background, string>();
  const request = (name: string): Background => {
    const background = { waitUntil: (work: Promise<unknown>) => void going.push(work) };
    names.set(background, name);
    return background;
  };
  const made = new CheckBatches(() => new Promise<void>((resolve) => pauses.push(resolve)));
  return {
    begun,
    pauses,
    due(name: string, after: number, questions = 1) {
      const check = (by: Background) => void begun.push(`${name} by ${names.get(by)}`);
      made.add(check, questions, start + after, request(name));
    },
    async endPause(at: number) {
      pauses[at]?.();
      await going[at];
    },
  };
}

it("a check that is alone is begun at once, by its own request", () => {
  const { begun, pauses, due } = batches();
  due("a", 0);
  due("b", batchMs);
  due("c", 2 * batchMs);
  expect(begun).toEqual(["a by a", "b by b", "c by c"]);
  expect(pauses).toEqual([]);
});

it("those that come right behind are begun together: by the one that makes them enough", () => {
  const { begun, due } = batches();
  due("a", 0);
  for (let at = 1; at < batchQuestions; at++) due(`b${at}`, 1);
  expect(begun).toEqual(["a by a"]);
  due("last", 2);
  const others = Array.from({ length: batchQuestions - 1 }, (_, at) => `b${at + 1} by last`);
  expect(begun).toEqual(["a by a", ...others, "last by last"]);
});

it("or by the first of them, when its pause is over", async () => {
  const { begun, pauses, due, endPause } = batches();
  due("a", 0);
  due("b", 1);
  due("c", 2);
  expect(pauses).toHaveLength(1);
  await endPause(0);
  expect(begun).toEqual(["a by a", "b by b", "c by b"]);
});

it("a pause that ends late begins none of those that came since", async () => {
  const { begun, due, endPause } = batches();
  due("a", 0);
  for (let at = 0; at < batchQuestions; at++) due(`b${at}`, 1);
  due("c", 2);
  expect(begun).toHaveLength(1 + batchQuestions);
  await endPause(0);
  expect(begun).toHaveLength(1 + batchQuestions);
  await endPause(1);
  expect(begun.at(-1)).toBe("c by c");
});

it("no more questions are asked by one request than have a connection", () => {
  const { begun, due } = batches();
  due("a", 0);
  due("two", 1, 2);
  due("two more", 1, 2);
  due("and two", 1, 2);
  expect(begun).toEqual(["a by a", "two by and two", "two more by and two", "and two by and two"]);
});

it("where a request was ended before its pause was, the next one begins what waits", () => {
  const { begun, due } = batches();
  due("a", 0);
  due("b", 1);
  due("c", 1 + batchMs);
  expect(begun).toEqual(["a by a", "b by c", "c by c"]);
});

it("a clock that was set back leaves nothing waiting", () => {
  const { begun, due } = batches();
  due("a", 0);
  due("b", 1);
  due("c", -60_000);
  expect(begun).toEqual(["a by a", "b by c", "c by c"]);
});
