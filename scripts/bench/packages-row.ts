/** `npm run bench -- --packages`: searches for packages beside the hosts' own tools, over the same files, in one run. */
import { accessSync, constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import { makeScratch } from "../../test/lab/scratch.ts";
import { convertSuite } from "../convert-packages/converted.ts";
import { convertToPacman } from "../convert-packages/pacman.ts";
import { convertToRpm } from "../convert-packages/rpm.ts";
import { AptRoot } from "../judge-packages/apt-root.ts";
import { Asker } from "../judge-packages/asker.ts";
import { readContents } from "../judge-packages/contents-oracle.ts";
import { DnfRoot } from "../judge-packages/dnf-root.ts";
import { drawn } from "../judge-packages/drawn.ts";
import { writeMadeSuites } from "../judge-packages/made-suite.ts";
import { PacmanRoot } from "../judge-packages/pacman-root.ts";
import { aptOrigin, serveSuites } from "../judge-packages/serve.ts";
import { namesOf, type SuiteFiles, suiteFiles } from "../judge-packages/suite-files.ts";
import { seeded } from "../random.ts";
import { tellProgress } from "./measure.ts";
import { type Asks, pairsOf, type Tools } from "./packages/contestants.ts";
import { type Inside, measureInside, type Times } from "./packages/inside.ts";
import { checkTools } from "./packages/needed-tools.ts";
import { type Timed, timePairs } from "./packages/timed.ts";
import type { Row, RowOptions, Told } from "./row.ts";

/** How many times faster than each tool. */
const goalRatio = 50;
/** Questions of each kind whose time inside is measured. */
const insideRequests = 1000;
/** Of each kind, asked before anything is timed. */
const warmingRequests = 300;
/** Packages of a suite that is made, where there are no files. */
const madePackages = 4000;
const madeSeed = 1;

/** What people type: words of descriptions. */
const words = [
  "pdf viewer",
  "json parser",
  "image editor",
  "web server",
  "text editor",
  "python library",
  "compress files",
  "screen recorder",
  "mail client",
  "network monitor",
  "music player",
  "math library",
  "game engine",
  "disk usage",
  "password manager",
  "file manager",
];

export const packagesRow: Row = {
  help: "packages found, beside apt-cache, apt-file, dnf and pacman; --from SUITE=DIR: over real files, --rounds and --json count",
  needsWrk: false,
  measure,
};

async function measure({ rounds, from = [] }: RowOptions): Promise<Told> {
  // Before anything else: converting real files takes minutes.
  checkTools(process.env.PATH ?? "", isProgram);
  const scratch = makeScratch("bench-packages");
  const folder = (name: string) => {
    const made = join(scratch.directory, name);
    mkdirSync(made);
    return made;
  };
  try {
    const given = from.length > 0 ? from : writeMadeSuites(folder("made"), madePackages, madeSeed);
    const suites = given.map(suiteFiles);
    const [suite] = suites;
    if (suite === undefined) throw new Error("there is no suite");
    const asks = await asksOf(suite);
    tellProgress("converting for dnf and pacman");
    const converted = folder("converted");
    const [rpm, databases] = [join(converted, "rpm"), join(converted, "pacman")];
    const wanted = [
      { convert: convertToRpm, to: rpm },
      { convert: convertToPacman, to: databases },
    ];
    await convertSuite(suite, wanted, converted);
    const dnf = new DnfRoot(folder("dnf"), rpm);
    // The first run reads all of it: later ones have it in their own form.
    dnf.repoquery("--whatprovides", "/usr/bin/none");
    const pacman = new PacmanRoot(folder("pacman"), databases, suite.suite);
    const tools: Tools = { apt: new AptRoot(folder("apt"), suites), dnf, pacman };
    tools.apt.cache("madison", "apt");
    const origin = await aptOrigin(folder("served"), suites);
    const served = await serveSuites(origin, { store: folder("store"), progress: tellProgress });
    const asker = new Asker(served.url);
    try {
      const where = `repository=${served.repository}&suite=${suite.suite}`;
      const pairs = pairsOf(tools, asks, where);
      tellProgress("warming the service up");
      for (const path of warmingPaths(asks, where)) await asker.ask(path);
      const timed = await timePairs(pairs, asker, rounds, tellProgress);
      const inside: Inside[] = [];
      for (const one of insideKinds(asks, where)) {
        tellProgress(`inside: ${one.kind}`);
        inside.push(await measureInside(asker, served.pid, one));
      }
      return told(timed, inside, suite);
    } finally {
      asker.end();
      await served.stop();
    }
  } finally {
    scratch.remove();
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function insideKinds(asks: Asks, where: string) {
  const search = (q: string, more = "") =>
    `api/v1/packages?${where}${more}&q=${encodeURIComponent(q)}`;
  const some = (values: readonly string[]) => values.slice(0, insideRequests);
  return [
    { kind: "exact", goalMs: 2, paths: some(asks.names).map((name) => search(name, "&exact=1")) },
    { kind: "words", goalMs: 6, paths: wordPairs(asks.words).map((q) => search(q)) },
    { kind: "prefix", goalMs: 20, paths: some(asks.names).map((name) => search(name.slice(0, 4))) },
    {
      kind: "file",
      goalMs: 15,
      paths: some(asks.paths).map(
        (path) => `api/v1/files?${where}&match=path&path=${encodeURIComponent(`/${path}`)}`,
      ),
    },
  ];
}

/** Questions that nobody is timed with: a service that runs has compiled what it does all day. */
function warmingPaths({ words: given, names, paths }: Asks, where: string): string[] {
  const last = <Value>(values: readonly Value[]) => values.slice(-warmingRequests);
  return [
    ...last(names).map((name) => `api/v1/packages?${where}&q=${encodeURIComponent(`${name}x`)}`),
    ...last(names).map((name) => `madison?package=${encodeURIComponent(`${name}x`)}`),
    ...last(wordPairs(given)).map(
      (q) => `api/v1/packages?${where}&limit=19&q=${encodeURIComponent(q)}`,
    ),
    ...last(paths).map(
      (path) => `api/v1/files?${where}&limit=19&match=path&path=${encodeURIComponent(`/${path}`)}`,
    ),
  ];
}

/** Each word with each: questions that nobody asked before. */
function wordPairs(given: readonly string[]): string[] {
  const single = [...new Set(given.flatMap((one) => one.split(" ")))];
  return single.flatMap((one) =>
    single.filter((other) => other !== one).map((other) => `${one} ${other}`),
  );
}

async function asksOf(suite: SuiteFiles): Promise<Asks> {
  const random = seeded(madeSeed);
  const contents = await readContents(suite.contents, insideRequests, random);
  const provides = suite.packages.flatMap((one) =>
    one.relation("Provides").flatMap(([first]) => first?.name ?? []),
  );
  const asks = {
    names: namesOf(suite),
    words,
    paths: contents.random.filter((path) => !/[^!-~]/.test(path)),
    commands: [...contents.commands.keys()],
    provides: [...new Set(provides)],
  };
  const few = (values: readonly string[]) => drawn(values, insideRequests, random);
  return {
    ...asks,
    names: few(asks.names),
    commands: few(asks.commands),
    provides: few(asks.provides),
  };
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}

/** Half of them, and 99 of 100. */
function both({ p50Ms, p99Ms }: Times): string {
  return `${p50Ms.toFixed(2)}/${ms(p99Ms)}`;
}

function told(timed: readonly Timed[], inside: readonly Inside[], suite: SuiteFiles): Told {
  const slow = timed.filter(({ ratio }) => ratio < goalRatio).map(({ name }) => name);
  const late = inside.filter(({ p99Ms, goalMs }) => p99Ms > goalMs).map(({ kind }) => kind);
  const missed = [
    ...(slow.length > 0 ? [`less than ${goalRatio} times faster than ${slow.join(", ")}`] : []),
    ...(late.length > 0 ? [`p99 inside above its goal: ${late.join(", ")}`] : []),
  ];
  return {
    json: { suite: suite.suite, packages: suite.packages.length, timed, inside },
    lines: [
      `${suite.packages.length} packages of ${suite.suite}; medians, the tool's whole run and our whole request`,
      ...timed.map(
        ({ name, toolMs, oursMs, ratio }) =>
          `${name.padEnd(30)} ${toolMs.toFixed(0).padStart(6)} ms  ${oursMs.toFixed(2).padStart(7)} ms  ${ratio.toFixed(0).padStart(6)} times`,
      ),
      "inside: whole request less a constant answer of the same edge, each place of their distributions by itself",
      ...inside.map(
        ({ kind, p50Ms, p99Ms, whole, constant, cpu, goalMs, requests }) =>
          `${kind.padEnd(7)} p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)} (goal ${goalMs}); whole ${both(whole)}, constant ${both(constant)}, processor ${both(cpu)}; ${requests} requests`,
      ),
    ],
    ...(missed.length > 0 && { fault: missed.join("; ") }),
  };
}
