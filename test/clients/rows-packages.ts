/** The search for packages with the programs of `docs/packages.md`: rmadison, and its functions for a shell. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Outcome } from "../lab/process.ts";
import { type MadePackages, madeName, withMadePackages } from "./made-packages.ts";
import { type MadisonRow, madisonTable } from "./madison-table.ts";
import { until } from "./observe.ts";
import { endedWell, runProgram } from "./programs.ts";
import { check, type Row, type RowContext } from "./row.ts";
import { aptRootPath } from "./rows-snapshots.ts";

const document = join(import.meta.dirname, "../../docs/packages.md");

function rmadison(context: RowContext, ...args: readonly string[]): Promise<Outcome> {
  const url = `${context.tap.url}/madison`;
  return runProgram(context, "rmadison", ["--noconf", "-u", url, ...args]);
}

function equals(what: string, told: string, expected: string): void {
  check(told === expected, `${what} printed\n${told}in place of\n${expected}`);
}

/** All packages of an edition, as its index has them. */
function labRows({ trees }: RowContext, edition: number): MadisonRow[] {
  const index = join(trees.root(edition), "lab/dists/stable/main/binary-amd64/Packages.gz");
  const stanzas = gunzipSync(readFileSync(index)).toString().split("\n\n");
  return stanzas
    .filter((stanza) => stanza.trim() !== "")
    .map((stanza) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(stanza)?.[1] ?? "";
      return {
        name: field("Package"),
        version: field("Version"),
        suite: "stable",
        architecture: field("Architecture"),
      };
    });
}

/** The lab's own repository: all of its packages, with what their versions have in them, and those of the next state. */
async function followed(context: RowContext): Promise<string> {
  const first = labRows(context, 1);
  const names = first.map(({ name }) => name);
  const tells = async (edition: number) => {
    const rows = labRows(context, edition);
    const newest = rows.find(({ name }) => name === "near-data")?.version ?? "none";
    // Being asked for is what has a repository followed.
    await until(context, `/lab/${aptRootPath}`, ({ status }) => status === 200);
    await until(context, "/madison?package=near-data&text=on", ({ text }) => text.includes(newest));
    const { stdout } = endedWell("rmadison", await rmadison(context, ...names));
    equals("rmadison", stdout, await madisonTable(context, rows));
  };
  await tells(1);
  context.lab.publish(2);
  await tells(2);
  return `${first.length} packages of the index, and those of the next state`;
}

/** What rmadison's options leave, of three suites. */
function options(context: RowContext): Promise<string> {
  return withMadePackages(context, async ({ suites }) => {
    const [, updates, security] = suites;
    const inUpdates = updates?.packages.find(({ name }) => name.startsWith("lib"));
    const inSecurity = (of: string) =>
      security?.packages.find(
        ({ name, architecture }) => architecture === of && name !== inUpdates?.name,
      );
    const [one, two, three] = [inUpdates, inSecurity("amd64"), inSecurity("all")];
    const all = suites.flatMap(({ suite, packages }) =>
      packages.map((each) => ({ ...each, suite })),
    );
    check(
      one !== undefined && two !== undefined && three !== undefined,
      "the suites have too little that is updated",
    );
    const names = [one.name, two.name, three.name];
    const ofNames = all.filter(({ name }) => names.includes(name));
    const tries: [string[], MadisonRow[]][] = [
      [names, ofNames],
      [["-s", "bookworm", ...names], ofNames.filter(({ suite }) => suite === "bookworm")],
      [
        ["-s", "bookworm,bookworm-security", ...names],
        ofNames.filter(({ suite }) => suite !== "bookworm-updates"),
      ],
      // Packages of `all` are each architecture's.
      [["-a", "amd64", ...names], ofNames],
      [["-a", "all", ...names], ofNames.filter(({ architecture }) => architecture === "all")],
      [["-c", "main", ...names], ofNames],
      [["-S", one.source], all.filter(({ name, source }) => [name, source].includes(one.source))],
      [["none-such"], []],
    ];
    for (const [args, expected] of tries) {
      const { stdout } = endedWell("rmadison", await rmadison(context, ...args));
      equals(`rmadison ${args.join(" ")}`, stdout, await madisonTable(context, expected));
    }
    const wrong = await rmadison(context, "-s", "bookwurm", ...names);
    check(wrong.code === 1 && wrong.stdout === "", `an unknown suite ended with ${wrong.code}`);
    return `${tries.length} calls are as the index says, ${ofNames.length} rows without options`;
  });
}

/** Runs the document's block that defines a function, and then a line, in bash with no start files. */
async function documented(context: RowContext, name: string, line: string): Promise<Outcome> {
  const blocks = [...readFileSync(document, "utf8").matchAll(/```sh\n([\s\S]*?)```/g)];
  const block = blocks.map(([, text = ""]) => text).find((text) => text.includes(`${name}()`));
  check(block !== undefined, `docs/packages.md has no ${name}`);
  const script = `near=${context.tap.url}\n${block}\n${line}`;
  return runProgram(context, "bash", ["--noprofile", "--norc", "-c", script], {
    LC_ALL: "C.UTF-8",
  });
}

