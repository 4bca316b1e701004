/** The table that `dak ls` prints (dak, `daklib/ls.py`), made of apt's own index. */

import { runProgram } from "./programs.ts";
import type { RowContext } from "./row.ts";

/** A version in a suite. */
export interface MadisonRow {
  name: string;
  version: string;
  suite: string;
  architecture: string;
}

/** Least widths of the columns. */
const [nameWidth, versionWidth, suiteWidth] = [10, 13, 10];

/** By name, then by version as dpkg orders them, then by suite. */
export async function madisonTable(
  context: RowContext,
  rows: readonly MadisonRow[],
): Promise<string> {
  const ranks = await versionRanks(context, [...new Set(rows.map(({ version }) => version))]);
  const rank = ({ version }: MadisonRow) => ranks.get(version) ?? 0;
  const sorted = rows.toSorted(
    (one, other) =>
      compare(one.name, other.name) || rank(one) - rank(other) || compare(one.suite, other.suite),
  );
  const widest = (least: number, cell: (row: MadisonRow) => string) =>
    Math.max(least, ...rows.map((row) => cell(row).length));
  const widths = {
    name: widest(nameWidth, (row) => row.name),
    version: widest(versionWidth, (row) => row.version),
    suite: widest(suiteWidth, (row) => row.suite),
  };
  return sorted
    .map(({ name, version, suite, architecture }) =>
      [
        name.padEnd(widths.name),
        version.padEnd(widths.version),
        suite.padEnd(widths.suite),
        architecture,
      ].join(" | "),
    )
    .map((line) => `${line}\n`)
    .join("");
}

/** How many of them are older than each, by dpkg itself. */
async function versionRanks(
  context: RowContext,
  versions: readonly string[],
): Promise<Map<string, number>> {
  const ranks = new Map<string, number>();
  for (const one of versions) {
    let older = 0;
    for (const other of versions) {
      const { code } = await runProgram(context, "dpkg", ["--compare-versions", other, "lt", one]);
      if (code === 0) older++;
    }
    ranks.set(one, older);
  }
  return ranks;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
