/**
 * `npm run bench`: the payload redirect on plain workerd beside a Worker that returns a constant 302, with
 * 20, 300 and 1,000 mirrors. One core serves, the other loads; all are measured in turn, round by round,
 * so that a machine that gets slower does so for all. Ratios within a round are what counts.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { atOnceLines, atOnceReport } from "./bench/at-once-report.ts";
import { auditLines, measureAuditQueries } from "./bench/audit-queries.ts";
import { measureConsole } from "./bench/console-list.ts";
import { contestLines, contestReport } from "./bench/contest-report.ts";
import { against, type Contest, counted, probed, sizes, unchecked } from "./bench/contests.ts";
import { countedRedirects, measureCounting } from "./bench/counting.ts";
import { filesContest } from "./bench/files-contest.ts";
import { historyLines, measureHistory } from "./bench/history.ts";
import { imageLines, measureImages } from "./bench/images.ts";
import {
  type CountedInstructions,
  countInstructions,
  instructionLines,
} from "./bench/instructions.ts";
import type { LoadResult } from "./bench/load.ts";
import { measureLookups } from "./bench/lookups.ts";
import { type AtOnce, loadCpu, measureAtOnce, measureInTurn, serverCpu } from "./bench/measure.ts";
import { measureOperators } from "./bench/operators-api.ts";
import { measureRenders, renderLines } from "./bench/page-renders.ts";
import { pagesContest } from "./bench/pages-contest.ts";
import type { Row } from "./bench/row.ts";
import { rowNames, rows } from "./bench/rows.ts";
import { type StartedContest, startedContest } from "./bench/started-contest.ts";
import { measureMemory, memoryClients, memoryLines } from "./bench/started-memory.ts";
import { measureStarts } from "./bench/started-starts.ts";
import { spread } from "./bench/summary.ts";
import { measureTorrents } from "./bench/torrents.ts";
import { benchOptions, usage } from "./bench/usage.ts";
import { endAtOnce } from "./end-at-once.ts";

endAtOnce();

const { values } = parseArgs({ options: benchOptions });
if (values.help) {
  console.log(usage);
  process.exit(0);
}

const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const clients = Number(values.clients ?? 10_000);
const mostClients = Number(values.clients ?? 1_000_000);
const connections = Number(values.connections);
/** Of those whose instructions are counted: all have asked before. */
const countedClients = 1_000;

const row = rowNames.find((name) => values[name]);
if (row !== undefined) await tellRow(rows[row]);
else if (values.presence) await tellLookups();
else if (values.images) await tellImages();
else if (values.history) await tellHistory();
else if (values.torrents) await tellTorrents();
else if (values.counting) await tellCounting();
else if (values.renders) await tellRenders();
else if (values.starts) await tellStarts();
else if (values.memory) await tellMemory();
else if (values.console) await tellConsole();
else if (values.operators) await tellOperators();
else if (values.audit) tellAudit();
else {
  needPrograms();
  if (values.instructions) await tellInstructions();
  else if (values.started) await tellStarted(await startedContest(loadCpu));
  else if (values.pages) await tellStarted(await pagesContest(loadCpu));
  else await tellContest();
}

/** A measurement that tells what it found itself. */
async function tellRow({ needsWrk, measure }: Row): Promise<void> {
  if (needsWrk) needPrograms();
  const { picture, from } = values;
  const how = { rounds, seconds, clients, connections, mostClients };
  const { json, lines, fault } = await measure({
    ...how,
    ...(picture !== undefined && { picture }),
    ...(from !== undefined && { from }),
  });
  console.log(values.json ? JSON.stringify(json) : lines.join("\n"));
  if (fault === undefined) return;
  console.error(fault);
  process.exitCode = 1;
}

async function tellLookups(): Promise<void> {
  const lookups = await measureLookups(rounds, serverCpu);
  if (values.json) {
    console.log(JSON.stringify(lookups));
    return;
  }
  for (const [name, ns] of Object.entries(lookups.ns)) {
    console.log(`${name.padEnd(40)}${spread(ns, 0)} ns`);
  }
}

function tellAudit(): void {
  const measured = measureAuditQueries();
  if (values.json) console.log(JSON.stringify(measured));
  else for (const line of auditLines(measured)) console.log(line);
}

async function tellImages(): Promise<void> {
  const measured = await measureImages(serverCpu);
  if (values.json) console.log(JSON.stringify(measured));
  else for (const line of imageLines(measured)) console.log(line);
}

async function tellHistory(): Promise<void> {
  const measured = await measureHistory(join(import.meta.dirname, ".."));
  if (values.json) console.log(JSON.stringify(measured));
  else for (const line of historyLines(measured)) console.log(line);
}

async function tellRenders(): Promise<void> {
  const measured = await measureRenders(rounds, serverCpu);
  if (values.json) console.log(JSON.stringify(measured));
  else for (const line of renderLines(measured)) console.log(line);
}

async function tellTorrents(): Promise<void> {
  const { seconds: took, peakMb } = await measureTorrents(rounds, serverCpu);
  if (values.json) console.log(JSON.stringify({ seconds: took, peakMb }));
  else
    console.log(`processor time a GiB  ${spread(took, 2)} s\nlargest memory        ${peakMb} MB`);
}

