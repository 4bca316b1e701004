/**
 * `npm run judge:packages`: what the search for packages answers, held against what the real tools say of the same files.
 * Exit status: 0 all goals are met, 1 one is missed or something can't be asked, 2 wrong usage.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeScratch } from "../test/lab/scratch.ts";
import { endAtOnce } from "./end-at-once.ts";
import { Asker } from "./judge-packages/asker.ts";
import { type CheckName, checks, isCheckName, type Judging } from "./judge-packages/checks.ts";
import { writeMadeSuites } from "./judge-packages/made-suite.ts";
import {
  isOtherKind,
  type OtherKind,
  otherKinds,
  otherOrigin,
} from "./judge-packages/other-origin.ts";
import { costLines, verdictLines } from "./judge-packages/report.ts";
import type { ServedSuites } from "./judge-packages/serve.ts";
import { type SuiteFiles, suiteFiles } from "./judge-packages/suite-files.ts";
import type { Verdict } from "./judge-packages/verdict.ts";
import { seeded } from "./random.ts";

endAtOnce();

const usage = `Usage: npm run judge:packages -- --from SUITE=DIR... (--url URL | --serve) [options]

  --from SUITE=DIR   apt's Packages of a suite, its Contents-* and Translation-en; the first one is judged, all are asked for versions
  --made N           in place of files: suites of N packages that are made of the seed
  --serve            starts a service over these files, judges it, and ends it
  --heaps            with --serve: tells what the watchers' isolate held; on a quiet machine
  --kind KIND        with --serve: the first suite converted to ${otherKinds.join(", ")}
  --converted DIR    with --kind: where that was converted to before
  --url URL          a service that runs
  --repository NAME  which repository of it (default debian)
  --only CHECK       may be repeated: ${Object.keys(checks).join(", ")}
  --sample N         at most so many questions of each check
  --all              all names, commands, provides and descriptions, and --sample of what has no list
  --seed S           whole number; the same seed asks the same (default 1)
  --judgements FILE  judged queries, one a line: {"query": "pdf viewer", "accept": ["evince"]}
  --stay             with --serve: judge nothing, and serve until Ctrl-C
  --json             one JSON object instead of tables
`;

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      from: { type: "string", multiple: true, default: [] },
      made: { type: "string" },
      serve: { type: "boolean", default: false },
      stay: { type: "boolean", default: false },
      heaps: { type: "boolean", default: false },
      kind: { type: "string" },
      converted: { type: "string" },
      url: { type: "string" },
      repository: { type: "string", default: "debian" },
      only: { type: "string", multiple: true, default: [] },
      sample: { type: "string" },
      all: { type: "boolean", default: false },
      seed: { type: "string", default: "1" },
      judgements: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const [seed, sample, made] = [values.seed, values.sample, values.made].map(wholeNumber);
  if (seed === undefined) return fail("--seed takes a whole number", 2);
  if (values.sample !== undefined && sample === undefined)
    return fail("--sample takes a number", 2);
  if ((values.from.length === 0) === (made === undefined)) {
    return fail("Give either --from or --made: which files are judged by", 2);
  }
  if (values.serve === (values.url !== undefined)) return fail("Give either --serve or --url", 2);
  const wrong = values.only.find((name) => !isCheckName(name));
  if (wrong !== undefined) {
    return fail(`No check ${wrong}; there are ${Object.keys(checks).join(", ")}`, 2);
  }
  const { kind, converted } = values;
  if (kind !== undefined && !(isOtherKind(kind) && values.serve)) {
    return fail(`--kind takes ${otherKinds.join(", ")}, with --serve`, 2);
  }
  const scratch = makeScratch("judge");
  try {
    const given =
      made === undefined
        ? values.from
        : writeMadeSuites(join(scratch.directory, "made"), made, seed);
    progress("Reading files of the suites");
    const suites = given.map(suiteFiles);
    const served = values.serve
      ? await serve(suites, scratch.directory, { kind, converted, hasInspector: values.heaps })
      : undefined;
    try {
      if (values.stay && served !== undefined) return await stay(served);
      return await judge(suites, {
        url: served?.url ?? values.url ?? "",
        repository: served?.repository ?? values.repository,
        scratch: scratch.directory,
        only: values.only.filter(isCheckName),
        seed,
        ...(sample !== undefined && { sample }),
        ...(values.all && { isWhole: true }),
        ...(values.judgements !== undefined && { judgements: values.judgements }),
        ...(served !== undefined && { served }),
        isJson: values.json,
      });
    } finally {
      await served?.stop();
    }
  } finally {
    scratch.remove();
  }
}

interface Serving {
  kind: OtherKind | undefined;
  converted: string | undefined;
  hasInspector: boolean;
}

async function serve(
  suites: readonly SuiteFiles[],
  directory: string,
  { kind, converted, hasInspector }: Serving,
): Promise<ServedSuites> {
  // A service brings the bundler with it.
  const { aptOrigin, serveSuites } = await import("./judge-packages/serve.ts");
  progress("Making an origin of them");
  const [first] = suites;
  const origin =
    kind === undefined || first === undefined
      ? await aptOrigin(directory, suites)
      : await otherOrigin(directory, kind, first, converted);
  const store = join(directory, "store");
  mkdirSync(store);
  return await serveSuites(origin, { store, progress, hasInspector });
}

/** Until somebody ends it. */
async function stay(served: ServedSuites): Promise<number> {
  progress("");
  process.stdout.write(`${costLines(served.costs).join("\n")}\n${served.url}\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  return 0;
}

interface Told extends Pick<Judging, "scratch" | "sample" | "isWhole" | "judgements"> {
  url: string;
  repository: string;
  only: readonly CheckName[];
  seed: number;
  served?: ServedSuites;
  isJson: boolean;
}

async function judge(suites: readonly SuiteFiles[], told: Told): Promise<number> {
  const [suite] = suites;
  if (suite === undefined) return fail("There is no suite to judge", 2);
  const { scratch, sample, isWhole, judgements, seed, only, served, isJson } = told;
  let checking = "";
  const asker = new Asker(told.url, (done, all) =>
    progress(`Checking ${checking}: ${done.toLocaleString("en")} of ${all.toLocaleString("en")}`),
  );
  const judging: Judging = {
    place: { asker, repository: told.repository, suite: served?.suites[0] ?? suite.suite },
    suite,
    suites,
    ...(served !== undefined &&
      served.kind !== "apt" && { kind: served.kind, converted: served.folder }),
    scratch,
    random: (check) =>
      seeded(seed + [...check].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)),
    ...(sample !== undefined && { sample }),
    ...(isWhole !== undefined && { isWhole }),
    ...(judgements !== undefined && { judgements }),
  };
  const verdicts: Verdict[] = [];
  const faults: string[] = [];
  for (const [name, check] of Object.entries(checks)) {
    if (only.length > 0 && !only.some((one) => one === name)) continue;
    checking = name;
    progress(`Checking ${name}`);
    try {
      verdicts.push(...(await check(judging)));
    } catch (error) {
      faults.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  asker.end();
  progress("");
  if (isJson) {
    process.stdout.write(`${JSON.stringify({ verdicts, faults, costs: served?.costs })}\n`);
  } else {
    const costs = served === undefined ? [] : [...costLines(served.costs), ""];
    process.stdout.write(`${[...costs, ...verdictLines(verdicts)].join("\n")}\n`);
  }
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  return faults.length === 0 && verdicts.every(({ isMet }) => isMet) ? 0 : 1;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
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
