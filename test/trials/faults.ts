/**
 * The trial `faults`: every fault of the lab, alone and then together, under real apt and dnf. Once the service
 * has reacted to a fault, not one run may fail while a good mirror or the origin is alive; before, only those that were
 * given wrong bytes of the right size.
 *
 * The trial `faults-bytes`: the same faults, and clients that take checked bytes from the service itself (`/again/`).
 * No run may fail from the first moment on.
 *
 * Repeatable but for timing: `TRIAL_SEED` chooses the faults of a share and the walk through them together.
 */
import { seeded } from "../../scripts/random.ts";
import { filesOfRun, type LoopClient } from "../clients/loop.ts";
import type { Fault } from "../lab/faults.ts";
import { Field, mirrorCount, mirrorNames, publishedVersion } from "./faults-field.ts";
import {
  isWhole,
  type Situation,
  type Step,
  shareFaults,
  tell,
  tellFault,
  together,
  wholeFaults,
} from "./faults-plan.ts";
import { Tally } from "./faults-tally.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";

/** Until nobody is sent to a mirror that fails as a whole, ms: what is promised with the lab's intervals. */
const reactionMs = 15_000;
/** The same for one that only trickles, ms: its bytes are right, nobody fails there, and each look at it takes long. */
const slowReactionMs = 30_000;
/** The same for one of which some files fail, ms: found by samples, so nothing is promised; longer isn't waited. */
const shareReactionMs = 75_000;
/** Runs that begin in the moment of a fault, at most: until the service has reacted, three at a time. */
const firstRuns = 10;
const firstAtOnce = 3;
/**
 * Such a run is ended after this long, ms, and counted apart: apt tries an unreachable mirror four times in 7 s for
 * each file before it goes on, and waits for a trickling one for as long as it trickles.
 */
const firstRunMs = 60_000;
/** Runs after the reaction, by client: alone and together. */
const runsAlone = 3;
const runsTogether = 4;
const runsAtOnce = 2;
/** Services at a time on which faults of a share are tried. */
const shareChains = 3;
/** Steps together until everything begins anew: mirrors that fell often are let back late, and would meet no fault. */
const stepsPerField = 6;

/** How much is tried. */
interface Bounds {
  wholeFaults: number;
  shareFaults: number;
  /** Steps with several faults, at most. */
  steps: number;
  /** No step is begun after this long, ms. */
  budgetMs: number;
}

const bounds: Readonly<Record<TrialContext["length"], Bounds>> = {
  short: { wholeFaults: 3, shareFaults: 1, steps: 3, budgetMs: 60_000 },
  whole: { wholeFaults: 99, shareFaults: 99, steps: 99, budgetMs: 600_000 },
};

const needs = {
  "apt-get": "apt",
  dnf: "dnf",
  "apt-ftparchive": "apt-utils",
  gpg: "gpg gpg-agent",
  xz: "xz-utils",
  openssl: "openssl",
  rpmbuild: "rpm",
  createrepo_c: "createrepo-c",
};

export const faultsTrial: Trial = {
  name: "faults",
  says: "apt and dnf in a loop while each fault comes and goes, alone and together: no run fails",
  needs,
  deadlineMs: { short: 150_000, whole: 840_000 },
  run: (context) => run(context, "faults", false),
};

export const faultsBytesTrial: Trial = {
  name: "faults-bytes",
  says: "the same for clients that take checked bytes: no run fails from the first moment on",
  needs,
  deadlineMs: { short: 150_000, whole: 840_000 },
  run: (context) => run(context, "faults-bytes", true),
};

