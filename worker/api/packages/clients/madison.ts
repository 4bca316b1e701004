/**
 * `/madison`: which versions suites have, as Debian's dak answers rmadison (dak `daklib/ls.py`, `dakweb/queries/madison.py`;
 * rmadison(1) of devscripts).
 */
import type {
  PackageResult,
  PackagesAnswer,
  PlacedPackage,
  SuiteChoice,
} from "../../../search/package-service.ts";
import { checked, PackageParameters } from "../package-parameters.ts";
import type { PackagesAsked } from "../packages-asked.ts";
import { QuestionRefused } from "../question-refused.ts";
import { sendLines, sendText } from "../send.ts";
import { checkAnswered, checkKind, checkRefusal } from "../told.ts";

/** Names of one question: as many as the longest query has room for. */
const maxNames = 200;
/** Sources whose packages are asked for: a large one has hundreds of packages. */
const maxSources = 20;

/** `repository` and `kind` are ours; `t` asks for a time that not every archive tells. */
const names = [
  "package",
  "text",
  "a",
  "b",
  "c",
  "f",
  "g",
  "G",
  "r",
  "s",
  "S",
  "t",
  "repository",
  "kind",
];

/** A version of a name in a suite, with all architectures. */
interface Row {
  name: string;
  version: string;
  suite: string;
  architectures: string[];
  component: string;
  source: string;
  sourceVersion: string;
}

export async function madison(asked: PackagesAsked): Promise<Response> {
  const given = new PackageParameters(asked.query, names);
  if (given.flag("r")) {
    throw new QuestionRefused(
      400,
      "Names aren't searched as regular expressions here. Ask /api/v1/packages?q= for parts of names.",
    );
  }
  const types = given.list("b");
  if (types.length > 0 && !types.includes("deb")) {
    throw new QuestionRefused(
      400,
      `b=${types.join(",")} is not there. There is: deb, the binary packages.`,
    );
  }
  const packages = namesOf(given);
  const answer = await found(packages, given, asked);
  checkRefusal({ ...answer, isEmpty: answer.results.length === 0 });
  checkAnswered(answer);
  const components = words(given, "c");
  const rows = rowsOf(
    answer.results,
    (place) => components.length === 0 || components.includes(place.component ?? ""),
  );
  if (given.has("f")) {
    const nested = nestedOf(rows);
    return sendText(
      asked.request,
      JSON.stringify(rows.length === 0 ? [] : [nested]),
      "text/plain; charset=utf-8",
    );
  }
  const sign = given.flag("g") ? ">=" : given.flag("G") ? ">>" : undefined;
  return sendLines(asked.request, [
    ...tableOf(rows),
    ...(sign === undefined || rows.length === 0 ? [] : ["", ...highest(answer.results, sign)]),
  ]);
}

/** Between names stand `+`, which a query decodes as a blank. An architecture of a name doesn't count. */
function namesOf(given: PackageParameters): string[] {
  const all = given.list("package").flatMap((one) => one.split(/\s+/));
  const packages = [
    ...new Set(all.map((one) => one.replace(/:.*/, "")).filter((one) => one !== "")),
  ];
  if (packages.length === 0) {
    throw new QuestionRefused(400, "package= is missing: names of packages with + between them.");
  }
  if (packages.length > maxNames) {
    throw new QuestionRefused(400, `package= has ${packages.length} names; ${maxNames} at most.`);
  }
  for (const name of packages) checked("package", name);
  return packages;
}

/** Lists have commas or blanks between their values (rmadison(1)). */
function words(given: PackageParameters, name: string): string[] {
  return given.list(name).flatMap((value) => value.split(/\s+/));
}

