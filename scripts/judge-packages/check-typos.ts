/** Names with one mistake are found, and no mistake stands before what was really typed. */
import { oneOf } from "../random.ts";
import type { Judging } from "./checks.ts";
import { namesOf } from "./suite-files.ts";
import { search } from "./told-answers.ts";
import { Counting, type Verdict } from "./verdict.ts";

const typos = 2000;
/** Of shorter names most mistakes are other words. */
const shortest = 4;
const firstResults = 5;
/** The goal. */
const leastFound = 0.98;
const letters = "abcdefghijklmnopqrstuvwxyz0123456789-+.";

export async function checkTypos(judging: Judging): Promise<Verdict[]> {
  const { place, suite, sample = typos, random } = judging;
  const names = namesOf(suite);
  const known = new Set(names);
  const draw = random("typos");
  const long = names.filter(({ length }) => length >= shortest);
  const asked: { typo: string; name: string }[] = [];
  while (asked.length < sample && long.length > 0) {
    const name = oneOf(draw, long);
    const typo = withMistake(name, draw);
    if (typo !== name) asked.push({ typo, name });
  }
  const found = new Counting();
  const displaced = new Counting();
  await place.asker.each(asked, async ({ typo, name }) => {
    const results = await search(place, { q: typo, limit: String(firstResults) });
    const told = results.map((one) => one.name);
    if (known.has(typo)) {
      if (told[0] === typo) displaced.right();
      else displaced.wrong(`${typo}: ${told[0] ?? "nothing"} comes first`);
    } else if (told.includes(name)) found.right();
    else found.wrong(`${typo}, for ${name}: ${told.join(", ") || "nothing"}`);
  });
  const verdicts = [
    found.verdict("typos", `the name is among the first ${firstResults}`, leastFound),
  ];
  const other = displaced.verdict("typos that are names", "that name comes first", 1);
  // With few typos none may be another name.
  return other.asked === 0 ? verdicts : [...verdicts, other];
}

/** One character more, less or another, or two the other way round. */
function withMistake(name: string, random: () => number): string {
  const at = Math.floor(random() * name.length);
  const letter = oneOf(random, [...letters]);
  const [before, here, behind] = [name.slice(0, at), name.slice(at, at + 1), name.slice(at + 1)];
  switch (Math.floor(random() * 4)) {
    case 0:
      return before + letter + here + behind;
    case 1:
      return before + behind;
    case 2:
      return before + letter + behind;
    default:
      return before + behind.slice(0, 1) + here + behind.slice(1);
  }
}
