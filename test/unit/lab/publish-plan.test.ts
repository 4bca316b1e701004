/** Who copies when in the trials `publish`, by what a mirror must never be seen to do. */
import { expect, test } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import {
  copies,
  editionAt,
  keptEditions,
  type PlanOptions,
  publishTimes,
  whole,
} from "../../trials/publish-plan.ts";

const planOf = (seed: number, order: "payload-first" | "indexes-first" = "payload-first") => {
  const options: PlanOptions = {
    editions: 30,
    everyMs: { least: 3000, most: 4000 },
    lagMs: { least: 1000, most: 14_000 },
    copyMs: { least: 300, most: 2500 },
    mirrors: [
      { name: "one", order },
      { name: "two", order },
    ],
    random: seeded(seed),
  };
  const published = publishTimes(options);
  return { published, steps: copies(options, published) };
};

test("the same seed gives the same plan, another another", () => {
  expect(planOf(1)).toEqual(planOf(1));
  expect(planOf(1)).not.toEqual(planOf(2));
});

test("editions are published one after the other, as far apart as is said", () => {
  const { published } = planOf(3);
  expect(published).toHaveLength(29);
  const apart = published.map((at, index) => at - (published[index - 1] ?? 0));
  expect(Math.min(...apart)).toBeGreaterThanOrEqual(3000);
  expect(Math.max(...apart)).toBeLessThanOrEqual(4000);
});

test("a mirror never has what isn't published, never goes back, and ends with the last edition", () => {
  const { published, steps } = planOf(4);
  for (const mirror of ["one", "two"]) {
    const own = steps.filter((step) => step.mirror === mirror);
    let before = 1;
    for (const { at, state } of own) {
      expect(Math.max(state.indexes, state.to)).toBeLessThanOrEqual(editionAt(published, at));
      expect(state.indexes).toBeGreaterThanOrEqual(before);
      before = state.indexes;
    }
    expect(own.at(-1)?.state).toEqual(whole(30));
    expect(own.map(({ at }) => at)).toEqual(own.map(({ at }) => at).toSorted((a, b) => a - b));
  }
});

test("payload first: whatever the indexes list is there at any time", () => {
  const { steps } = planOf(5);
  for (const { state } of steps) {
    expect(state.to).toBeGreaterThanOrEqual(state.indexes);
    expect(state.from).toBeLessThanOrEqual(state.indexes);
  }
  // There are times between, with payload that no index lists yet: else nothing was tried.
  expect(steps.some(({ state }) => state.to > state.indexes)).toBe(true);
});

test("indexes first: there are times with indexes whose payload isn't there", () => {
  const { steps } = planOf(6, "indexes-first");
  expect(steps.some(({ state }) => state.to < state.indexes)).toBe(true);
});

test("a mirror may skip editions, and lags by several at times", () => {
  const { published, steps } = planOf(7);
  const lags = steps.map(({ at, state }) => editionAt(published, at) - state.indexes);
  expect(Math.max(...lags)).toBeGreaterThanOrEqual(3);
});

test("old payload goes away, but stays for as many editions as is said", () => {
  expect(whole(3)).toEqual({ indexes: 3, from: 1, to: 3 });
  expect(whole(30)).toEqual({ indexes: 30, from: 30 - keptEditions, to: 30 });
});
