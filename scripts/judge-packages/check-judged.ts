/** Queries that people judged: what a knowing person would accept stands among the first results. */
import { readFileSync } from "node:fs";
import type { Judging } from "./checks.ts";
import { search } from "./told-answers.ts";
import { Counting, type Verdict } from "./verdict.ts";

/** One line of the file, as JSON: `{"query": "pdf viewer", "class": "intent", "accept": ["evince"]}`. */
export interface Judgement {
  query: string;
  class: string;
  /** Names of packages, any of which is right. */
  accept: readonly string[];
}

const firstResults = 10;
/** The goals: search.nixos.org reaches 0.806 and 0.707 on its own list. */
const leastSuccess = 0.85;
const leastReciprocal = 0.75;

/** Nothing where no file is given: a judged list is of one suite. */
export async function checkJudged({ place, judgements }: Judging): Promise<Verdict[]> {
  if (judgements === undefined) return [];
  const asked = readJudgements(readFileSync(judgements, "utf8"));
  const success = new Counting();
  let reciprocal = 0;
  await place.asker.each(asked, async ({ query, accept }) => {
    const results = await search(place, { q: query, limit: String(firstResults) });
    const at = results.findIndex(({ name }) => accept.includes(name));
    if (at >= 0) {
      success.right();
      reciprocal += 1 / (at + 1);
    } else success.wrong(`${query}: ${results.map(({ name }) => name).join(", ") || "nothing"}`);
  });
  const mean = asked.length === 0 ? 0 : reciprocal / asked.length;
  const verdict = success.verdict("judged", "Success@10 and MRR (at least 0.75)", leastSuccess);
  return [
    {
      ...verdict,
      isMet: verdict.isMet && mean >= leastReciprocal,
      figure: `MRR ${mean.toFixed(3)}`,
    },
  ];
}

/** @throws Error with the line's number */
export function readJudgements(text: string): Judgement[] {
  return text
    .split("\n")
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "")
    .map(({ line, number }) => {
      const told: unknown = JSON.parse(line);
      const query: unknown = Reflect.get(Object(told), "query");
      const accept: unknown = Reflect.get(Object(told), "accept");
      const kind: unknown = Reflect.get(Object(told), "class");
      if (typeof query !== "string" || !Array.isArray(accept) || accept.length === 0) {
        throw new Error(`line ${number} of the judgements has no query, or accepts nothing.`);
      }
      return {
        query,
        class: typeof kind === "string" ? kind : "",
        accept: accept.map((name) => String(name)),
      };
    });
}
