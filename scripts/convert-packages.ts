/**
 * `npm run packages:convert`: indexes of other kinds of apt's, for tests with as many packages as a distribution has. What
 * it writes says that it was converted. Exit status: 0 done, 1 something can't be read or written, 2 wrong usage.
 */
import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { convertToApk } from "./convert-packages/apk.ts";
import { convertToCnf } from "./convert-packages/cnf.ts";
import { readPackages } from "./convert-packages/deb-package.ts";
import { readFileLists } from "./convert-packages/file-lists.ts";
import { convertToPacman } from "./convert-packages/pacman.ts";
import { convertToRpm } from "./convert-packages/rpm.ts";
import type { Conversion } from "./convert-packages/suite.ts";
import { contentsIn } from "./judge-packages/suite-files.ts";

const conversions = {
  rpm: convertToRpm,
  pacman: convertToPacman,
  apk: convertToApk,
  cnf: convertToCnf,
} as const satisfies Readonly<Record<string, Conversion>>;

const usage = `Usage: npm run packages:convert -- --from DIR --to DIR --kind KIND [options]

  --from DIR         has apt's Packages, and its Contents-*, plain or .gz
  --to DIR           gets the other kind's indexes; made where it isn't there
  --kind KIND        ${Object.keys(conversions).join(", ")}
  --name NAME        of pacman's database, and of the suite (default: the folder's name)
  --security FILE    a security suite's Packages: its versions are advisories of type security
`;

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      from: { type: "string" },
      to: { type: "string" },
      kind: { type: "string" },
      name: { type: "string" },
      security: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const { from, to, kind = "", security } = values;
  if (from === undefined || to === undefined) return fail("--from and --to take a folder each", 2);
  const convert = Object.entries(conversions).find(([name]) => name === kind)?.[1];
  if (convert === undefined) {
    return fail(`--kind takes one of ${Object.keys(conversions).join(", ")}`, 2);
  }
  const index = join(from, "Packages");
  if (!existsSync(index)) return fail(`${from} has no Packages: unpack Packages.xz there.`, 1);
  progress("Reading packages");
  const packages = readPackages(index);
  progress("Reading files of packages");
  const files = await readFileLists(
    contentsIn(from),
    packages.map(({ name }) => name),
    join(to, ".files-of-packages"),
  );
  try {
    const late = security === undefined ? [] : readPackages(security);
    const written = await convert(
      {
        packages,
        files,
        from: resolve(from),
        name: values.name ?? basename(resolve(from)),
        date: Math.floor(statSync(index).mtimeMs / 1000),
        security: new Set(late.map(({ name, version }) => `${name} ${version}`)),
      },
      to,
      (done) => progress(`Writing ${kind}: ${Math.round(done * 100)} %`),
    );
    progress("");
    for (const path of written) process.stdout.write(`${path}\n`);
    return 0;
  } finally {
    files.remove();
  }
}

function fail(message: string, status: number): number {
  progress("");
  process.stderr.write(status === 2 ? `${message}\n\n${usage}` : `${message}\n`);
  return status;
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

try {
  process.exitCode = await run();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  // parseArgs throws for an option it doesn't know, or one without its value.
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  process.exitCode = fail(message, String(code).startsWith("ERR_PARSE_ARGS") ? 2 : 1);
}
