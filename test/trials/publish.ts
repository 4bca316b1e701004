/**
 * The trial `publish`: a new version every few seconds, mirrors that copy it late and in halves, real apt and dnf
 * throughout. Nobody may meet a file that isn't there or isn't what the indexes say.
 */
import { setTimeout as pause } from "node:timers/promises";
import { seeded } from "../../scripts/random.ts";
import { PublishField } from "./publish-field.ts";
import { load, PublishTally, runDeadlineMs } from "./publish-load.ts";
import {
  copies,
  editionAt,
  type PlanOptions,
  publishTimes,
  type TreeState,
  whole,
} from "./publish-plan.ts";
import { PublishTrees } from "./publish-trees.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";

/** Between two publications, ms. */
export const everyMs = { least: 3000, most: 4000 };
/** From one copy of a mirror to its next: from less than a publication to several, ms. */
export const lagMs = { least: 1000, most: 14_000 };
/** From the first half of a copy to the second, ms. */
export const copyMs = { least: 300, most: 2500 };
/** On a busy machine runs go on for as long as this at most, until there were enough, ms. */
const mostMoreMs = 60_000;
/** Hosts at a time: what two processors carry beside the lab and the service. */
export const hostsAtOnce = 4;

const lengths: Readonly<
  Record<
    TrialContext["length"],
    { editions: number; afterMs: number; restMs: number; leastRuns: number }
  >
> = {
  // 25 s and two minutes of publishing; then runs go on for what mirrors still lack.
  short: { editions: 7, afterMs: 4000, restMs: 4000, leastRuns: 20 },
  whole: { editions: 35, afterMs: 35_000, restMs: 8000, leastRuns: 200 },
};

/** The last copies in the wrong order: its indexes tell of payload that isn't there yet. */
const mirrors = [1, 2, 3, 4, 5, 6].map((number) => ({
  name: `mirror${number}`,
  order: number === 6 ? ("indexes-first" as const) : ("payload-first" as const),
}));

/** What the trials `publish` need. */
export const publishNeeds = {
  "apt-get": "apt",
  dnf: "dnf",
  "apt-ftparchive": "apt-utils",
  gpg: "gpg gpg-agent",
  xz: "xz-utils",
  rpmbuild: "rpm",
  createrepo_c: "createrepo-c",
};

export const publishTrial: Trial = {
  name: "publish",
  says: "a new version every few seconds, mirrors that lag, apt and dnf throughout: no run fails",
  needs: publishNeeds,
  deadlineMs: { short: 240_000, whole: 390_000 },
  run,
};

async function run(context: TrialContext): Promise<TrialResult> {
  const { signal, progress, length } = context;
  const { editions, afterMs, restMs, leastRuns } = lengths[length];
  if (process.getuid?.() !== 0) throw new Error("dpkg needs root to unpack: run as root");
  const seed = Number(process.env.TRIAL_SEED ?? 1);
  const random = seeded(seed);
  const options: PlanOptions = { editions, everyMs, lagMs, copyMs, mirrors, random };
  const published = publishTimes(options);
  const steps = copies(options, published);
  progress(`building ${editions} editions`);
  const trees = await PublishTrees.build(editions);
  let field: PublishField | undefined;
  try {
    // Made before, so that a step is one number and no work.
    for (const { state } of steps) trees.number(state);
    for (const edition of editionsAfter(1, editions)) trees.number(whole(edition));
    progress("starting");
    field = await PublishField.start(trees, mirrors.length, signal);
    const tally = new PublishTally(field);
    const began = Date.now();
    const end = began + (published.at(-1) ?? 0) + afterMs;
    const loading = load({
      field,
      atOnce: hostsAtOnce,
      random,
      mostRestMs: restMs,
      deadlineMs: () => runDeadlineMs,
      over: () => {
        const isEnough = (tally.figures.runs ?? 0) >= leastRuns;
        return signal.aborted || Date.now() > (isEnough ? end : end + mostMoreMs);
      },
      async done(one) {
        progress(`${one.kind} of edition ${one.edition}: ${one.failed ?? "well"}`);
        const newest = editionAt(published, one.beganAt - began);
        tally.count("runsWithNewest", (one.edition ?? 0) >= newest ? 1 : 0);
        await tally.ran(one, `seed ${seed}, ${Math.round((one.beganAt - began) / 1000)} s`);
      },
    });
    const playing = play(
      field,
      [
        ...steps,
        ...published.map((at, index) => ({ at, mirror: "origin", state: whole(index + 2) })),
      ],
      began,
      signal,
    );
    const ended = await Promise.allSettled([loading, playing]);
    for (const one of ended) if (one.status === "rejected") throw one.reason;
    const snapshots = await field.snapshots();
    const figures = {
      seed,
      editions,
      snapshots,
      ...tally.summary(),
      loadSeconds: Math.round((Date.now() - began) / 1000),
    };
    const { runs = 0, failures = 0 } = tally.figures;
    if (runs < leastRuns) tally.fault(`${runs} runs only, of ${leastRuns}`);
    // Followed twice a second where told, none should be missed; a busy machine may miss some.
    if (snapshots < 1.5 * editions) tally.fault(`${snapshots} snapshots of ${editions} editions`);
    // Two repositories; each has one more, of the first edition, once a client has used an index and it was read.
    if (snapshots > 2 * (editions + 1)) {
      tally.fault(`a state was published twice: ${snapshots} snapshots of ${editions} editions`);
    }
    const [first] = tally.wrong;
    const seen = `${runs} runs, ${failures} failed, while ${editions - 1} editions were published (seed ${seed})`;
    return {
      trial: publishTrial.name,
      passed: first === undefined,
      why: first === undefined ? seen : `${first} [${tally.wrong.length} such; ${seen}]`,
      figures,
      evidence: tally.evidence,
    };
  } finally {
    await field?.stop();
    trees.remove();
  }
}

/** Changes servers' trees at their times. */
export async function play(
  field: PublishField,
  steps: readonly { at: number; mirror: string; state: TreeState }[],
  began: number,
  signal: AbortSignal,
): Promise<void> {
  for (const { at, mirror, state } of steps.toSorted((a, b) => a.at - b.at)) {
    if (signal.aborted) return;
    const left = began + at - Date.now();
    if (left > 0) await pause(left, undefined, { signal });
    field.put(mirror, state);
    if (mirror === "origin") await field.refresh();
  }
}

function editionsAfter(first: number, last: number): number[] {
  return Array.from({ length: last - first }, (_, at) => first + 1 + at);
}
