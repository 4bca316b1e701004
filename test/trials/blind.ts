/**
 * The Prober's own network is cut, while mirrors, clients and the edge are well: nothing may change but an
 * alarm. And, beside it, most mirrors really die at once, which looks much the same.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { labProbing } from "../lab/probing.ts";
import { addressIn, network, newClients } from "./ask-edge.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";
import { allUp, type ProbedLab, startProbedLab, tenths, until } from "./trials-lab.ts";

const mirrors = 20;
/** More than half, and some are left. */
const reallyDead = 15;
/** Of the lab's times, ms. */
const intervalMs = 10_000;
/** Between two questions to the edge, ms. */
const askMs = 50;
/** Fewer redirects than this show nothing: the cut lasts for two intervals, in which 440 are asked for. */
const leastRedirects = 100;
/** Networks that are watched: each stays with its mirror. */
const watched = 60;
/** Regions that look at each mirror, each with a Prober of its own. */
const probers = ["weur-0", "enam-0"] as const;

export const blindTrial: Trial = {
  name: "blind",
  says: "the Prober's network is cut: no state changes, an alarm, redirects go on; 15 of 20 really die",
  deadlineMs: { short: 120_000, whole: 400_000 },
  run,
};

async function run(context: TrialContext): Promise<TrialResult> {
  const { trees, length, signal, progress } = context;
  const evidence: string[] = [];
  const figures: Record<string, number> = {};
  const field = await startProbedLab({ trees, mirrors, vars: labProbing });
  try {
    progress("waiting until every mirror is known");
    await until(() => allUp(field, probers.length), {
      what: "every mirror is up, seen from both regions",
      deadlineMs: 3 * intervalMs,
      signal,
    });
    // Freshness and content are judged by several looks, and are noted when they first are.
    await settled(field, signal);
    await cut(field, context, figures, evidence);
    if (length === "whole") await manyDie(field, context, figures, evidence);
    const passed = evidence.length === 0;
    const why = `alarm after ${figures.alarmSeconds} s, over ${figures.alarmOverSeconds} s after the network was back; no state changed, ${figures.redirects} redirects as before`;
    return { trial: "blind", passed, why: passed ? why : (evidence[0] ?? why), figures, evidence };
  } finally {
    await field.stop();
  }
}

/** Everything that must not change: what each mirror has been through, and the roster's version. */
async function picture(field: ProbedLab): Promise<string> {
  const histories = await Promise.all(
    field.lab.mirrors.map(async ({ name }) => {
      const entries = await field.history(name);
      return entries.map(({ id, axis, from, to }) => `${name} ${id} ${axis} ${from} ${to}`);
    }),
  );
  const { published } = await field.health();
  return [`roster ${published}`, ...histories.flat()].join("\n");
}

/** Resolves when nothing has changed for a third of an interval. */
async function settled(field: ProbedLab, signal: AbortSignal): Promise<void> {
  let before = "";
  let since = performance.now();
  await until(
    async () => {
      const now = await picture(field);
      if (now !== before) since = performance.now();
      before = now;
      return performance.now() - since > intervalMs / 3;
    },
    { what: "nothing changes any more", deadlineMs: 3 * intervalMs, signal },
  );
}

/** Asks on for the same networks and counts what is answered otherwise than at first. */
async function watchRedirects(field: ProbedLab, networks: readonly string[], end: AbortSignal) {
  const { edge, files } = field;
  const seen: { redirects: number; others: string[] } = { redirects: 0, others: [] };
  const path = files[0] ?? "";
  const first = new Map<string, string>();
  const client = newClients(networks);
  for (let asked = 0; !end.aborted; asked += 1) {
    const of = networks[asked % networks.length] ?? "";
    const { location, status } = await edge.ask(path, client(), "GET");
    const known = first.get(of) ?? location;
    first.set(of, known);
    seen.redirects += 1;
    if (status !== 302 || location !== known) {
      seen.others.push(`network ${of}: ${status} ${location || "no redirect"}, not ${known}`);
    }
    await sleep(askMs, undefined, { signal: end }).catch(() => {});
  }
  return seen;
}

