/**
 * `npm run solve:universes`: frozen universes of real indexes, which solvers and the real tools are both asked about. Exit
 * status: 0 made, 1 something can't be read or isn't what its Release says, 2 wrong usage.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freezeIndex } from "./solve-truths/freeze-index.ts";
import { readRelease } from "./solve-truths/release-facts.ts";
import {
  solvingFields,
  type UniverseFacts,
  type UniverseIndex,
  type UniverseSuite,
  universeFormat,
} from "./solve-truths/universe-facts.ts";

const usage = `Usage: npm run solve:universes -- --from SUITE=DIR --url SUITE=URL [...] --to DIR [options]

  --from SUITE=DIR         a suite's folder: has InRelease or Release, and main/binary-ARCH/Packages, plain, .xz or .gz.
                           Several, in the order of apt's sources
  --url SUITE=URL          where the folder is from
  --to DIR                 gets SUITE.ARCH.xz and universe.json: test/universes/debian-12
  --architectures A,B      (default: amd64,i386)
  --component NAME         (default: main)
`;

class UsageError extends Error {}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      from: { type: "string", multiple: true, default: [] },
      url: { type: "string", multiple: true, default: [] },
      to: { type: "string" },
      architectures: { type: "string", default: "amd64,i386" },
      component: { type: "string", default: "main" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const { to, component } = values;
  if (to === undefined || values.from.length === 0) {
    throw new UsageError("--from and --to are needed.");
  }
  const folders = values.from.map((text) => pair("--from", text));
  const urls = new Map(values.url.map((text) => pair("--url", text)));
  mkdirSync(to, { recursive: true });
  const suites: UniverseSuite[] = [];
  for (const [name, folder] of folders) {
    const url = urls.get(name);
    if (url === undefined) throw new UsageError(`--url ${name}=URL is missing.`);
    const release = readRelease(folder);
    const indexes: UniverseIndex[] = [];
    for (const architecture of values.architectures.split(",")) {
      const file = `${name}.${architecture}.xz`;
      progress(`Freezing ${file}`);
      const origin = `${component}/binary-${architecture}/Packages`;
      const frozen = await freezeIndex(join(folder, origin), join(to, file), solvingFields);
      const promised = release.hashes.get(origin);
      if (frozen.originSha256 !== promised) {
        throw new Error(
          `${join(folder, origin)} has SHA-256 ${frozen.originSha256}, its Release says ${promised ?? "nothing"}: fetch both anew.`,
        );
      }
      indexes.push({ architecture, file, origin, ...frozen });
    }
    suites.push({ name, url, component, release: release.facts, indexes });
  }
  progress("");
  const command = [
    "npm run solve:universes --",
    ...suites.map(({ name, url }) => `--from ${name}=DIR --url ${name}=${url}`),
    `--to ${to} --architectures ${values.architectures} --component ${component}`,
  ].join(" ");
  const facts: UniverseFacts = { format: universeFormat, command, fields: solvingFields, suites };
  writeFileSync(join(to, "universe.json"), `${JSON.stringify(facts, null, 2)}\n`);
  for (const { file, bytes, packages } of suites.flatMap(({ indexes }) => indexes)) {
    process.stdout.write(`${join(to, file)}: ${packages} packages, ${bytes} bytes\n`);
  }
}

function pair(option: string, text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  if (at < 1 || !/^[a-z0-9-]+$/.test(text.slice(0, at))) {
    throw new UsageError(`${option} takes SUITE=..., such as ${option} main=..., not "${text}".`);
  }
  return [text.slice(0, at), text.slice(at + 1)];
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

try {
  await run();
} catch (error) {
  progress("");
  const message = error instanceof Error ? error.message : String(error);
  // parseArgs throws for an option it doesn't know, or one without its value.
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  const isUsage = error instanceof UsageError || String(code).startsWith("ERR_PARSE_ARGS");
  process.stderr.write(isUsage ? `${message}\n\n${usage}` : `${message}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
