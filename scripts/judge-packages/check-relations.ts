/** Provides and versions are those that apt itself tells. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AptRoot } from "./apt-root.ts";
import type { Judging } from "./checks.ts";
import { drawn } from "./drawn.ts";
import type { SuiteFiles } from "./suite-files.ts";
import { named, search } from "./told-answers.ts";
import { Counting, type Verdict } from "./verdict.ts";

const provides = 2000;
/** Results of one question, and no token of an archive has more providers on a page of the real ones. */
const mostProviders = "200";
/** As many as one question may name. */
const namesOfQuestion = 1000;

export async function checkProvides(judging: Judging): Promise<Verdict[]> {
  const { place, suite, sample = provides, random } = judging;
  const tokens = new Set<string>();
  for (const one of suite.packages) {
    for (const [first] of one.relation("Provides")) {
      if (first !== undefined) tokens.add(first.name);
    }
  }
  const asked = drawn([...tokens], sample, random("provides"));
  const apt = new AptRoot(folder(judging, "provides"), [suite]);
  const expected = apt.providers(asked);
  const counting = new Counting();
  await place.asker.each(asked, async (token) => {
    const results = await search(place, {
      q: token,
      in: "provides",
      exact: "1",
      limit: mostProviders,
    });
    const found = results.filter(({ why }) => why.some(({ by }) => by === "provides"));
    const names = new Set(found.map(({ name }) => name));
    const should = expected.get(token) ?? new Set<string>();
    // Of more than a page is compared whether the page is right: `haskell` names are provided by hundreds.
    if (should.size > Number(mostProviders)) {
      const wrong = [...names].filter((name) => !should.has(name));
      if (wrong.length === 0 && names.size === Number(mostProviders)) counting.right();
      else
        counting.wrong(`${token}: ${names.size} of ${should.size}, too many ${wrong.join(", ")}`);
    } else counting.compare(token, should, names);
  });
  return [counting.verdict("provides", "providers are those of `apt-cache showpkg`", 1)];
}

export async function checkVersions(judging: Judging): Promise<Verdict[]> {
  const { place, suites, sample, random } = judging;
  const all = [...new Set(suites.flatMap(({ packages }) => packages.map(({ name }) => name)))];
  const names = drawn(all, sample, random("versions"));
  const apt = new AptRoot(folder(judging, "versions"), suites);
  const expected = byName([...apt.madison(names)]);
  const counting = new Counting();
  const parts: string[][] = [];
  for (let from = 0; from < names.length; from += namesOfQuestion) {
    parts.push(names.slice(from, from + namesOfQuestion));
  }
  await place.asker.each(parts, async (part) => {
    const found = new Map<string, Set<string>>();
    for (const { name, versions } of await named(place, part)) {
      const rows = found.get(name) ?? new Set<string>();
      found.set(name, rows);
      for (const { version, suite } of versions) {
        if (suites.some((one: SuiteFiles) => one.suite === suite))
          rows.add(`${name} ${version} ${suite}`);
      }
    }
    for (const name of part) {
      counting.compare(name, expected.get(name) ?? new Set(), found.get(name) ?? new Set());
    }
  });
  const goal = `versions of each name in ${suites.length} suites are those of \`apt-cache madison\``;
  return [counting.verdict("versions", goal, 1)];
}

function byName(rows: readonly string[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const row of rows) {
    const name = row.slice(0, row.indexOf(" "));
    found.set(name, (found.get(name) ?? new Set()).add(row));
  }
  return found;
}

function folder({ scratch }: Judging, name: string): string {
  const made = join(scratch, name);
  mkdirSync(made);
  return made;
}
