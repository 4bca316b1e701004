/**
 * A mirror dies and comes back: how long new clients are still sent there, and how they come back to it.
 *
 * What counts is the last redirect that anybody got, not what a state says: it has all delays in it, of the
 * probes, of Fleet and of the edge.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { seeded } from "../../scripts/random.ts";
import type { Fault } from "../lab/faults.ts";
import type { LabMirror } from "../lab/lab.ts";
import { labProbing } from "../lab/probing.ts";
import { addressIn, network, newClients } from "./ask-edge.ts";
import { followReturn, type Return } from "./death-return.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";
import { allUp, type ProbedLab, startProbedLab, tenths, until } from "./trials-lab.ts";

const mirrors = 20;
/** Dead at a time: half of the mirrors, dead together, would be the prober's own trouble (worker/health/guard.ts). */
const atOnce = 5;
/** Between two questions to the edge, ms; the figures are as exact as this. */
const askMs = 50;
/** Asked for so long before the death, ms, to see that clients are sent there at all. */
const beforeMs = 500;
/** When mirrors die; another seed tries other moments. */
const seed = 3;
/** The ramp begins with a tenth of the clients; a mirror that just came back has fewer than so many percent. */
const mostFirstPercent = 20;
/** Their clients are looked for so often, so far apart, ms: two of the lab's intervals between probes in all. */
const mostSweeps = 20;
const sweepEveryMs = 1000;
/** Addresses of each network that only sweeps use. */
const sweptHosts = [252, 253] as const;
/** Regions that look at each mirror. */
const regions = 2;

/** What kills, in turn. */
const faults: readonly Fault[] = [
  { kind: "refuse" },
  { kind: "down" },
  { kind: "hang" },
  { kind: "5xx" },
  { kind: "404" },
];

interface Plan {
  name: string;
  says: string;
  deadlineMs: Trial["deadlineMs"];
  vars: Readonly<Record<string, string>>;
  /** Upper bound of what is promised. */
  goalSeconds: number;
  /** Between two probes of a healthy mirror, ms. */
  intervalMs: number;
  /** Clients are watched for so long after the death, ms: past the goal, as one late redirect would count. */
  watchedMs: number;
  /** A healed mirror must have clients again within this, ms. */
  backMs: number;
  short: Amounts;
  whole: Amounts;
}

interface Amounts {
  deaths: number;
  /** Client networks of which those are found that prefer a mirror. */
  networks: number;
  /** A death falls anywhere within so many ms; one interval shows all moments, less is shorter. */
  withinMs: number;
  /** How long the first ones' ramp is followed, ms; absent: not at all. */
  rampMs?: number;
}

/** With the lab's times. */
export const deathTrial = trialOf({
  name: "death",
  says: "one of 20 mirrors dies: time until no new client is sent there, and how clients come back",
  deadlineMs: { short: 120_000, whole: 900_000 },
  vars: labProbing,
  goalSeconds: 15,
  intervalMs: 10_000,
  watchedMs: 17_000,
  backMs: 40_000,
  short: { deaths: 5, networks: 4_000, withinMs: 3_000, rampMs: 0 },
  whole: { deaths: 20, networks: 12_000, withinMs: 10_000, rampMs: 330_000 },
});

/** With the times that a deployment has by default. */
export const deathDefaultsTrial = trialOf({
  name: "death-defaults",
  says: "the same with default times",
  deadlineMs: { short: 0, whole: 1_200_000 },
  vars: {
    PROBING: "all",
    PROBE_REGIONS: "weur,enam",
    // All targets of a lab mirror count as one mirror; that isn't what is tried here.
    PROBE_REQUESTS_PER_MINUTE: "1200",
    // As the Worker has it by default; the service of this machine looks oftener.
    VIEWS_REFRESH_SECONDS: "2",
  },
  goalSeconds: 45,
  intervalMs: 30_000,
  watchedMs: 55_000,
  backMs: 120_000,
  short: { deaths: 0, networks: 0, withinMs: 0 },
  whole: { deaths: 20, networks: 12_000, withinMs: 30_000 },
});

function trialOf(plan: Plan): Trial {
  const { name, says, deadlineMs } = plan;
  return { name, says, deadlineMs, run: (context) => run(plan, context) };
}

interface Death {
  mirror: LabMirror;
  fault: Fault;
  /** Client networks that are sent there first while it is well. */
  networks: readonly string[];
  /** After the batch began. */
  momentMs: number;
}

interface Died {
  mirror: string;
  fault: string;
  /** From the death to the last redirect there. */
  lastMs: number;
  /** Redirects there before and after the death. */
  before: number;
  after: number;
  asked: number;
}