async function found(
  packages: readonly string[],
  given: PackageParameters,
  { service }: PackagesAsked,
): Promise<PackagesAnswer> {
  const { kinds, repositories } = given.choice();
  if (kinds.length === 0) checkKind(service, "apt", "Debian's (apt)");
  const choice: SuiteChoice = {
    repositories,
    suites: words(given, "s"),
    kinds: kinds.length > 0 ? kinds : ["apt"],
    // `*` is how rmadison is told to leave out its own default.
    architectures: words(given, "a").filter((one) => one !== "*"),
  };
  const answer = await service.named(packages, choice);
  if (!given.flag("S")) return answer;
  if (packages.length > maxSources) {
    throw new QuestionRefused(
      400,
      `S asks for the packages of ${packages.length} sources; ${maxSources} at most.`,
    );
  }
  const made = await service.madeOf(packages, choice);
  const known = new Set(answer.results.map(keyOf));
  const more = made.results.filter((one) => !known.has(keyOf(one)));
  return { ...answer, results: [...answer.results, ...more] };
}

function keyOf({ repository, name }: PackageResult): string {
  return `${repository} ${name}`;
}

/** In dak's order: by name, then by version from the oldest, then by suite. */
function rowsOf(
  results: readonly PackageResult[],
  isWanted: (place: PlacedPackage) => boolean,
): Row[] {
  const shared = sharedSuites(results);
  const ordered = results.toSorted((one, other) => order(one.name, other.name));
  return ordered.flatMap(({ places }) => {
    // The service has them newest first; no two kinds' versions are compared.
    const versions = [...new Set(places.map(({ record }) => record.version))].reverse();
    return versions.flatMap((version) => {
      const rows = new Map<string, Row>();
      for (const place of places) {
        if (place.record.version !== version || !isWanted(place)) continue;
        const { record } = place;
        const suite = shared.has(place.suite) ? `${place.repository}/${place.suite}` : place.suite;
        const row = rows.get(suite) ?? {
          ...{ name: record.name, version, suite, architectures: [] },
          component: place.component ?? "",
          source: record.source ?? record.name,
          sourceVersion: record.sourceVersion ?? version,
        };
        if (!row.architectures.includes(record.architecture))
          row.architectures.push(record.architecture);
        rows.set(suite, row);
      }
      return [...rows.values()]
        .map((row) => ({ ...row, architectures: row.architectures.toSorted(order) }))
        .toSorted((one, other) => order(one.suite, other.suite));
    });
  });
}

/** Names of suites that several repositories have: there the repository is told as well. */
function sharedSuites(results: readonly PackageResult[]): Set<string> {
  const owners = new Map<string, Set<string>>();
  for (const { repository, suite } of results.flatMap(({ places }) => places)) {
    owners.set(suite, (owners.get(suite) ?? new Set()).add(repository));
  }
  return new Set([...owners].flatMap(([suite, names]) => (names.size > 1 ? [suite] : [])));
}

/** Columns are as wide as dak's at least. */
function tableOf(rows: readonly Row[]): string[] {
  const width = (least: number, cells: readonly string[]) =>
    cells.reduce((most, cell) => Math.max(most, cell.length), least);
  const name = width(
    10,
    rows.map((row) => row.name),
  );
  const version = width(
    13,
    rows.map((row) => row.version),
  );
  const suite = width(
    10,
    rows.map((row) => row.suite),
  );
  return rows.map((row) =>
    [
      row.name.padEnd(name),
      row.version.padEnd(version),
      row.suite.padEnd(suite),
      row.architectures.join(", "),
    ].join(" | "),
  );
}

function nestedOf(rows: readonly Row[]) {
  const byName = Map.groupBy(rows, (row) => row.name);
  return Object.fromEntries(
    [...byName].map(([name, ofName]) => [
      name,
      Object.fromEntries(
        [...Map.groupBy(ofName, (row) => row.suite)].map(([suite, ofSuite]) => [
          suite,
          Object.fromEntries(
            ofSuite.map(({ version, component, architectures, source, sourceVersion }) => [
              version,
              { component, architectures, source, source_version: sourceVersion },
            ]),
          ),
        ]),
      ),
    ]),
  );
}

/** What a build may wait for: `mc (>= 3:4.8.29-2)`. */
function highest(results: readonly PackageResult[], sign: string): string[] {
  const first = new Map<string, string>();
  for (const { name, places } of results) {
    const version = places[0]?.record.version;
    if (version !== undefined && !first.has(name)) first.set(name, version);
  }
  return [...first]
    .toSorted(([one], [other]) => order(one, other))
    .map(([name, version]) => `${name} (${sign} ${version})`);
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
