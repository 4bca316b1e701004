/**
 * Many hosts behind one address install the same packages: a classroom, a build farm, an office behind NAT. All mirrors
 * are well, so that nobody has a reason to be sent anywhere but to the nearest, and no mirror a reason to change state.
 */

import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { seeded } from "../../scripts/random.ts";
import { startService } from "../../scripts/service.ts";
import type { MirrorSummary } from "../../worker/health/fleet-answers.ts";
import { incompressible } from "../lab/bytes.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { labProbing } from "../lab/probing.ts";
import { makeScratch } from "../lab/scratch.ts";
import { labViews } from "../lab/views.ts";
import {
  ask,
  type Installing,
  install,
  type Program,
  packageBytes,
  programs,
  type Seen,
} from "./crowd-host.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";
import { until } from "./trials-lab.ts";

/** Hosts that begin at random moments within a time, at one address or at several. */
interface Crowd {
  program: string;
  hosts: number;
  /** Of different networks, each with so many hosts. Default 1. */
  addresses?: number;
  withinMs: number;
}

interface Amounts {
  packages: number;
  /** One after the other. */
  crowds: readonly Crowd[];
}

const amounts: Record<TrialContext["length"], Amounts> = {
  short: {
    packages: 12,
    crowds: [
      ...programs.map(({ name }) => ({ program: name, hosts: 200, withinMs: 3000 })),
      { program: "dnf", hosts: 10, addresses: 8, withinMs: 1000 },
    ],
  },
  whole: {
    packages: 50,
    crowds: [
      ...programs.map(({ name }) => ({ program: name, hosts: 200, withinMs: 3000 })),
      { program: "dnf", hosts: 200, withinMs: 0 },
      { program: "dnf", hosts: 200, withinMs: 60_000 },
      { program: "dnf", hosts: 25, addresses: 8, withinMs: 3000 },
    ],
  },
};

/** The one that is in the hosts' city, of those in the lab's table. */
const nearest = "mirror1";
const place = "DE 50.11 8.68";
/** Connections of all hosts together: workerd is to be busy, not this process, in which the mirrors are as well. */
const connections = 64;
/** The crowd keeps the mirrors' own process busy: one that answers late isn't to be taken for dead. */
const patient = { PROBE_DEADLINE_SECONDS: "5" };
/** When hosts begin; another seed tries other moments. */
const seed = 5;

export const crowdTrial: Trial = {
  name: "crowd",
  says: "200 hosts behind one address install the same 50 packages: all stay at the nearest mirror",
  needs: { gpg: "gpg", createrepo_c: "createrepo-c", "apt-ftparchive": "apt-utils" },
  deadlineMs: { short: 180_000, whole: 1_200_000 },
  run,
};

async function run({ trees, length, signal, progress }: TrialContext): Promise<TrialResult> {
  const { packages, crowds } = amounts[length];
  const scratch = makeScratch("crowd");
  const root = join(scratch.directory, "1");
  cpSync(trees.root(1), root, { recursive: true });
  for (const { path } of programs) addPackages(root, path, packages * crowds.length);
  const lab = await startLab({ trees: { ...trees, versions: 1, root: () => root }, mirrors: 4 });
  const begun: { stop(): Promise<void> }[] = [lab];
  try {
    const service = await startService({
      views: labViews(lab, { verified: true }),
      vars: { OWN_PLACE: place, TRUSTED_PROXIES: "any", ...labProbing, ...patient },
    });
    begun.push(service);
    const mirrors = async () => {
      const answer: { mirrors: MirrorSummary[] } = await (
        await fetch(`${service.url}api/v1/mirrors`, { signal: AbortSignal.timeout(10_000) })
      ).json();
      return answer.mirrors.flatMap(({ name, targets }) =>
        targets.map(({ repository, state }) => ({ name, repository, state })),
      );
    };
    await until(async () => (await mirrors()).every(({ state }) => state === "up"), {
      what: "every mirror is up",
      deadlineMs: 40_000,
      signal,
    });
    const seen: Seen = { redirects: 0, elsewhere: new Map(), tookMs: [] };
    const random = seeded(seed);
    const http = new Agent({ keepAlive: true, maxSockets: connections });
    for (const [turn, crowd] of crowds.entries()) {
      const { hosts, addresses = 1, withinMs } = crowd;
      const program = programs.find(({ name }) => name === crowd.program);
      if (program === undefined) throw new Error(`no program ${crowd.program}`);
      progress(`${addresses} x ${hosts} hosts with ${program.name} within ${withinMs} ms`);
      const paths = Array.from({ length: packages }, (_, at) => program.path(turn * packages + at));
      const installing = { program, paths, url: service.url, http, lab, seen, nearest, signal };
      await prove(paths, installing);
      const beginning = Array.from({ length: addresses * hosts }, async (_, host) => {
        await sleep(random() * withinMs, undefined, { signal });
        await install({ ...installing, address: `10.77.${turn * 8 + (host % addresses)}.9` });
      });
      await Promise.all(beginning);
    }
    http.destroy();
    const changed = (await mirrors()).filter(({ state }) => state !== "up");
    const metrics = await (await fetch(`${service.url}metrics`)).text();
    return judge(seen, changed, failedLooks(metrics), lab);
  } finally {
    for (const one of begun.reverse()) await one.stop();
    scratch.remove();
  }
}