async function run(context: TrialContext, trial: string, bytes: boolean): Promise<TrialResult> {
  const tally = new Tally();
  const seed = Number(process.env.TRIAL_SEED ?? 1);
  const began = Date.now();
  try {
    await tryAll(
      { context, tally, bytes, end: began + bounds[context.length].budgetMs },
      seeded(seed),
    );
  } catch (error) {
    tally.fault(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const figures = {
    seed,
    ...tally.summary(),
    wallSeconds: Math.round((Date.now() - began) / 1000),
  };
  const {
    aptRuns = 0,
    dnfRuns = 0,
    failures = 0,
    wholeFaultsAlone = 0,
    shareFaultsAlone = 0,
    steps = 0,
  } = tally.figures;
  if (aptRuns === 0 || dnfRuns === 0) tally.fault("nothing was run");
  const seen = `${aptRuns} runs of apt and ${dnfRuns} of dnf, ${failures} failed; ${wholeFaultsAlone} faults alone and ${shareFaultsAlone} of a share, ${steps} steps with several (seed ${seed})`;
  const [first] = tally.wrong;
  return {
    trial,
    passed: first === undefined,
    why: first === undefined ? seen : `${first} [${tally.wrong.length} such; ${seen}]`,
    figures,
    evidence: tally.evidence,
  };
}

interface Trying {
  context: TrialContext;
  tally: Tally;
  /** Clients take checked bytes: there is nothing to be waited for. */
  bytes: boolean;
  /** Unix ms: begin no step after this. */
  end: number;
}

async function tryAll(trying: Trying, random: () => number): Promise<void> {
  const { context } = trying;
  if (process.getuid?.() !== 0) throw new Error("dpkg needs root to unpack: run as root");
  const { wholeFaults: wholes, shareFaults: shares, steps } = bounds[context.length];
  const files = Object.values(filesOfRun(publishedVersion));
  const walk = together(mirrorNames, files, random, stepsPerField);
  const alone = shareFaults(files, random).slice(0, shares).map(stepAlone);
  await onField(trying, wholeFaults.slice(0, wholes).map(stepAlone), {
    counter: "wholeFaultsAlone",
    runs: runsAlone,
  });
  // Files are found missing by sampling, which takes its time: what waits for it can wait side by side.
  const chains = Array.from({ length: shareChains }, (_, chain) =>
    onField(
      trying,
      alone.filter((__, at) => at % shareChains === chain),
      { counter: "shareFaultsAlone", runs: runsAlone },
    ),
  );
  // Where one can't go on, the others still have services to stop.
  const ended = await Promise.allSettled([...chains, walkOn(trying, walk, steps)]);
  for (const end of ended) if (end.status === "rejected") throw end.reason;
}

async function walkOn(trying: Trying, walk: Iterator<Step, void>, most: number): Promise<void> {
  for (let done = 0; done < most && Date.now() < trying.end; done += stepsPerField) {
    const next = Array.from({ length: Math.min(stepsPerField, most - done) }, () => walk.next());
    const steps = next.flatMap(({ value }) => (value === undefined ? [] : [value]));
    await onField(trying, steps, { counter: "steps", runs: runsTogether });
  }
}

/** One fault at one mirror, another for each; only the first speaks https. */
function stepAlone(fault: Fault, at: number): Step {
  const mirror = fault.kind === "https-only" ? 1 : 1 + ((at + 1) % mirrorCount);
  return { name: "alone", situation: new Map([[`mirror${mirror}`, fault]]) };
}

/** How often clients run in a step. */
interface StepRuns {
  /** The figure that counts the steps. */
  counter: string;
  runs: number;
}

/** Takes some steps on a new field. */
async function onField(trying: Trying, steps: readonly Step[], of: StepRuns): Promise<void> {
  const { context } = trying;
  const field = await Field.start(context.trees, context.signal);
  const first: Promise<void>[] = [];
  try {
    for (const step of steps) {
      if (Date.now() > trying.end) break;
      context.signal.throwIfAborted();
      context.progress(`${step.name}: ${tell(step.situation)}`);
      first.push((await takeStep(trying, field, step, of)).first);
    }
    await Promise.all(first);
  } finally {
    await field.stop();
  }
}

/** Takes a step; `first` are the runs that were begun before the reaction, which may go on for a while. */
async function takeStep(
  { context, tally, bytes }: Trying,
  field: Field,
  { name, situation }: Step,
  { counter, runs }: StepRuns,
): Promise<{ first: Promise<void> }> {
  const told = tell(situation);
  const faulty = field.mirrors.filter((mirror) => situation.has(mirror));
  const near = faulty.length > 0 ? faulty : field.mirrors;
  for (const mirror of faulty) {
    if (field.lab.mirror(mirror).fault !== undefined) continue;
    tally.count("faultsBegun");
    if ((await field.findHomes(mirror)) === 0) tally.count("faultsBegunAtMirrorsNotInUse");
  }
  await field.shift(situation);
  if (bytes) {
    await atOnce(runsAtOnce, pairs(runs), async (client, at) => {
      tally.clear(await field.run(client, nth(near, at), context.signal, true), told);
    });
    tally.count(counter);
    return { first: Promise.resolve() };
  }
  const state = { over: false };
  const first = atOnce(firstAtOnce, pairs(firstRuns / 2), async (client, at) => {
    if (state.over) return;
    const late = AbortSignal.timeout(firstRunMs);
    const mirror = nth(near, at);
    const run = await field.run(client, mirror, AbortSignal.any([context.signal, late]));
    const fault = situation.get(mirror);
    tally.within(run, {
      kind: fault === undefined ? "no fault" : tellFault(fault),
      met: field.met(run, situation),
      cutOff: late.aborted,
      corrupt: [...situation.values()].some(({ kind }) => kind === "corrupt"),
      told,
    });
    if (run.failed !== undefined) {
      const sent = run.sent.map(({ path, to }) => `${path} to ${to}`).join("; ");
      context.progress(`before the reaction, near ${mirror}, ${told}: ${run.failed}: ${sent}`);
    }
  });
  const late = await reactions(tally, field, situation);
  state.over = true;
  tally.count(counter);
  if (late !== undefined) {
    const lines = await Promise.all(faulty.map((mirror) => field.told(mirror)));
    tally.fault(`${told}: ${late}`, lines);
    return { first };
  }
  await atOnce(runsAtOnce, pairs(runs), async (client, at) => {
    tally.clear(await field.run(client, nth(near, at), context.signal), told);
  });
  if (name === "alone") await field.shift(new Map());
  return { first };
}

/** Waits for the reaction to all faults, and times it; a sentence where it takes too long. */
async function reactions(
  tally: Tally,
  field: Field,
  situation: Situation,
): Promise<string | undefined> {
  const began = Date.now();
  const faults = [...situation].filter(([server]) => server !== "origin");
  for (const [name, isOfThese, mostMs] of [
    ["reaction", (fault: Fault) => isWhole(fault) && fault.kind !== "slow", reactionMs],
    ["slowReaction", (fault: Fault) => isWhole(fault) && fault.kind === "slow", slowReactionMs],
    ["shareReaction", (fault: Fault) => !isWhole(fault), shareReactionMs],
  ] as const) {
    const some = new Map(faults.filter(([, fault]) => isOfThese(fault)));
    if (some.size === 0) continue;
    const late = await field.reacted(some, began + mostMs);
    if (late !== undefined) return late;
    tally.time(name, (Date.now() - began) / 1000);
  }
  return undefined;
}

function nth(names: readonly string[], at: number): string {
  return names[Math.floor(at / 2) % names.length] ?? "";
}

/** apt and dnf in turn, so many of each. */
function pairs(each: number): LoopClient[] {
  return Array.from({ length: 2 * each }, (_, at) => (at % 2 === 0 ? "apt" : "dnf"));
}

/** Does the work for each item, some at a time, in order. */
async function atOnce(
  most: number,
  items: readonly LoopClient[],
  work: (item: LoopClient, at: number) => Promise<void>,
): Promise<void> {
  const left = items.entries();
  const worker = async () => {
    for (const [at, item] of left) await work(item, at);
  };
  await Promise.all(Array.from({ length: most }, worker));
}
