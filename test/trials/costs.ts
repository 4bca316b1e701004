/** What probing 1,000 mirrors costs: work, calls, writes, processor and memory, over some minutes. */
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { benchRosters } from "../../scripts/bench/rosters.ts";
import { root } from "../../scripts/service/bundle.ts";
import { type KillableService, startKillable } from "../../scripts/service/killable.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { startLab } from "../lab/lab.ts";
import { makeScratch } from "../lab/scratch.ts";
import { labViews } from "../lab/views.ts";
import { databaseWith } from "./costs-database.ts";
import type { Mirrors } from "./costs-mirrors.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";

const mirrors = 1000;
/** The real list has 1.9 repositories and schemes to a mirror; here two repositories over http. */
const repositories = ["lab", "lab-cd"];
const minuteMs = 60_000;
/** Until every target was probed and published once, and the first tide of states is over. */
const warmUpMinutes = 1.5;
const measuredMinutes = 3;
/** Minutes of the same service that doesn't probe. */
const idleMinutes = 1;
/** Clock ticks a second in `/proc/PID/stat`: 100 on every Linux that Node runs on. */
const ticks = 100;
/** Of the platform's paid plan: subrequests of one invocation, and its CPU, seconds. */
const mostSubrequests = 10_000;
const mostCpuSeconds = 30;

/** As wrangler.toml has it, without the limit of requests: 1,000 mirrors are one per address here as well. */
const deployed: Record<string, string> = {
  PROBING: "all",
  PROBE_REGIONS: "wnam,enam,weur,eeur,apac,oc,sam,afr",
  VIEWS_REFRESH_SECONDS: "2",
  ROSTER_AGE_SECONDS: "2",
};

/** Starts the mirrors; their base URLs, and what ends them. */
async function startMirrors(message: Mirrors): Promise<{ urls: string[]; stop(): void }> {
  const entry = fileURLToPath(new URL("costs-mirrors.ts", import.meta.url));
  const child = fork(entry, [], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const urls = new Promise<string[]>((resolve, reject) => {
    child.once("message", (told) => resolve(Array.isArray(told) ? told.map(String) : []));
    child.once("exit", () => reject(new Error("the mirrors ended")));
  });
  child.send(message);
  return { urls: await urls, stop: () => child.disconnect() };
}

/** The real list's places, with the lab's repositories at the given addresses. */
async function listed(urls: readonly string[], catalogue: Views["catalogue"]): Promise<Views> {
  const real = (await benchRosters(root)).get(mirrors);
  if (real === undefined) throw new Error(`no roster of ${mirrors}`);
  const version = Date.now();
  const { repositories: known } = catalogue;
  return {
    roster: {
      version,
      mirrors: real.roster.mirrors.map((mirror, at) => ({
        ...mirror,
        carries: Object.fromEntries(
          repositories.map((name) => [name, { http: `${urls[at]}${name}/` }]),
        ),
      })),
    },
    catalogue: { version, repositories: known.filter(({ name }) => repositories.includes(name)) },
  };
}

/** Processor time of a process so far, seconds. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the name in brackets and may hold anything; utime and stime are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}

/** Memory of a process, MB. */
function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}

/** Every sample of `/metrics` by name, labels left out. */
type Samples = Map<string, number[]>;

async function readMetrics({ url }: KillableService): Promise<Samples> {
  const text = await (await fetch(`${url}metrics`)).text();
  const samples: Samples = new Map();
  for (const line of text.split("\n")) {
    const [, name, value] = /^([a-z_]+)(?:\{.*\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    samples.set(name, [...(samples.get(name) ?? []), Number(value)]);
  }
  return samples;
}

function sum(samples: Samples, name: string): number {
  return (samples.get(`nearmirror_${name}`) ?? []).reduce((total, one) => total + one, 0);
}

function most(samples: Samples, name: string): number {
  return Math.max(0, ...(samples.get(`nearmirror_${name}`) ?? []));
}

/** Size of what Fleet published last, from its database. */
function publishedBytes(folder: string): number {
  const path = databaseWith(folder, "published");
  if (path === undefined) return 0;
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return Number(database.prepare("SELECT length(text) AS bytes FROM published").get()?.bytes);
  } finally {
    database.close();
  }
}

/** Keeps an edge asking for the roster, as clients do, and waits. */
async function passing(
  service: KillableService,
  minutes: number,
  { signal }: TrialContext,
): Promise<void> {
  const until = Date.now() + minutes * minuteMs;
  while (Date.now() < until) {
    await (await fetch(`${service.url}robots.txt`, { signal })).arrayBuffer();
    await pause(1000, undefined, { signal });
  }
}

function rounded(figures: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, figure]) => [name, Math.round(figure * 100) / 100]),
  );
}

