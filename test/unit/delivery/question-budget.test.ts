/** A server's questions: so many at once, and so many a minute. */
import { expect, test } from "vitest";
import { QuestionBudget } from "../../../worker/delivery/question-budget.ts";

const minute = 60_000;
const taken = (budget: QuestionBudget, base: string, now: number) => {
  let count = 0;
  while (count < 1000 && budget.take(base, now)) count++;
  return count;
};

test("a burst, then by the minute, never more than the burst; each server has its own", () => {
  const budget = new QuestionBudget({ burst: 10, perMinute: 6 });
  expect(taken(budget, "a", 0)).toBe(10);
  expect(taken(budget, "b", 0)).toBe(10);
  expect(taken(budget, "a", minute / 2)).toBe(3);
  expect(taken(budget, "a", 100 * minute)).toBe(10);
});

test("refused questions take nothing, and a clock that goes back gives nothing", () => {
  const budget = new QuestionBudget({ burst: 2, perMinute: 60 });
  expect(taken(budget, "a", minute)).toBe(2);
  for (let at = 0; at < 10; at++) budget.take("a", minute + at * 50);
  expect(taken(budget, "a", minute + 1000)).toBe(1);
  expect(taken(budget, "a", 0)).toBe(0);
});

test("it remembers so many servers", () => {
  const budget = new QuestionBudget({ burst: 1, perMinute: 0 });
  expect(budget.take("first", 0)).toBe(true);
  for (let at = 0; at < 1024; at++) budget.take(`m${at}`, 0);
  expect(budget.take("first", 0)).toBe(true);
});
