/** Every name is found first, by itself. */
import type { Judging } from "./checks.ts";
import { countOf, drawn } from "./drawn.ts";
import { namesOf } from "./suite-files.ts";
import { named, search } from "./told-answers.ts";
import { Counting, type Verdict } from "./verdict.ts";

/** As many as one question may name. */
const namesOfQuestion = 1000;

export async function checkNames(judging: Judging): Promise<Verdict[]> {
  const { place, suite, random } = judging;
  const names = drawn(namesOf(suite), countOf(judging), random("names"));
  const first = new Counting();
  await place.asker.each(names, async (name) => {
    const [found] = await search(place, { q: name, limit: "1" });
    if (found?.name === name) first.right();
    else first.wrong(`${name}: ${found?.name ?? "nothing"} comes first`);
  });
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
  return [
    first.verdict("names", "each name is the first result of itself", 1),
    many.verdict("names at once", "each name is in the answer to a thousand names", 1),
  ];
}
