/** Commands and paths have the owners that `Contents` says. */
import type { Judging } from "./checks.ts";
import { type ContentsOracle, inMergedUsr, readContents } from "./contents-oracle.ts";
import { countOf, drawn } from "./drawn.ts";
import { ownersOf, search } from "./told-answers.ts";
import { Counting, type Verdict } from "./verdict.ts";

/** Paths by chance. */
const randomPaths = 5000;
/** Results of one question: no command has so many owners. */
const mostOwners = "200";

/** All checks read the same files. */
const read = new WeakMap<Judging, Promise<ContentsOracle>>();

function oracleOf(judging: Judging): Promise<ContentsOracle> {
  const { suite, sample, random } = judging;
  const held =
    read.get(judging) ?? readContents(suite.contents, sample ?? randomPaths, random("paths"));
  read.set(judging, held);
  return held;
}

export async function checkCommands(judging: Judging): Promise<Verdict[]> {
  const { place } = judging;
  const owners = new Counting();
  await place.asker.each(await commandsAsked(judging), async ([command, expected]) => {
    const exact = await search(place, { q: command, in: "command", exact: "1", limit: mostOwners });
    const found = exact.filter(({ why }) => why.some(({ by }) => by === "command"));
    owners.compare(command, expected, new Set(found.map(({ name }) => name)));
  });
  return [owners.verdict("commands", "owners of each command are those of Contents", 1)];
}

export async function checkCommandsFirst(judging: Judging): Promise<Verdict[]> {
  const { place, suite } = judging;
  const first = new Counting();
  const names = new Set(suite.packages.map(({ name }) => name));
  await place.asker.each(await commandsAsked(judging), async ([command, expected]) => {
    const [best] = await search(place, { q: command, limit: "1" });
    // A package of that very name goes before those that have such a command.
    if (best !== undefined && (expected.has(best.name) || best.name === command)) first.right();
    else {
      const isName = names.has(command) ? ", which is a name too" : "";
      first.wrong(`${command}${isName}: ${best?.name ?? "nothing"} comes first`);
    }
  });
  return [first.verdict("commands first", "the first result is an owner, or has that name", 1)];
}

async function commandsAsked(judging: Judging): Promise<[string, ReadonlySet<string>][]> {
  const { commands } = await oracleOf(judging);
  // A provide of Alpine can't name what has a sign of a relation in it.
  const all = [...commands].filter(
    ([command]) => judging.kind !== "apk" || !/[\s<>=~]/.test(command),
  );
  return drawn(all, countOf(judging), judging.random("commands"));
}

export async function checkPaths(judging: Judging): Promise<Verdict[]> {
  // Alpine has no index of files.
  if (judging.kind === "apk") return [];
  const { place, sample, random } = judging;
  const { owners, random: chosen, withBlanks } = await oracleOf(judging);
  const bothSpellings = new Map<string, Map<string, ReadonlySet<string>>>();
  for (const [path, has] of owners) {
    const key = inMergedUsr(path);
    const held = bothSpellings.get(key) ?? new Map<string, ReadonlySet<string>>();
    bothSpellings.set(key, held.set(path, has));
  }
  const check = async (paths: readonly string[]) => {
    const counting = new Counting();
    await place.asker.each(paths, async (path) => {
      const found = await ownersOf(place, `/${path}`);
      const expected = bothSpellings.get(inMergedUsr(path)) ?? new Map();
      counting.compare(path, pairs(expected), pairs(found));
    });
    return counting;
  };
  const blanks = drawn(withBlanks, sample, random("blanks"));
  return [
    (await check(chosen)).verdict("paths", "owners of random paths are those of Contents", 1),
    (await check(blanks)).verdict("paths with blanks", "owners are those of Contents", 1),
  ];
}

function pairs(owners: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const found = new Set<string>();
  for (const [path, has] of owners) for (const owner of has) found.add(`${owner} ${path}`);
  return found;
}
