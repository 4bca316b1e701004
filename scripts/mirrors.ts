/** `npm run mirrors -- <command>`: check, import, build and operate the mirror list. */
import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { viewsKey } from "../worker/views-key.ts";
import { checkList } from "./mirrors/check.ts";
import { compileMirrorList } from "./mirrors/compile.ts";
import { type ListKind, listKinds, loadGazetteer, runImport } from "./mirrors/import/run-import.ts";
import { formatSummary } from "./mirrors/import/summary.ts";
import {
  builtVersions,
  deployedVersions,
  nextVersion,
  withVersion,
} from "./mirrors/list-version.ts";
import { withState } from "./mirrors/operate.ts";
import { formatProblem, type Problem } from "./mirrors/problem.ts";
import { readListFiles } from "./mirrors/read-list.ts";
import type { SiteState } from "./mirrors/site.ts";

const usage = `Usage: npm run mirrors -- <command> [options]

  check                                   check every file of the list
  import debian|almalinux|ubuntu FILE...  add the mirrors of an upstream list
  build [--out FILE]                      compile the list to the views the edge decides from
  apply                                   publish the list to the deployed service, through wrangler
  drain NAME --by WHO --why TEXT          no new clients; still probed
  disable NAME --by WHO --why TEXT        leave alone altogether
  enable NAME                             back in service

  --list DIR         the list's folder (default: mirror-list)
  --json             check, import: the result as JSON
  --until DATE       drain, disable: until then (2026-12-01 or 2026-12-01T06:00Z)
  --repository NAME  drain, disable, enable: only this repository on the mirror
`;

/** Runs one command. Returns the exit status: 0 done, 1 errors in the list, 2 wrong usage. */
async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      list: { type: "string", default: "mirror-list" },
      out: { type: "string" },
      json: { type: "boolean", default: false },
      by: { type: "string" },
      why: { type: "string" },
      until: { type: "string" },
      repository: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const [command, ...operands] = positionals;
  const [first] = operands;
  switch (command) {
    case "check":
      return operands.length === 0 ? check(values.list, values.json) : wrongUsage();
    case "import": {
      const kind = listKinds.find((name) => name === first);
      const files = operands.slice(1);
      if (kind === undefined || files.length === 0) return wrongUsage();
      return importFiles(kind, files, values.list, values.json);
    }
    case "build":
      if (operands.length > 0) return wrongUsage();
      return build(values.list, values.out ?? join(values.list, "built", "views.txt"));
    case "apply":
      if (operands.length > 0) return wrongUsage();
      return apply(values.list);
    case "drain":
    case "disable": {
      const { by, why, until } = values;
      if (first === undefined || operands.length > 1 || !by || !why) return wrongUsage();
      const is = command === "drain" ? "drained" : "disabled";
      const state = { is, by, why, ...(until !== undefined && { until }) } as const;
      return setState(values.list, first, state, values.repository);
    }
    case "enable":
      if (first === undefined || operands.length > 1) return wrongUsage();
      return setState(values.list, first, undefined, values.repository);
    default:
      return wrongUsage();
  }
}

/** Builds, then puts the views where every location's edge looks for them. */
async function apply(list: string): Promise<number> {
  const file = join(list, "built", "views.txt");
  const built = await build(list, file, deployedVersions);
  if (built !== 0) return built;
  const args = ["kv", "key", "put", viewsKey, "--binding", "VIEWS", "--remote", "--path", file];
  const { status, error } = spawnSync("wrangler", args, { stdio: "inherit" });
  if (error !== undefined) return wrongUsage(`wrangler could not be started: ${error.message}`);
  return status ?? 1;
}

