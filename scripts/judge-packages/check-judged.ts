/** Queries that people judged: what a knowing person would accept stands among the first results. */
import { readFileSync } from "node:fs";
import type { Judging } from "./checks.ts";
import { judgeQueries, lookedAt } from "./judge-queries.ts";
import { type JudgedQuery, judgedQueries, queryClasses } from "./judged-queries.ts";
import { search } from "./told-answers.ts";
import { Counting, type Verdict } from "./verdict.ts";

/** One line of the file, as JSON: `{"query": "pdf viewer", "class": "intent", "accept": ["evince"]}`. */
function readJudgement(line: string, number: number): JudgedQuery {
  const told: unknown = JSON.parse(line);
  const q: unknown = Reflect.get(Object(told), "query");
  const accept: unknown = Reflect.get(Object(told), "accept");
  const of: unknown = Reflect.get(Object(told), "class");
  if (typeof q !== "string" || !Array.isArray(accept) || accept.length === 0) {
    throw new Error(`line ${number} of the judgements has no query, or accepts nothing.`);
  }
  // What has no class is asked by what somebody wants.
  const known = queryClasses.find((one) => one === of) ?? "intent";
  return { q, class: known, accepted: accept.map((name) => String(name)) };
}

/** The goals: search.nixos.org reaches 0.806 and 0.707 on its own list. */
const leastSuccess = 0.85;
const leastReciprocal = 0.75;

/** Nothing where the suite has none of what is accepted: a judged list is of one distribution. */
export async function checkJudged({ place, suite, judgements }: Judging): Promise<Verdict[]> {
  const names = new Set(suite.packages.map(({ name }) => name));
  const all = judgements === undefined ? judgedQueries : readJudgements(judgements);
  const asked = all.filter(({ accepted }) => accepted.some((name) => names.has(name)));
  if (asked.length === 0) return [];
  const found = new Map<string, string[]>();
  const success = new Counting();
  await place.asker.each(asked, async ({ q, accepted }) => {
    const results = (await search(place, { q, limit: String(lookedAt) })).map(({ name }) => name);
    found.set(q, results);
    if (results.some((name) => accepted.includes(name))) success.right();
    else success.wrong(`${q}: ${results.join(", ") || "nothing"}`);
  });
  const { classes } = await judgeQueries(asked, (q) => found.get(q) ?? []);
  const mean = classes.find((one) => one.class === "all")?.meanReciprocalRank ?? 0;
  const verdict = success.verdict("judged", "Success@10 and MRR (at least 0.75)", leastSuccess);
  const shown = classes
    .filter(({ queries }) => queries > 0)
    .map((one) => `${one.class} ${one.success.toFixed(3)} / ${one.meanReciprocalRank.toFixed(3)}`);
  return [
    {
      ...verdict,
      isMet: verdict.isMet && mean >= leastReciprocal,
      figure: `Success@10 / MRR: ${shown.join(", ")}`,
    },
  ];
}

/** @throws Error with the line's number */
function readJudgements(file: string): JudgedQuery[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "")
    .map(({ line, number }) => readJudgement(line, number));
}
