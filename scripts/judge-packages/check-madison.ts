/** `/madison` tells the rows that apt itself tells, with the architectures of the index. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AptRoot } from "./apt-root.ts";
import type { Judging } from "./checks.ts";
import { countOf, drawn } from "./drawn.ts";
import { madisonRows } from "./told-answers.ts";
import { Counting, type Verdict } from "./verdict.ts";

/** Characters of names in one question, escaped: the service takes 512 in one parameter. */
const namesLength = 500;

/** Nothing of other kinds: rmadison is Debian's. */
export async function checkMadison(judging: Judging): Promise<Verdict[]> {
  const { place, suites, random, kind, scratch } = judging;
  if (kind !== undefined) return [];
  const all = [...new Set(suites.flatMap(({ packages }) => packages.map(({ name }) => name)))];
  const names = drawn(all, countOf(judging), random("madison"));
  const at = join(scratch, "madison");
  mkdirSync(at);
  const told = new AptRoot(at, suites).madison(names);
  const architectures = new Map<string, Set<string>>();
  for (const { suite, packages } of suites) {
    for (const { name, version, architecture } of packages) {
      const row = `${name} ${version} ${suite}`;
      architectures.set(row, (architectures.get(row) ?? new Set()).add(architecture));
    }
  }
  const expected = new Map<string, Set<string>>();
  for (const row of told) {
    const name = row.slice(0, row.indexOf(" "));
    const of = [...(architectures.get(row) ?? [])].toSorted().join(", ");
    expected.set(name, (expected.get(name) ?? new Set()).add(`${row} ${of}`));
  }
  const counting = new Counting();
  const asked = suites.map(({ suite }) => suite);
  await place.asker.each(partsOf(names), async (part) => {
    const found = new Map<string, Set<string>>(part.map((name) => [name, new Set()]));
    for (const row of await madisonRows(place, part, asked)) {
      const name = row.slice(0, row.indexOf(" "));
      found.set(name, (found.get(name) ?? new Set()).add(row));
    }
    for (const [name, rows] of found) {
      counting.compare(name, expected.get(name) ?? new Set(), rows);
    }
  });
  const goal = `rows of ${suites.length} suites are those of apt-cache madison`;
  return [counting.verdict("madison", goal, 1)];
}

function partsOf(names: readonly string[]): string[][] {
  const parts: string[][] = [];
  let length = namesLength;
  for (const name of names) {
    length += encodeURIComponent(name).length + 1;
    if (length > namesLength) {
      parts.push([]);
      length = encodeURIComponent(name).length;
    }
    parts.at(-1)?.push(name);
  }
  return parts;
}
