/** Every name is found first, by itself, and in an answer to many. */
import type { Judging } from "./checks.ts";
import { countOf, drawn } from "./drawn.ts";
import { namesOf } from "./suite-files.ts";
import { named, search } from "./told-answers.ts";
import { Counting, type Verdict } from "./verdict.ts";

/** As many as one question may name. */
const namesOfQuestion = 1000;

export async function checkNames(judging: Judging): Promise<Verdict[]> {
  const { place } = judging;
  const first = new Counting();
  await place.asker.each(namesAsked(judging), async (name) => {
    const [found] = await search(place, { q: name, limit: "1" });
    if (found?.name === name) first.right();
    else first.wrong(`${name}: ${found?.name ?? "nothing"} comes first`);
  });
  return [first.verdict("names", "each name is the first result of itself", 1)];
}

export async function checkNamesAtOnce(judging: Judging): Promise<Verdict[]> {
  const { place } = judging;
  const names = namesAsked(judging);
  const many = new Counting();
  const parts: string[][] = [];
  for (let from = 0; from < names.length; from += namesOfQuestion) {
    parts.push(names.slice(from, from + namesOfQuestion));
  }
  await place.asker.each(parts, async (part) => {
    const found = new Set((await named(place, part)).map(({ name }) => name));
    for (const name of part) {
      if (found.has(name)) many.right();
      else many.wrong(`${name} isn't in the answer to ${part.length} names`);
    }
  });
  return [many.verdict("names at once", "each name is in the answer to a thousand names", 1)];
}

function namesAsked(judging: Judging): string[] {
  return drawn(namesOf(judging.suite), countOf(judging), judging.random("names"));
}
