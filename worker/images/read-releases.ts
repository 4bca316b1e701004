/** Reads the tables of `mirror-list/releases/`. Pure. */

import type { Release, Releases } from "./releases.ts";

/** The tables' texts: values divided by commas below a line of names; a line beginning with `#` is none. */
export interface ReleaseTables {
  /** As Debian's `distro-info-data` has it: `version,codename,series,created,release,eol,eol-lts,eol-elts`. */
  debian: string;
  /** The same with `eol-server,eol-esm,eol-legacy`. */
  ubuntu: string;
  /** `distribution,series,release,eol`. */
  others: string;
}

type Row = Readonly<Record<string, string>>;

const dayMs = 86_400_000;

/** The facts of all tables. @throws Error with table and line where one can't be read */
export function readReleases({ debian, ubuntu, others }: ReleaseTables): Releases {
  const releases = new Map<string, readonly Release[]>([
    ["debian", rowsOf(debian, "debian.txt").map(ofDebian)],
    ["ubuntu", rowsOf(ubuntu, "ubuntu.txt").map(ofUbuntu)],
  ]);
  for (const { distribution = "", series = "", release, eol } of rowsOf(others, "others.txt")) {
    const before = releases.get(distribution) ?? [];
    releases.set(distribution, [...before, { series, ...times(release, eol) }]);
  }
  return Object.fromEntries(releases);
}

/** `eol-elts` is sold, and none of Debian's own. */
function ofDebian(row: Row): Release {
  const { version = "", series = "", release, eol } = row;
  // Until 3.1 two numbers were a release; `4.0` to `6.0` are called by the first.
  const short = version.replace(/^([4-9])\.0$/, "$1");
  return {
    series: short === "" ? series : short,
    codename: series,
    ...times(release, eol, row["eol-lts"]),
  };
}

/** `eol-legacy` is sold; `eol-esm` is given to anybody for five machines. */
function ofUbuntu(row: Row): Release {
  const { version = "", series = "", release, eol } = row;
  const long = [row["eol-server"], row["eol-esm"]].filter((one) => one).sort();
  return {
    series: version.replace(/ LTS$/, ""),
    codename: series,
    ...times(release, eol, long.at(-1)),
  };
}

/** An end is the last day of support: it is over when that day is. */
function times(released?: string, end?: string, longEnd?: string): Partial<Release> {
  const at = (text: string | undefined) => (text ? Date.parse(`${text}T00:00:00Z`) : undefined);
  const [from, to, longTo] = [at(released), at(end), at(longEnd)];
  const isLonger = longTo !== undefined && (to === undefined || longTo > to);
  return {
    ...(from !== undefined && { released: from }),
    ...(to !== undefined && { endOfLife: to + dayMs }),
    ...(isLonger && { endOfLongSupport: longTo + dayMs }),
  };
}

function rowsOf(text: string, table: string): Row[] {
  const lines = text.split("\n").map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const [head, ...rows] = lines.filter(({ line }) => line !== "" && !line.startsWith("#"));
  const names = head?.line.split(",") ?? [];
  return rows.map(({ line, number }) => {
    const values = line.split(",");
    if (values.length > names.length) {
      throw new Error(
        `${table}:${number}: more values than the ${names.length} names it begins with.`,
      );
    }
    const odd = values.find(
      (value, at) => isDayColumn(names[at]) && !/^(?:\d{4}-\d{2}-\d{2})?$/.test(value),
    );
    if (odd !== undefined) throw new Error(`${table}:${number}: ${odd} is no day like 2025-08-09.`);
    return Object.fromEntries(names.map((name, at) => [name, values[at] ?? ""]));
  });
}

function isDayColumn(column: string | undefined): boolean {
  return column !== undefined && /^(?:created|release|eol.*)$/.test(column);
}