function addPackages(root: string, path: Program["path"], count: number): void {
  for (let number = 0; number < count; number++) {
    const file = join(root, path(number));
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, incompressible(path(number), packageBytes));
  }
}

/**
 * Has the nearest mirror asked for each file, by HEAD, which leaves no trace of the client: that a mirror on a busy
 * machine may be slow to prove what it has isn't tried here.
 */
async function prove(paths: readonly string[], { url, http, lab, signal }: Proving): Promise<void> {
  const headers = { "X-Forwarded-For": "10.99.0.1" };
  const { url: base } = lab.mirror(nearest);
  for (const path of paths) {
    const asking = {
      method: "HEAD",
      url: new URL(path, url),
      headers,
      agent: http,
      signal,
    } as const;
    const leadsThere = async () => (await ask(asking)).headers.location?.startsWith(base) ?? false;
    await until(leadsThere, { what: `${path} leads to ${nearest}`, deadlineMs: 30_000, signal });
  }
}

type Proving = Pick<Installing, "url" | "http" | "lab" | "signal">;

/** Looks of the edge at mirrors that weren't answered rightly in time. */
function failedLooks(metrics: string): number {
  const counts = metrics.matchAll(
    /^nearmirror_edge_looks_total\{outcome="(?:wrong|silent)"\} (\d+)$/gm,
  );
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

/**
 * A mirror that answers one of the edge's looks late, on a busy machine, has nobody for a moment: that is evidence, and
 * for so many answers in a hundred no reason to fail. Where there was none, nobody may be sent elsewhere.
 */
const lateLookPercent = 1;
/**
 * Where a crowd begins slowly, its second host may be taken for the first one coming back, until the third comes: the
 * bytes of a few files come from here then, in a hundred answers. Nobody is sent farther for it.
 */
const fromHerePercent = 0.2;

function judge(
  { redirects, elsewhere, tookMs }: Seen,
  changed: readonly { name: string; repository: string; state: string }[],
  lateLooks: number,
  lab: Lab,
): TrialResult {
  const sorted = tookMs.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
  const checks = lab.mirrors.flatMap(({ log }) =>
    log.requests.filter((one) => /^Nearmirror/.test(one.headers["user-agent"] ?? "")),
  );
  const away = [...elsewhere.values()].reduce((sum, count) => sum + count, 0);
  const fromHere = tookMs.length - redirects;
  const figures = {
    questions: tookMs.length,
    redirects,
    toFartherMirrors: away - fromHere,
    fromHere,
    lateLooks,
    mirrorsNotUp: changed.length,
    checksOfMirrors: checks.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
  const percent = (of: number) => (of * 100) / tookMs.length;
  const isMuch =
    percent(away - fromHere) > (lateLooks === 0 ? 0 : lateLookPercent) ||
    percent(fromHere) > fromHerePercent + (lateLooks === 0 ? 0 : lateLookPercent);
  const evidence = [
    ...[...(isMuch ? elsewhere : [])].map(
      ([what, count]) => `${what}: ${count} of ${tookMs.length}`,
    ),
    ...changed.map(({ name, repository, state }) => `${name} is ${state} for ${repository}`),
  ];
  const why = `${tookMs.length - away} of ${tookMs.length} answers were redirects to the nearest mirror, and all states stayed`;
  const passed = evidence.length === 0 && tookMs.length > 0;
  return { trial: "crowd", passed, why: evidence[0] ?? why, figures, evidence };
}
