/** The judge itself: a service that is right meets all goals, and each fault is told by the check that is for it. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { Asker } from "../../../../scripts/judge-packages/asker.ts";
import { oddQuestion } from "../../../../scripts/judge-packages/check-odd.ts";
import { type CheckName, checks } from "../../../../scripts/judge-packages/checks.ts";
import { writeMadeSuites } from "../../../../scripts/judge-packages/made-suite.ts";
import { suiteFiles } from "../../../../scripts/judge-packages/suite-files.ts";
import type { Verdict } from "../../../../scripts/judge-packages/verdict.ts";
import { seeded } from "../../../../scripts/random.ts";
import { findProgram } from "../../../lab/process.ts";
import { makeScratch } from "../../../lab/scratch.ts";
import { type Fault, standIn } from "./stand-in.ts";

const scratch = makeScratch("judged");
afterAll(() => scratch.remove());
const given = writeMadeSuites(scratch.directory, 400, 7);
const suites = given.map(suiteFiles);
const script = new URL("../../../../scripts/judge-packages.ts", import.meta.url).pathname;

interface Run {
  status: number;
  missed: string[];
  asked: Record<string, number>;
  said: string;
}

async function judged(...more: string[]): Promise<Run> {
  const service = await standIn(suites);
  try {
    const args = ["--url", service.url, "--sample", "120", "--json", ...more];
    const from = given.flatMap((one) => ["--from", one]);
    const { status, out, err } = await node([script, ...from, ...args]);
    const told: { verdicts: { check: string; asked: number; isMet: boolean }[] } = JSON.parse(out);
    return {
      status,
      missed: told.verdicts.filter(({ isMet }) => !isMet).map(({ check }) => check),
      asked: Object.fromEntries(told.verdicts.map(({ check, asked }) => [check, asked])),
      said: err,
    };
  } finally {
    await service.stop();
  }
}

function node(args: string[]): Promise<{ status: number; out: string; err: string }> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ status: code ?? -1, out, err }));
  });
}

const hasApt = findProgram("apt-cache") !== undefined;

test.skipIf(!hasApt)("a service that is right meets all goals (skipped without apt)", async () => {
  const { status, missed, asked, said } = await judged();
  expect({ status, missed, said }).toEqual({ status: 0, missed: [], said: "" });
  expect(asked).toMatchObject({ names: 120, "names at once": 120, commands: 120, versions: 120 });
  expect(asked).toMatchObject({ madison: 120, descriptions: 120 });
  expect(asked["paths with blanks"]).toBeGreaterThan(10);
  expect(asked.provides).toBeGreaterThan(50);
  expect(asked.typos).toBeGreaterThan(100);
});

test.skipIf(!hasApt)("all that has a list is asked for (skipped without apt)", async () => {
  const only = ["names", "names-at-once", "commands", "provides", "typos"].flatMap((name) => [
    "--only",
    name,
  ]);
  const { status, asked } = await judged("--all", ...only);
  const { packages = [] } = suites[0] ?? {};
  const provided = packages.flatMap((one) => one.relation("Provides")).map(([one]) => one?.name);
  expect(status).toBe(0);
  expect(asked).toMatchObject({ names: 400, "names at once": 400 });
  expect(asked.provides).toBe(new Set(provided).size);
  expect(asked.commands).toBeGreaterThan(120);
  // What is drawn without a list is as many as the sample says.
  expect((asked.typos ?? 0) + (asked["typos that are names"] ?? 0)).toBe(120);
});

/** With the check that is made, and what of it is missed. */
const faults: [Fault, CheckName, string][] = [
  ["rank", "names", "names"],
  ["owner", "commands", "commands"],
  ["path", "paths", "paths"],
  ["provides", "provides", "provides"],
  ["version", "versions", "versions"],
  ["madison", "madison", "madison"],
  ["description", "descriptions", "descriptions"],
  ["crash", "odd", "odd queries"],
  ["typo", "typos", "typos"],
];
for (const [fault, check, missing] of faults) {
  test.skipIf(!hasApt)(`a fault of ${fault} is told`, async () => {
    const verdicts = await checked(check, fault);
    const missed = verdicts.filter(({ isMet }) => !isMet);
    expect(missed.map((verdict) => verdict.check)).toContain(missing);
    expect(missed[0]?.wrong[0]).not.toBe("");
  });
}

/** The stand-in takes a name's last text, whichever hash it has. */
for (const [place, isMet] of [
  ["before", true],
  ["behind", false],
] as const) {
  test.skipIf(!hasApt)(`a text of another version that stands ${place} its own`, async () => {
    const [one = ""] = writeMadeSuites(join(scratch.directory, `texts-${place}`), 50, 7);
    const file = join(one.slice(one.indexOf("=") + 1), "Translation-en.gz");
    const text = gunzipSync(readFileSync(file)).toString();
    const name = /^Package: (.*)$/m.exec(text)?.[1];
    const other = `Package: ${name}\nDescription-md5: ${"0".repeat(32)}\nDescription-en: old\n Another text.\n`;
    writeFileSync(file, gzipSync(place === "before" ? `${other}\n${text}` : `${text}\n${other}`));
    const verdicts = await checked("descriptions", undefined, [suiteFiles(one)], `by-${place}`);
    const byHash = verdicts.find(({ check }) => check === "descriptions by hash");
    expect([byHash?.asked, byHash?.isMet]).toEqual([1, isMet]);
  });
}

/** One check, without a process of its own. */
async function checked(
  check: CheckName,
  fault: Fault | undefined,
  of = suites,
  folder: string = fault ?? "right",
): Promise<Verdict[]> {
  const [suite] = of;
  if (suite === undefined) throw new Error("no suite was made");
  const service = await standIn(of, fault);
  const asker = new Asker(service.url);
  const apart = join(scratch.directory, folder);
  mkdirSync(apart);
  try {
    return await checks[check]({
      place: { asker, repository: "debian", suite: suite.suite },
      suite,
      suites: of,
      scratch: apart,
      sample: 120,
      random: () => seeded(1),
    });
  } finally {
    asker.end();
    await service.stop();
  }
}

test("a suite is made the same of the same seed", () => {
  const again = join(scratch.directory, "again");
  mkdirSync(again);
  const [one] = writeMadeSuites(again, 400, 7);
  const read = (from = "") => readFileSync(join(from.slice(from.indexOf("=") + 1), "Packages"));
  expect(read(one).equals(read(given[0]))).toBe(true);
});

test("odd questions can be sent as they are", () => {
  const random = seeded(3);
  for (let count = 0; count < 5000; count++) {
    const path = oddQuestion(random);
    expect(path, `question ${count} of seed 3`).toMatch(/^[!-~]+$/);
  }
});

test("what is missing is said", async () => {
  const folder = join(scratch.directory, "none");
  mkdirSync(folder);
  const url = ["--url", "http://127.0.0.1:1/"];
  const none = await node([script, "--from", `bookworm=${folder}`, ...url]);
  expect([none.status, none.err]).toEqual([1, expect.stringContaining("unpack Packages.xz there")]);
  const wrong = await node([script, "--from", folder, ...url]);
  expect(wrong.err).toContain("--from takes SUITE=DIR");
  const neither = await node([script, ...url]);
  expect([neither.status, neither.err]).toEqual([2, expect.stringContaining("--made")]);
  writeFileSync(join(folder, "Packages"), "");
  const unheard = await node([script, "--from", given[0] ?? "", ...url, "--only", "names"]);
  expect([unheard.status, unheard.err]).toEqual([1, expect.stringContaining("ECONNREFUSED")]);
});