function wrongUsage(message?: string): number {
  process.stderr.write(message === undefined ? usage : `${message}\n\n${usage}`);
  return 2;
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

function printProblems(errors: readonly Problem[], warnings: readonly Problem[]): void {
  for (const problem of errors) process.stderr.write(`${formatProblem(problem)}\n`);
  for (const problem of warnings) {
    process.stderr.write(
      `${formatProblem({ ...problem, message: `warning: ${problem.message}` })}\n`,
    );
  }
}

async function check(dir: string, json: boolean): Promise<number> {
  progress("Reading the list");
  const [files, gazetteer] = await Promise.all([readListFiles(dir), loadGazetteer()]);
  progress("Checking");
  const { errors, warnings, sites, repositories } = checkList(files, Date.now(), (...place) =>
    gazetteer.awayFrom(...place),
  );
  progress("");
  const count = files.mirrors.length + files.repositories.length;
  const mirrors = sites.length;
  if (json) {
    const result = { files: count, mirrors, repositories: repositories.length, errors, warnings };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } else {
    printProblems(errors, warnings);
    const placed = sites.filter((site) => site.latitude !== undefined);
    const approximate = sites.filter((site) => site.approximate).length;
    process.stdout.write(
      `${count} files: ${mirrors} mirrors (${placed.length - approximate} placed, ${approximate} approximately, ${mirrors - placed.length} not), ${repositories.length} repositories; ${errors.length} errors, ${warnings.length} warnings\n`,
    );
  }
  return errors.length > 0 ? 1 : 0;
}

async function importFiles(
  kind: ListKind,
  files: string[],
  dir: string,
  json: boolean,
): Promise<number> {
  progress(`Importing ${files.length} files`);
  const result = await runImport(kind, files, dir, Date.now());
  progress("");
  if (Array.isArray(result)) {
    printProblems(result, []);
    process.stderr.write("The list has errors: nothing was imported. Correct them first.\n");
    return 1;
  }
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : formatSummary(result));
  return 0;
}

/** @param deployed asks for the versions of lists whose place the built one is to take, besides that in the file */
async function build(
  dir: string,
  out: string,
  deployed: () => Promise<number[]> = async () => [],
): Promise<number> {
  const now = Date.now();
  const compiled = await compileMirrorList(dir, now);
  printProblems(compiled.errors, compiled.warnings);
  if (!compiled.views) {
    process.stderr.write("The list has errors: nothing was built.\n");
    return 1;
  }
  const before = [...(await deployed()), ...(await builtVersions(out))];
  const views = withVersion(compiled.views, nextVersion(now, before));
  const text = JSON.stringify(views);
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, text);
  const size = Math.round(Buffer.byteLength(text) / 1000);
  process.stdout.write(
    `${out}: ${views.roster.mirrors.length} mirrors, ${views.catalogue.repositories.length} repositories, ${size} kB\n`,
  );
  return 0;
}

async function setState(
  dir: string,
  name: string,
  state: SiteState | undefined,
  repository: string | undefined,
): Promise<number> {
  // A name is a file's name here: nothing with a slash may reach the path.
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(name)) return wrongUsage(`${name} is no mirror's name.`);
  if (state?.until !== undefined && !(Date.parse(state.until) > Date.now())) {
    return wrongUsage(`--until ${state.until} isn't a moment to come.`);
  }
  const file = join(dir, "mirrors", `${name}.yaml`);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) {
    process.stderr.write(`There is no mirror ${name}: ${file} can't be read.\n`);
    return 1;
  }
  const result = withState(file, text, state, repository);
  if ("fault" in result) {
    process.stderr.write(`${result.fault}\n`);
    return 1;
  }
  await writeFile(file, result.text);
  const what = repository === undefined ? name : `${repository} on ${name}`;
  process.stdout.write(`${what} is ${state?.is ?? "enabled"}.\n`);
  return 0;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const wrongOption =
    error instanceof TypeError &&
    "code" in error &&
    String(error.code).startsWith("ERR_PARSE_ARGS");
  const message = error instanceof Error ? error.message : String(error);
  if (wrongOption) process.exitCode = wrongUsage(message);
  else {
    process.stderr.write(`${message}\n`);
    process.exitCode = 1;
  }
}
