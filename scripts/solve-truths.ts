/**
 * `npm run solve:truths`: asks the real apt what it would do, of a frozen universe, and keeps its answers. Exit status: 0 all
 * are there, 1 some aren't or apt can't be asked, 2 wrong usage.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { AptAsker, aptVersion } from "./solve-truths/apt-asker.ts";
import { hardStrata } from "./solve-truths/draw.ts";
import { makeTruths, type Shard } from "./solve-truths/make-truths.ts";
import { drawnFrom } from "./solve-truths/strata.ts";
import { packTruths } from "./solve-truths/truth-files.ts";
import { readUniverse } from "./solve-truths/universe.ts";

const universes = join(import.meta.dirname, "../test/universes");
/** The tool's versions that follow a policy. */
const policies: Readonly<Record<string, RegExp>> = { "apt-2.6": /^2\.6\./ };
const [native, foreign] = ["amd64", "i386"];

const usage = `Usage: npm run solve:truths -- --universe NAME --policy apt-2.6 --count N|--pack [options]

  --universe NAME    a folder of test/universes: debian-12
  --policy POLICY    ${Object.keys(policies).join(", ")}: what apt-get is here has to follow it
  --count N          how many there are to be: requests 0 to N-1 of the seed. Those that are there are left out
  --shard K/M        only every Mth of them, from the Kth on: others may make the rest meanwhile
  --only STRATUM     only requests of it; hard: of all but plain
  --seed S           (default: 1)
  --processes P      questions at once (default: 1)
  --to DIR           gets the truths (default: test/universes/NAME/POLICY)
  --pack             makes packed files of all truths that are there, as they are committed; asks nothing
  --json             a summary as JSON
`;

class UsageError extends Error {}

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      universe: { type: "string" },
      policy: { type: "string" },
      count: { type: "string" },
      shard: { type: "string", default: "1/1" },
      only: { type: "string" },
      seed: { type: "string", default: "1" },
      processes: { type: "string", default: "1" },
      to: { type: "string" },
      pack: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const { universe: name, policy = "" } = values;
  const follows = policies[policy];
  if (name === undefined || !/^[a-z0-9.-]+$/.test(name))
    throw new UsageError("--universe is a name.");
  if (follows === undefined) {
    throw new UsageError(`--policy is one of ${Object.keys(policies).join(", ")}.`);
  }
  const folder = join(universes, name);
  const to = values.to ?? join(folder, policy);
  if (values.pack) {
    for (const path of packTruths(to)) process.stdout.write(`${path}\n`);
    return 0;
  }
  const [count, seed, processes] = [
    whole("--count", values.count),
    whole("--seed", values.seed),
    whole("--processes", values.processes),
  ];
  const shard = shardOf(values.shard);
  const { only } = values;
  if (only !== undefined && !["plain", "hard", ...hardStrata].includes(only)) {
    throw new UsageError(`--only is one of plain, hard, ${hardStrata.join(", ")}.`);
  }
  const version = aptVersion();
  if (version === undefined || !follows.test(version)) {
    throw new Error(`apt-get here is ${version ?? "missing"}, not one of ${policy}.`);
  }
  progress("Reading the universe");
  const universe = readUniverse(folder);
  const from = drawnFrom(universe, native, foreign);
  const root = mkdtempSync(join(tmpdir(), "nearmirror-truths-"));
  const remove = () => rmSync(root, { recursive: true, force: true });
  // Whoever stops it goes on later: the answers that are there stay, 60 MB of lists don't.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      remove();
      process.exit(1);
    });
  }
  const begun = Date.now();
  try {
    const asker = new AptAsker(root, universe);
    const summary = await makeTruths({
      folder: to,
      made: {
        policy,
        tool: `apt ${version}`,
        seed,
        universe: createHash("sha256")
          .update(readFileSync(join(folder, "universe.json")))
          .digest("hex"),
      },
      from,
      count,
      shard,
      isWanted: (stratum) =>
        only === undefined || stratum === only || (only === "hard" && stratum !== "plain"),
      processes,
      ask: (request, slot) => asker.ask(request, slot),
      progress,
    });
    const seconds = Math.round((Date.now() - begun) / 1000);
    const { wanted, made, refused, left, faults } = summary;
    process.stdout.write(
      values.json
        ? `${JSON.stringify({ ...summary, seconds })}\n`
        : `${made} made in ${seconds} s, ${refused} of them refusals; ${left} of ${wanted} left\n`,
    );
    for (const fault of faults) process.stderr.write(`${fault}\n`);
    return left === 0 ? 0 : 1;
  } finally {
    remove();
  }
}

function whole(option: string, text: string | undefined): number {
  if (
    text === undefined ||
    !/^[0-9]{1,9}$/.test(text) ||
    (option !== "--seed" && Number(text) === 0)
  ) {
    throw new UsageError(`${option} is a whole number, not "${text ?? ""}".`);
  }
  return Number(text);
}

function shardOf(text: string): Shard {
  const [shard = 0, of = 0] = /^[0-9]{1,4}\/[0-9]{1,4}$/.test(text)
    ? text.split("/").map(Number)
    : [];
  if (shard < 1 || shard > of) throw new UsageError(`--shard is K/M, such as 1/4, not "${text}".`);
  return { shard, of };
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

try {
  process.exitCode = await run();
} catch (error) {
  progress("");
  const message = error instanceof Error ? error.message : String(error);
  // parseArgs throws for an option it doesn't know, or one without its value.
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  const isUsage = error instanceof UsageError || String(code).startsWith("ERR_PARSE_ARGS");
  process.stderr.write(isUsage ? `${message}\n\n${usage}` : `${message}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