async function run(context: TrialContext): Promise<TrialResult> {
  const { trees, progress } = context;
  const scratch = makeScratch("costs");
  const lab = await startLab({ trees, mirrors: 0 });
  const served = await startMirrors({ count: mirrors, folder: trees.root(1) });
  let service: KillableService | undefined;
  try {
    const views = await listed(served.urls, labViews(lab).catalogue);
    progress("without probing");
    service = await startKillable({ views, vars: { ...deployed, PROBING: "off" } });
    await passing(service, 0.25, context);
    const idleBefore = cpuSeconds(service.workerdPid);
    await passing(service, idleMinutes, context);
    const idle = (cpuSeconds(service.workerdPid) - idleBefore) / idleMinutes;
    const idleMegabytes = residentMegabytes(service.workerdPid);
    await service.stop();

    progress("probing: warming up");
    service = await startKillable({ views, vars: deployed, persist: scratch.directory });
    await passing(service, warmUpMinutes, context);
    const [before, cpuBefore] = [await readMetrics(service), cpuSeconds(service.workerdPid)];
    progress("probing: measuring");
    const begun = Date.now();
    await passing(service, measuredMinutes, context);
    const minutes = (Date.now() - begun) / minuteMs;
    const [after, cpuAfter] = [await readMetrics(service), cpuSeconds(service.workerdPid)];
    const perMinute = (name: string) => (sum(after, name) - sum(before, name)) / minutes;
    const megabytes = residentMegabytes(service.workerdPid);
    await service.stop();

    const probers = (after.get("nearmirror_prober_mirrors") ?? []).length;
    const cpu = (cpuAfter - cpuBefore) / minutes;
    const alarms = perMinute("prober_alarms_total");
    const subrequests = perMinute("prober_subrequests_total");
    const figures = rounded({
      mirrors,
      targets: mirrors * repositories.length,
      probers,
      mostMirrorsPerProber: most(after, "prober_mirrors"),
      probesPerMinute: perMinute("prober_probes_total"),
      failuresPerMinute: perMinute("prober_failures_total"),
      requestsPerMinute: perMinute("prober_requests_total"),
      subrequestsPerMinute: subrequests,
      proberAlarmsPerMinute: alarms,
      subrequestsPerAlarm: subrequests / alarms,
      mostSubrequestsPerAlarm: most(after, "prober_most_subrequests"),
      proberRowsPerMinute: perMinute("prober_rows_written_total"),
      reportsPerMinute: perMinute("fleet_reports_total"),
      fleetRowsPerMinute: perMinute("fleet_rows_written_total"),
      publishedKilobytes: publishedBytes(scratch.directory) / 1000,
      cpuSecondsPerMinuteIdle: idle,
      cpuSecondsPerMinute: cpu,
      cpuSecondsPerMinutePerProber: (cpu - idle) / probers,
      cpuMsPerAlarm: (1000 * (cpu - idle)) / alarms,
      megabytesIdle: idleMegabytes,
      megabytes,
    });
    const complaints = [
      [figures.failuresPerMinute === 0, "probes of healthy mirrors failed"],
      [most(after, "prober_most_subrequests") < mostSubrequests / 10, "an alarm's subrequests"],
      [(cpu - idle) / alarms < mostCpuSeconds / 10, "an alarm's CPU"],
      // Each target is due once in 30 s in two regions, and jitter only shortens.
      [
        perMinute("prober_probes_total") >= mirrors * repositories.length * 2 * 2 * 0.95,
        "probes are late",
      ],
      [publishedBytes(scratch.directory) < 300_000, "the roster is large"],
    ] as const;
    const wrong = complaints.flatMap(([fine, what]) => (fine ? [] : [what]));
    return {
      trial: "costs",
      passed: wrong.length === 0,
      why:
        wrong.length === 0 ? `${probers} Probers within a tenth of the limits` : wrong.join(", "),
      figures,
      evidence: wrong,
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { trial: "costs", passed: false, why, figures: {}, evidence: [why] };
  } finally {
    await service?.stop();
    served.stop();
    await lab.stop();
    scratch.remove();
  }
}

/** 1,000 mirrors with default times, measured against the platform's limits. */
export const costsTrial: Trial = {
  name: "costs",
  says: "What probing 1,000 mirrors costs",
  deadlineMs: { short: 1000, whole: 10 * minuteMs },
  async run(context) {
    if (context.length === "short") {
      const why = "takes minutes: only in the whole form";
      return { trial: "costs", passed: true, why, figures: {}, evidence: [] };
    }
    return run(context);
  },
};