async function run(plan: Plan, context: TrialContext): Promise<TrialResult> {
  const { trees, length, signal, progress } = context;
  const { rampMs } = plan[length];
  const evidence: string[] = [];
  const field = await startProbedLab({ trees, mirrors, vars: plan.vars });
  try {
    await until(() => allUp(field, regions), {
      what: "every mirror is up, seen from both regions",
      deadlineMs: 3 * plan.intervalMs,
      signal,
    });
    progress("looking for each mirror's clients");
    const deaths = await planDeaths(plan[length], field, signal);
    const died: Died[] = [];
    const back: number[] = [];
    let ramp: Return = { figures: {}, wrong: [] };
    for (let at = 0; at < deaths.length; at += atOnce) {
      const batch = deaths.slice(at, at + atOnce);
      progress(`${batch.map(({ mirror }) => mirror.name).join(", ")} die`);
      died.push(...(await Promise.all(batch.map((death) => die(plan, field, death, signal)))));
      const dead = new Set(deaths.slice(0, at + atOnce).map(({ mirror }) => mirror.name));
      evidence.push(...(await bystanders(field, dead)));
      const healedAt = performance.now();
      await Promise.all(batch.map(({ mirror }) => mirror.setFault(undefined)));
      progress("healed");
      const returning = await Promise.all(
        batch.map(async (death) => ({
          ...death,
          backAt: await returned(plan, field, death, signal),
        })),
      );
      back.push(...returning.map(({ backAt }) => backAt - healedAt));
      if (at === 0 && rampMs !== undefined) {
        progress("clients come back");
        ramp = await followReturn(field, returning, rampMs, signal);
      }
    }
    const all = died.map(({ lastMs }) => lastMs).toSorted((a, b) => a - b);
    const figures: Record<string, number> = {
      deaths: died.length,
      p50Seconds: tenths(median(all)),
      worstSeconds: tenths(all.at(-1) ?? 0),
      ...worstByFault(died),
      backP50Seconds: tenths(median(back.toSorted((a, b) => a - b))),
      backWorstSeconds: tenths(Math.max(...back)),
      ...ramp.figures,
    };
    evidence.push(...judge(plan, died), ...ramp.wrong, ...amiss(figures, plan[length]));
    const why = `no new client there after ${figures.p50Seconds} s (p50), ${figures.worstSeconds} s at worst of ${died.length}; goal ${plan.goalSeconds} s`;
    const passed = evidence.length === 0;
    return {
      trial: plan.name,
      passed,
      why: passed ? why : (evidence[0] ?? why),
      figures,
      evidence,
    };
  } finally {
    await field.stop();
  }
}

/** Which mirrors die, of what, when; each once, with the clients that are sent there first. */
async function planDeaths(
  { deaths, networks, withinMs }: Amounts,
  { edge, files, lab, mirrorAt }: ProbedLab,
  signal: AbortSignal,
): Promise<Death[]> {
  const numbers = Array.from({ length: networks }, (_, number) => network(number));
  const sweep = (host: number) =>
    edge.sweep(
      files[0] ?? "",
      numbers.map((one) => addressIn(one, host)),
      signal,
    );
  const found = await clientsOfAll(lab.mirrors, sweep, mirrorAt);
  const random = seeded(seed);
  const order = lab.mirrors
    .map((mirror) => ({ mirror, drawn: random() }))
    .toSorted((a, b) => a.drawn - b.drawn);
  return order.slice(0, deaths).map(({ mirror }, at) => ({
    mirror,
    fault: faults[at % faults.length] ?? { kind: "refuse" },
    networks: (found.get(mirror) ?? []).map((at) => numbers[at] ?? ""),
    momentMs: beforeMs + random() * withinMs,
  }));
}

/**
 * Each mirror's clients, by their place in a sweep: those who are sent there twice in a row. Who is sent elsewhere for a
 * moment isn't its client: until a mirror is known to have what is served, which the probe after the first snapshot
 * tells, its clients go to others. So sweeps are made until each mirror has some.
 * @throws Error when one has none by then.
 */
async function clientsOfAll(
  mirrors: readonly LabMirror[],
  sweep: (host: number) => Promise<string[]>,
  mirrorAt: ProbedLab["mirrorAt"],
): Promise<Map<LabMirror, number[]>> {
  let before = await sweep(sweptHosts[0]);
  for (let swept = 1; swept < mostSweeps; swept += 1) {
    const now = await sweep(sweptHosts[swept % 2] ?? sweptHosts[0]);
    const clients = new Map<LabMirror, number[]>();
    for (const [at, location] of now.entries()) {
      const mirror = mirrorAt(location);
      if (mirror === undefined || mirrorAt(before[at] ?? "") !== mirror) continue;
      clients.set(mirror, [...(clients.get(mirror) ?? []), at]);
    }
    if (mirrors.every((mirror) => clients.has(mirror))) return clients;
    before = now;
    await sleep(sweepEveryMs);
  }
  throw new Error(`after ${mostSweeps} sweeps there are mirrors that no client is sent to`);
}