async function cut(
  field: ProbedLab,
  { length, signal, progress }: TrialContext,
  figures: Record<string, number>,
  evidence: string[],
): Promise<void> {
  const { lab } = field;
  const servers = [lab.origin, ...lab.mirrors];
  const networks = Array.from({ length: watched }, (_, number) => network(number));
  const enough = new AbortController();
  const watching = watchRedirects(field, networks, AbortSignal.any([signal, enough.signal]));
  watching.catch(() => {});
  const before = await picture(field);
  progress("the Prober's network is cut");
  const cutAt = performance.now();
  const agents = /^Nearmirror-Probe\//;
  await Promise.all(servers.map((server) => server.setFault({ kind: "hang", agents })));
  const blindNow = async () => {
    const { alarms, probers: all } = await field.health();
    const metrics = await field.metrics();
    return probers.map(
      (name) =>
        alarms.some((alarm) => alarm.name === `blind ${name}`) &&
        all.some((prober) => prober.name === name && prober.blind !== undefined) &&
        metrics.includes(`nearmirror_alarm{alarm="blind ${name}"} 1`),
    );
  };
  await until(async () => (await blindNow()).includes(true), {
    what: "an alarm tells that a Prober is blind",
    deadlineMs: 2 * intervalMs,
    signal,
  });
  figures.alarmSeconds = tenths(performance.now() - cutAt);
  await until(async () => !(await blindNow()).includes(false), {
    what: "an alarm for each Prober",
    deadlineMs: Math.max(0, cutAt + 2 * intervalMs - performance.now()),
    signal,
  });
  figures.alarmOfBothSeconds = tenths(performance.now() - cutAt);
  const cutMs = (length === "short" ? 2.2 : 6) * intervalMs;
  await sleep(Math.max(0, cutAt + cutMs - performance.now()), undefined, { signal });
  evidence.push(...differences(before, await picture(field), "while the network was cut"));
  if ((await blindNow()).includes(false)) evidence.push("the alarm ended before the cut did");

  progress("the network is back");
  const backAt = performance.now();
  await Promise.all(servers.map((server) => server.setFault(undefined)));
  await until(async () => !(await blindNow()).includes(true), {
    what: "the alarm is over when the network is back",
    deadlineMs: 3 * intervalMs,
    signal,
  });
  figures.alarmOverSeconds = tenths(performance.now() - backAt);
  // Every mirror is looked at once more.
  await sleep(intervalMs, undefined, { signal });
  evidence.push(...differences(before, await picture(field), "when the network was back"));
  enough.abort();
  const { redirects, others } = await watching;
  figures.redirects = redirects;
  figures.otherAnswers = others.length;
  evidence.push(...others.slice(0, 5));
  if (redirects < leastRedirects) evidence.push(`only ${redirects} redirects were watched`);
}

function differences(before: string, after: string, when: string): string[] {
  if (before === after) return [];
  const old = new Set(before.split("\n"));
  const added = after.split("\n").filter((line) => !old.has(line));
  return added.map((line) => `changed ${when}: ${line}`);
}

/** Fifteen of twenty refuse within one interval while the origin answers. */
async function manyDie(
  field: ProbedLab,
  { signal, progress }: TrialContext,
  figures: Record<string, number>,
  evidence: string[],
): Promise<void> {
  const { lab, edge, files, mirrorAt } = field;
  const dead = new Set(lab.mirrors.slice(0, reallyDead));
  progress(`${reallyDead} of ${mirrors} mirrors die within one interval`);
  const begunAt = performance.now();
  const since = () => tenths(performance.now() - begunAt);
  const dying = (async () => {
    for (const mirror of dead) {
      await mirror.setFault({ kind: "refuse" });
      await sleep(intervalMs / reallyDead, undefined, { signal });
    }
  })();
  dying.catch(() => {});
  // A client of each network, again and again: who was sent to a dead mirror, and when last?
  let lastThere = 0;
  let toDead = 0;
  let asked = 0;
  let allDownAt = 0;
  let firstDownAt = 0;
  const endMs = 9 * intervalMs;
  let looked = 0;
  while (performance.now() - begunAt < endMs) {
    const { location } = await edge.ask(files[0] ?? "", addressIn(network(asked), 100));
    asked += 1;
    const mirror = mirrorAt(location);
    if (mirror?.fault) {
      toDead += 1;
      lastThere = performance.now() - begunAt;
    }
    if (performance.now() - looked > 500) {
      looked = performance.now();
      const states = await field.mirrors();
      const down = states.filter(({ targets }) => targets.every(({ state }) => state === "down"));
      if (down.length > 0 && firstDownAt === 0) firstDownAt = performance.now() - begunAt;
      if (down.length === reallyDead && allDownAt === 0) allDownAt = performance.now() - begunAt;
      const { alarms } = await field.health();
      if (alarms.some(({ name }) => name.startsWith("blind "))) {
        figures.manyDie_alarmSeconds ??= since();
        figures.manyDie_downWhenAlarmBegan ??= down.length;
        delete figures.manyDie_alarmOverSeconds;
      } else if (figures.manyDie_alarmSeconds) figures.manyDie_alarmOverSeconds ??= since();
      const wrong = down.filter(({ name }) => !dead.has(lab.mirror(name)));
      evidence.push(...wrong.map(({ name }) => `${name} is well, and down as others died`));
    }
    if (allDownAt > 0 && performance.now() - begunAt > allDownAt + intervalMs) break;
    await sleep(askMs, undefined, { signal });
  }
  await dying;
  figures.manyDie_firstDownSeconds = tenths(firstDownAt);
  figures.manyDie_allDownSeconds = tenths(allDownAt);
  figures.manyDie_lastRedirectThereSeconds = tenths(lastThere);
  figures.manyDie_redirectsThere = toDead;
  figures.manyDie_redirects = asked;
  if (allDownAt === 0)
    evidence.push(`of ${reallyDead} dead mirrors not all were down in ${endMs} ms`);
  else if (lastThere > allDownAt + 3000)
    evidence.push("clients were sent to mirrors that were down");
}
