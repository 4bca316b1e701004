/** Longer descriptions are those that apt shows. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AptRoot } from "./apt-root.ts";
import type { Judging } from "./checks.ts";
import { countOf, drawn } from "./drawn.ts";
import { namesOf, translationText } from "./suite-files.ts";
import { descriptionsOf } from "./told-answers.ts";
import { Counting, type Verdict } from "./verdict.ts";

/** Names by chance. */
const randomNames = 500;

/** Nothing where the suite has no translation, and of other kinds: theirs are converted without. */
export async function checkDescriptions(judging: Judging): Promise<Verdict[]> {
  const { place, suite, random, kind, scratch } = judging;
  const [translation] = suite.translations;
  if (kind !== undefined || translation === undefined) return [];
  const all = namesOf(suite);
  const names = drawn(all, countOf(judging, randomNames), random("descriptions"));
  // An archive keeps texts of versions that went: which one is a package's is told by its hash alone.
  const severalTexts = namesOfSeveral(translationText(translation));
  const several = all.filter((name) => severalTexts.has(name));
  const at = join(scratch, "descriptions");
  mkdirSync(at);
  const expected = new AptRoot(at, [suite]).descriptions([...new Set([...names, ...several])]);
  const byName = new Map<string, Set<string>>();
  for (const [key, text] of expected) {
    const name = key.slice(0, key.indexOf(" "));
    byName.set(name, (byName.get(name) ?? new Set()).add(row(key, text)));
  }
  const check = async (asked: readonly string[]) => {
    const counting = new Counting();
    await place.asker.each(asked, async (name) => {
      const found = await descriptionsOf(place, name);
      const rows = new Set([...found].map(([key, text]) => row(key, text)));
      counting.compare(name, byName.get(name) ?? new Set(), rows);
    });
    return counting;
  };
  const goal = "longer descriptions are those of `apt-cache show`, but for blanks around lines";
  const verdict = (await check(names)).verdict("descriptions", goal, 1);
  if (several.length === 0) return [verdict];
  const hashed = "of names with several texts, each version has its own";
  return [verdict, (await check(several)).verdict("descriptions by hash", hashed, 1)];
}

/** A version with its text, whose lines have no blanks around them: that is how the API tells it. */
function row(key: string, text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return `${key}: ${lines.join("\n").trim()}`;
}

/** Names that come more than once. */
function namesOfSeveral(text: string): Set<string> {
  const [seen, several] = [new Set<string>(), new Set<string>()];
  for (const [, name = ""] of text.matchAll(/^Package: (\S+)$/gm)) {
    if (seen.has(name)) several.add(name);
    seen.add(name);
  }
  return several;
}