function sortedLines(text: string): string {
  const lines = text.split("\n").filter((line) => line !== "");
  return [...new Set(lines)]
    .toSorted()
    .map((line) => `${line}\n`)
    .join("");
}

function fileLines(files: MadePackages["files"]): string {
  return sortedLines(files.map(({ path, owner }) => `${owner}: /${path}`).join("\n"));
}

function nearFile(context: RowContext): Promise<string> {
  return withMadePackages(context, async ({ files }) => {
    const blank = files.find(({ path }) => path.includes("  "));
    const command = files.find(({ path }) => /^usr\/bin\//.test(path));
    check(blank !== undefined && command !== undefined, "the suite has no such files");
    const end = command.path.replace("usr/", "");
    const tries: [string, (file: MadePackages["files"][number]) => boolean][] = [
      [`search '${end}'`, ({ path }) => path === end || path.endsWith(`/${end}`)],
      [`search '/${blank.path}'`, ({ path }) => path === blank.path],
      ["search '/usr/share/shared/one.conf'", ({ path }) => path === "usr/share/shared/one.conf"],
      [`list '${command.owner}'`, ({ owner }) => owner === command.owner],
    ];
    for (const [words, isMeant] of tries) {
      const ran = await documented(context, "near_file", `near_file ${words}`);
      const expected = fileLines(files.filter(isMeant));
      equals(`near_file ${words}`, sortedLines(endedWell("bash", ran).stdout), expected);
    }
    const none = await documented(context, "near_file", "near_file list none-such");
    check(none.code === 22 && none.stdout === "", `a package that isn't there: ${none.code}`);
    return `${tries.length} calls are as Contents say`;
  });
}

function commandNotFound(context: RowContext): Promise<string> {
  return withMadePackages(context, async ({ suites, files }) => {
    const owners = new Map<string, Set<string>>();
    for (const { path, owner } of files) {
      const name = /^(?:usr\/)?(?:s?bin|games)\/([^/]+)$/.exec(path)?.[1];
      if (name !== undefined) owners.set(name, (owners.get(name) ?? new Set()).add(owner));
    }
    const shared = [...owners].filter(([, of]) => of.size > 1).slice(0, 2);
    // Of packages that no other suite has newer.
    const [, updates, security] = suites;
    const later = new Set(
      [updates, security].flatMap((suite) => suite?.packages.map(({ name }) => name) ?? []),
    );
    const single = [...owners].filter(([, of]) => [...of].every((name) => !later.has(name)));
    const tried = [...shared, ...single.slice(0, 2)];
    check(tried.length === 4, "the suite has no such commands");
    for (const [command, of] of tried) {
      const ran = await documented(context, "command_not_found_handle", `'${command}' a 'b c'`);
      check(ran.code === 127 && ran.stdout === "", `${command} ended with ${ran.code}`);
      const lines = ran.stderr.split("\n").filter((line) => line !== "");
      equals(command, `${lines.at(-1)}\n`, `bash: ${command}: command not found\n`);
      const expected = await Promise.all([...of].map((name) => installed(context, suites, name)));
      const told = expected.map((one) => `${command} is in ${one}`).join("\n");
      equals(command, sortedLines(lines.slice(0, -1).join("\n")), sortedLines(told));
    }
    return `${tried.map(([command]) => command).join(", ")}: owners are those of Contents`;
  });
}

/** The newest version by dpkg, and where it is. */
async function installed(
  context: RowContext,
  suites: MadePackages["suites"],
  wanted: string,
): Promise<string> {
  const rows = suites.flatMap(({ suite, packages }) =>
    packages
      .filter(({ name }) => name === wanted)
      .map(({ name, version, architecture }) => ({ name, version, suite, architecture })),
  );
  const lines = (await madisonTable(context, rows)).trimEnd().split("\n");
  const [name, version, suite] = (lines.at(-1) ?? "").split("|").map((cell) => cell.trim());
  return `${name} ${version} (${madeName}/${suite})`;
}

const deadlineMs = 120_000;

export const packageRows: readonly Row[] = [
  {
    row: "rmadison-follows",
    promise: "`rmadison -u` prints all versions of the index, and after a publish the new ones",
    client: "rmadison",
    needs: "apt",
    verified: true,
    deadlineMs,
    run: followed,
  },
  {
    row: "rmadison-options",
    promise:
      "`rmadison` with `-s`, `-a`, `-c` and `-S` prints what the indexes of three suites say",
    client: "rmadison",
    needs: "apt",
    deadlineMs,
    run: options,
  },
  {
    row: "near-file",
    promise: "The function that docs/packages.md has for files prints what Contents say",
    client: "curl",
    needs: "apt",
    deadlineMs,
    run: nearFile,
  },
  {
    row: "command-not-found",
    promise:
      "The handler that docs/packages.md has for bash names the packages that have a command",
    client: "curl",
    needs: "apt",
    deadlineMs,
    run: commandNotFound,
  },
];
