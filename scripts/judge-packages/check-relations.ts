/** Provides and versions are those that apt itself tells. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { AptRoot } from "./apt-root.ts";
import type { Judging } from "./checks.ts";
import { DnfRoot } from "./dnf-root.ts";
import { countOf, drawn } from "./drawn.ts";
import { PacmanRoot } from "./pacman-root.ts";
import { named, search } from "./told-answers.ts";
import { Counting, type Verdict } from "./verdict.ts";

const provides = 2000;
/** Results of one question, and no token of an archive has more providers on a page of the real ones. */
const mostProviders = "200";
/** As many as one question may name. */
const namesOfQuestion = 1000;

/** Whoever knows what provides something. */
interface Providers {
  /** All that can be asked. */
  tokens: readonly string[];
  tool: string;
  of(tokens: readonly string[]): Map<string, Set<string>>;
}

function providersOf(judging: Judging): Providers | undefined {
  const { suite, kind, converted } = judging;
  const at = folder(judging, "provides");
  if (kind === "rpm" && converted !== undefined) {
    const dnf = new DnfRoot(at, resolve(converted));
    return { tokens: dnf.provided(), tool: "dnf", of: (tokens) => dnf.providers(tokens) };
  }
  // pacman and apk have no command that says it.
  if (kind !== undefined) return undefined;
  const apt = new AptRoot(at, [suite]);
  const tokens = suite.packages.flatMap((one) =>
    one.relation("Provides").flatMap(([first]) => first?.name ?? []),
  );
  const of = (asked: readonly string[]) => apt.providers(asked);
  return { tokens: [...new Set(tokens)], tool: "`apt-cache showpkg`", of };
}

export async function checkProvides(judging: Judging): Promise<Verdict[]> {
  const { place, random } = judging;
  const known = providersOf(judging);
  if (known === undefined) return [];
  const asked = drawn(known.tokens, countOf(judging, provides), random("provides"));
  const expected = known.of(asked);
  const counting = new Counting();
  await place.asker.each(asked, async (token) => {
    const results = await search(place, {
      q: token,
      in: "provides",
      exact: "1",
      limit: mostProviders,
    });
    // A package of rpm provides its own name.
    const found = results.filter(({ name, why }) =>
      why.some(({ by }) => by === "provides" || (judging.kind === "rpm" && name === token)),
    );
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
  return [counting.verdict("provides", `providers are those of ${known.tool}`, 1)];
}

export async function checkVersions(judging: Judging): Promise<Verdict[]> {
  const { place, suites, random } = judging;
  const all = [...new Set(suites.flatMap(({ packages }) => packages.map(({ name }) => name)))];
  const names = drawn(all, countOf(judging), random("versions"));
  const tool = versionsOf(judging);
  if (tool === undefined) return [];
  const expected = byName([...tool(names)]);
  const isJudged = (suite: string) =>
    suite === place.suite || suites.some((one) => one.suite === suite);
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
        if (isJudged(suite)) rows.add(`${name} ${version} ${suite}`);
      }
    }
    for (const name of part) {
      counting.compare(name, expected.get(name) ?? new Set(), found.get(name) ?? new Set());
    }
  });
  const goal = `versions of each name in ${suites.length} suites are those of the real tool`;
  return [counting.verdict("versions", goal, 1)];
}

/** Rows of `name version suite`. */
function versionsOf(
  judging: Judging,
): ((names: readonly string[]) => ReadonlySet<string>) | undefined {
  const { suites, kind, converted, place } = judging;
  const at = folder(judging, "versions");
  if (kind === undefined) {
    const apt = new AptRoot(at, suites);
    return (names) => apt.madison(names);
  }
  if (converted === undefined || kind === "apk") return undefined;
  const rows =
    kind === "rpm"
      ? new DnfRoot(at, resolve(converted)).repoquery("--qf", "%{name} %{evr}")
      : new PacmanRoot(at, resolve(converted), judging.suite.suite).listed();
  return (names) => {
    const asked = new Set(names);
    const taken = rows.filter((row) => asked.has(row.slice(0, row.indexOf(" "))));
    return new Set(taken.map((row) => `${row} ${place.suite}`));
  };
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