/** Lets a mirror die while its clients go on asking, each for the first time. */
async function die(
  plan: Plan,
  field: ProbedLab,
  { mirror, fault, networks, momentMs }: Death,
  signal: AbortSignal,
): Promise<Died> {
  const { edge, files } = field;
  const client = newClients(networks);
  const died: Died = {
    mirror: mirror.name,
    fault: fault.kind,
    lastMs: 0,
    before: 0,
    after: 0,
    asked: 0,
  };
  const asks = async () => {
    // Each repository in turn: a mirror is dead only when no client is sent there for any.
    const path = files[died.asked % files.length] ?? "";
    died.asked += 1;
    const { location } = await edge.ask(path, client(), "GET");
    return field.mirrorAt(location) === mirror;
  };
  await sleep(momentMs - beforeMs, undefined, { signal });
  for (const end = performance.now() + beforeMs; performance.now() < end; ) {
    if (await asks()) died.before += 1;
    await sleep(askMs, undefined, { signal });
  }
  const diedAt = performance.now();
  await mirror.setFault(fault);
  while (performance.now() - diedAt < plan.watchedMs) {
    if (await asks()) {
      died.after += 1;
      died.lastMs = performance.now() - diedAt;
    }
    await sleep(askMs, undefined, { signal });
  }
  return died;
}

/** Mirrors that were taken for dead though they never were. */
async function bystanders(field: ProbedLab, dead: ReadonlySet<string>): Promise<string[]> {
  const others = (await field.mirrors()).filter(({ name }) => !dead.has(name));
  return others.flatMap(({ name, targets }) =>
    targets
      .filter(({ state }) => state !== "up")
      .map(({ repository, state }) => `${name} is well, and ${state} for ${repository}`),
  );
}

/**
 * When the first new client is sent there again, by `performance.now()`.
 * @throws Error when none is in time.
 */
async function returned(
  plan: Plan,
  { edge, files, mirrorAt }: ProbedLab,
  { mirror, networks }: Death,
  signal: AbortSignal,
): Promise<number> {
  const path = files[0] ?? "";
  const begun = performance.now();
  // Not the addresses that asked before the death; and no trace, so that all may ask again.
  let asked = 0;
  while (performance.now() - begun < plan.backMs) {
    const chosen = networks[asked % networks.length] ?? network(0);
    const { location } = await edge.ask(path, addressIn(chosen, 200 + (asked % 50)));
    if (mirrorAt(location) === mirror) return performance.now();
    asked += 1;
    await sleep(askMs / 2, undefined, { signal });
  }
  throw new Error(`${mirror.name} was healed and has no clients after ${plan.backMs} ms`);
}

function judge({ goalSeconds, watchedMs }: Plan, died: readonly Died[]): string[] {
  return died.flatMap(({ mirror, fault, lastMs, before, after, asked }) => {
    const told = `${mirror} (${fault}): last redirect there after ${tenths(lastMs)} s, ${after} of ${asked} questions`;
    if (before === 0) return [`${mirror} had no clients before it died`];
    if (watchedMs - lastMs < 1000) return [`${told}; clients were still sent there at the end`];
    return lastMs > goalSeconds * 1000 ? [told] : [];
  });
}

/** What shows that nothing was measured, or that a mirror that came back got its clients at once. */
function amiss(figures: Record<string, number>, planned: Amounts): string[] {
  const wrong: string[] = [];
  if (figures.deaths !== planned.deaths) {
    wrong.push(`${figures.deaths} mirrors died of ${planned.deaths} that were to`);
  }
  if (!((figures.worstSeconds ?? 0) > 0)) wrong.push("no client was sent to a dead mirror at all");
  if (planned.rampMs === undefined) return wrong;
  const share = figures.sharePercentFrom0Seconds ?? 0;
  if (!(share > 0 && share < mostFirstPercent)) {
    wrong.push(`mirrors that just came back have ${share} % of their clients`);
  }
  return wrong;
}

function worstByFault(died: readonly Died[]): Record<string, number> {
  const worst: Record<string, number> = {};
  for (const { fault, lastMs } of died) {
    const name = `worstSecondsOf_${fault}`;
    worst[name] = Math.max(worst[name] ?? 0, tenths(lastMs));
  }
  return worst;
}

/** Of sorted values; the mean of the two in the middle where their number is even. */
function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  const [low = 0, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}