async function tellOperators(): Promise<void> {
  const measured = await measureOperators(rounds);
  if (values.json) {
    console.log(JSON.stringify(measured));
    return;
  }
  const { ms, changeMs, megabytes } = measured;
  for (const [name, took] of Object.entries(ms)) {
    const sorted = took.toSorted((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
    console.log(`${name.padEnd(24)}p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`);
  }
  console.log(`a change is answered    ${spread(changeMs.answered, 0)} ms`);
  console.log(`the edge has it         ${spread(changeMs.atEdge, 0)} ms`);
  const { before, after } = megabytes;
  console.log(
    `workerd                 ${before.toFixed(0)} MB before, ${after.toFixed(0)} MB after`,
  );
}

async function tellConsole(): Promise<void> {
  const measured = await measureConsole(rounds);
  if (values.json) {
    console.log(JSON.stringify(measured));
    return;
  }
  const { mirrors, targets, bytes, ms } = measured;
  console.log(`${mirrors} mirrors, ${targets} targets; the list has ${bytes} bytes`);
  for (const [page, took] of Object.entries(ms)) {
    const [only = 0] = took;
    const told = took.length === 1 ? only.toFixed(0) : spread(took, 0);
    console.log(`${page.padEnd(36)}${told} ms`);
  }
}

async function tellCounting(): Promise<void> {
  const { ns, rows } = await measureCounting(rounds, serverCpu);
  if (values.json) console.log(JSON.stringify({ ns, rows }));
  else {
    console.log(
      `counting a redirect  ${spread(ns, 0)} ns (${rounds} rounds of ${countedRedirects} counts, ${rows} combinations)`,
    );
  }
}

function needPrograms(): void {
  for (const [program, hint] of [
    ["wrk", "apt-get install wrk"],
    ["taskset", "apt-get install util-linux"],
  ] as const) {
    if (spawnSync("which", [program]).status !== 0) {
      console.error(`bench needs ${program} (${hint}).`);
      process.exit(2);
    }
  }
}

async function tellInstructions(): Promise<void> {
  const { servers, asks, stop } = await counting(values.of);
  const counted = new Map<string, CountedInstructions>();
  try {
    for (const [name, server] of servers) {
      const how = { clients: countedClients, warmUpSeconds: 60, seconds: 20 };
      counted.set(name, await countInstructions({ ...(asks && { asks }), ...server }, how));
    }
  } finally {
    await stop();
  }
  if (values.json) console.log(JSON.stringify(Object.fromEntries(counted)));
  else for (const line of instructionLines(counted)) console.log(line);
}

/** @param of part of the name of what `--files` asks for; undefined: redirects are counted */
async function counting(of: string | undefined): Promise<Contest & { stop(): Promise<void> }> {
  if (of === undefined) return { ...(await unchecked()), stop: async () => undefined };
  const { contests, stop } = await filesContest(loadCpu);
  for (const [asked, contest] of contests) if (asked.includes(of)) return { ...contest, stop };
  await stop();
  console.error(`--of takes a part of one of: ${[...contests.keys()].join("; ")}`);
  process.exit(2);
}

async function tellContest(): Promise<void> {
  const contest = await chosen();
  const how = { rounds, seconds, clients, connections };
  if (contest.atOnce === true) return tellAtOnce(await measureAtOnce(contest, how));
  const results = await measureInTurn(contest, how);
  refuseUnexpected([...results.values()].flat());
  tell(contest, results);
}

/** By what is asked for. */
async function tellStarted({ contests, stop }: StartedContest): Promise<void> {
  try {
    for (const [asked, contest] of contests) {
      const results = await measureInTurn(contest, { rounds, seconds, clients, connections });
      refuseUnexpected([...results.values()].flat());
      if (!values.json) console.log(`\nAsked for: ${asked}`);
      tell(contest, results);
    }
  } finally {
    await stop();
  }
}

async function tellStarts(): Promise<void> {
  const starts = await measureStarts(rounds);
  if (values.json) console.log(JSON.stringify(starts));
  else {
    for (const [command, ms] of Object.entries(starts)) {
      console.log(
        `${command.padEnd(24)} ${spread(ms, 0)} ms to the first answer, ${rounds} starts`,
      );
    }
  }
}

async function tellMemory(): Promise<void> {
  const addresses = values.clients === undefined ? memoryClients : clients;
  const measured = await measureMemory(addresses);
  if (values.json) console.log(JSON.stringify(measured));
  else for (const line of memoryLines(measured)) console.log(line);
}

function refuseUnexpected(runs: readonly LoadResult[]): void {
  const unexpected = runs.reduce((sum, run) => sum + run.unexpected, 0);
  if (unexpected > 0) {
    console.error(`${unexpected} answers were no redirects: these figures mean nothing.`);
    process.exitCode = 1;
  }
}

/** Each pair's two, loaded at once. */
function tellAtOnce(pairs: readonly AtOnce[]): void {
  refuseUnexpected(pairs.flatMap(({ runs }) => runs.flat()));
  const told = atOnceReport(pairs);
  if (values.json) {
    console.log(JSON.stringify({ atOnce: told }));
    return;
  }
  for (const line of atOnceLines(told, { rounds, seconds, clients, connections })) {
    console.log(line);
  }
}

function chosen(): Promise<Contest> {
  if (values.against !== undefined) return against(values.against);
  if (values.counted) return counted();
  return values.probing ? probed() : sizes();
}

function tell(contest: Contest, results: ReadonlyMap<string, LoadResult[]>): void {
  const report = contestReport(contest, results);
  if (values.json) {
    console.log(JSON.stringify(report));
    return;
  }
  console.log(
    `${rounds} rounds of ${seconds} s, ${clients} client addresses, ${connections} connections`,
  );
  for (const line of contestLines(report)) console.log(line);
}
