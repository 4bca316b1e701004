import { expect, it } from "vitest";
import { judgeQueries } from "../../../../scripts/judge-packages/judge-queries.ts";
import { judgedQueries, queryClasses } from "../../../../scripts/judge-packages/judged-queries.ts";

it("has thirty queries of each class at least, each once and with names", () => {
  for (const name of queryClasses) {
    expect(judgedQueries.filter((one) => one.class === name).length).toBeGreaterThanOrEqual(30);
  }
  expect(new Set(judgedQueries.map(({ q }) => q)).size).toBe(judgedQueries.length);
  for (const { q, accepted } of judgedQueries) {
    expect(q).toMatch(/^\S(?:.*\S)?$/);
    expect(accepted.length, q).toBeGreaterThan(0);
    for (const name of accepted) expect(name, q).toMatch(/^[a-z0-9][a-z0-9.+-]+$/);
  }
});

it("counts the place of the first accepted name", async () => {
  const queries = ["a", "b", "c", "d"].map((q) => ({
    class: "exact" as const,
    q,
    accepted: ["yes", "also"],
  }));
  const answers: Record<string, string[]> = {
    a: ["yes", "also"],
    b: ["no", "also", "yes"],
    c: [...Array.from({ length: 10 }, (_, index) => `no${index}`), "yes"],
    d: [],
  };
  const { classes, missed } = await judgeQueries(queries, (q) => answers[q] ?? []);
  expect(classes.at(-1)).toEqual({
    class: "all",
    queries: 4,
    success: 0.5,
    meanReciprocalRank: 0.375,
  });
  expect(missed.map(({ query }) => query.q)).toEqual(["c", "d"]);
});
