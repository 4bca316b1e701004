/**
 * The trial `publish-hostile`: editions are published as in `publish` while four mirrors attack, then while the origin
 * does. Once the service has reacted to a mirror nobody may fail; at the origin's attacks nobody may fail at all.
 */
import { setTimeout as pause } from "node:timers/promises";
import { seeded } from "../../scripts/random.ts";
import type { Fault } from "../lab/faults.ts";
import { copyMs, everyMs, hostsAtOnce, lagMs, play, publishNeeds } from "./publish.ts";
import { PublishField } from "./publish-field.ts";
import { load, PublishTally, runDeadlineMs } from "./publish-load.ts";
import { copies, editionAt, type PlanOptions, publishTimes, whole } from "./publish-plan.ts";
import { PublishTrees, payloadOf } from "./publish-trees.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";
import { tenths } from "./trials-lab.ts";

const payload = /\.(deb|rpm)$/;

interface Attack {
  name: string;
  /** Absent: it goes on with a tree. */
  fault?: Fault;
  /** The tree that it goes on with is the first one. */
  first?: true;
  /** At the origin: how much longer it lasts in the whole form, ms. */
  longer?: number;
  /** At the origin: nothing is wrong that anybody could see. */
  unseen?: true;
}

/** One at each of the first mirrors. Roots are those of the tree: what is wrong has to be found in the payload. */
const atMirrors: readonly Attack[] = [
  // Goes back to a whole old tree after it was up to date.
  { name: "replaying", first: true },
  // Was never copied to.
  { name: "frozen", first: true },
  { name: "corrupting", fault: { kind: "corrupt", paths: payload } },
  { name: "endless", fault: { kind: "endless", paths: payload } },
];
const goodMirrors = 3;

/** At the origin, one after the other. */
const atOrigin: readonly Attack[] = [
  { name: "originReplaying", first: true },
  { name: "originFrozen", unseen: true },
  // Longer than it takes until mirrors that differ from it would be taken for wrong, all of them.
  { name: "originTampering", fault: { kind: "corrupt" }, longer: 45_000 },
  { name: "originEndless", fault: { kind: "endless" } },
];

/** Before the reaction a run is counted as failed after this, ms: on an endless body programs go on for minutes. */
const firstRunMs = 15_000;
/** A mirror's attack is found by samples, as faults of a share are: longer isn't waited, ms. */
const mostReactionMs = 75_000;
/** Runs go on for so long after the reaction at least, ms. */
const leastAfterMs = 4000;
/** Between two looks at whom the edge would send hosts to, ms. */
const lookEveryMs = 250;
/** The service has so long to take an edition once the origin is well again, ms. */
const recoveryMs = 15_000;

const lengths: Readonly<
  Record<
    TrialContext["length"],
    {
      publishMs: number;
      /** All mirrors but the frozen one are well for so long: the service shall trust them. */
      trustedMs: number;
      afterReactionMs: number;
      perOriginAttackMs: number;
      restMs: number;
      leastRuns: number;
    }
  >
> = {
  short: {
    ...{ publishMs: 16_000, trustedMs: 5000, afterReactionMs: 4000, perOriginAttackMs: 1000 },
    ...{ restMs: 1000, leastRuns: 8 },
  },
  whole: {
    ...{ publishMs: 100_000, trustedMs: 10_000, afterReactionMs: 70_000, perOriginAttackMs: 9000 },
    ...{ restMs: 6000, leastRuns: 100 },
  },
};

export const publishHostileTrial: Trial = {
  name: "publish-hostile",
  says: "the same with mirrors, then the origin, replaying, frozen, corrupting, endless",
  needs: publishNeeds,
  deadlineMs: { short: 240_000, whole: 600_000 },
  run,
};

interface Trying {
  context: TrialContext;
  field: PublishField;
  tally: PublishTally;
  random(): number;
}

async function run(context: TrialContext): Promise<TrialResult> {
  const { signal, progress, length } = context;
  if (process.getuid?.() !== 0) throw new Error("dpkg needs root to unpack: run as root");
  const seed = Number(process.env.TRIAL_SEED ?? 1);
  const random = seeded(seed);
  const { publishMs, leastRuns } = lengths[length];
  const editions = 1 + Math.ceil(publishMs / ((everyMs.least + everyMs.most) / 2));
  progress(`building ${editions} editions`);
  // One more for each time that the origin is well again.
  const trees = await PublishTrees.build(editions + atOrigin.length);
  let field: PublishField | undefined;
  try {
    progress("starting");
    field = await PublishField.start(trees, atMirrors.length + goodMirrors, signal);
    const tally = new PublishTally(field);
    const trying = { context, field, tally, random };
    await mirrorsAttack(trying, editions);
    await originAttacks(trying, editions);
    const {
      runs = 0,
      failures = 0,
      runsBeforeReaction = 0,
      failuresBeforeReaction = 0,
    } = tally.figures;
    if (runs < leastRuns) tally.fault(`${runs} runs only, of ${leastRuns}`);
    const [first] = tally.wrong;
    const seen = `${runs} runs, ${failures} failed; ${runsBeforeReaction} before the reaction, ${failuresBeforeReaction} failed (seed ${seed})`;
    return {
      trial: publishHostileTrial.name,
      passed: first === undefined,
      why: first === undefined ? seen : `${first} [${tally.wrong.length} such; ${seen}]`,
      figures: { seed, editions, ...tally.summary() },
      evidence: tally.evidence,
    };
  } finally {
    await field?.stop();
    trees.remove();
  }
}

async function mirrorsAttack(trying: Trying, editions: number): Promise<void> {
  const { context, field, tally, random } = trying;
  const { signal, progress, length } = context;
  const { trustedMs, afterReactionMs, restMs } = lengths[length];
  const names = field.lab.mirrors.map(({ name }) => name);
  const options: PlanOptions = {
    ...{ editions, everyMs, lagMs, copyMs, random },
    mirrors: names.map((name) => ({ name, order: "payload-first" as const })),
  };
  const published = publishTimes(options);
  // A mirror that goes on with a tree copies no more: the frozen one never did.
  const steps = copies(options, published).filter(({ mirror, at }) => {
    const attack = atMirrors[names.indexOf(mirror)];
    if (attack?.first === undefined) return true;
    return attack.name !== "frozen" && at < trustedMs;
  });
  for (const { state } of steps) field.trees.number(state);
  const began = Date.now();
  const times = { reacted: Number.POSITIVE_INFINITY };
  const endOfAll = began + (published.at(-1) ?? 0) + 4000;
  // On a busy machine the reaction may come after the last publication: some runs shall follow it all the same.
  const end = () =>
    Math.max(Math.min(times.reacted + afterReactionMs, endOfAll), times.reacted + leastAfterMs);
  const loading = load({
    ...{ field, atOnce: hostsAtOnce, random, mostRestMs: restMs },
    deadlineMs: () => (Date.now() < times.reacted ? firstRunMs : runDeadlineMs),
    over: () => signal.aborted || Date.now() > Math.max(end(), began + 2 * trustedMs),
    async done(one) {
      progress(`${one.kind} of edition ${one.edition}: ${one.failed ?? "well"}`);
      if (one.beganAt < times.reacted) await tally.ranBefore(one);
      else await tally.ran(one, `mirrors attack, ${tenths(one.beganAt - began)} s`);
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
  const attacking = attack(trying, names, () => editionAt(published, Date.now() - began)).finally(
    () => {
      times.reacted = Date.now();
    },
  );
  const ended = await Promise.allSettled([loading, playing, attacking]);
  for (const one of ended) if (one.status === "rejected") throw one.reason;
}

/** Begins the mirrors' attacks, and resolves when the edge sends nobody there for what they don't give rightly. */
async function attack(
  { context: { signal, progress, length }, field, tally }: Trying,
  names: readonly string[],
  edition: () => number,
): Promise<void> {
  await pause(lengths[length].trustedMs, undefined, { signal });
  const began = Date.now();
  for (const [at, { fault, first }] of atMirrors.entries()) {
    const name = names[at] ?? "";
    if (first) field.put(name, whole(1));
    await field.lab.mirror(name).setFault(fault);
  }
  const left = new Map(atMirrors.map((one, at) => [names[at] ?? "", one]));
  while (left.size > 0) {
    const offered = await offeredStill(field, left, edition());
    for (const [name, { name: word }] of left) {
      if (offered.has(name)) continue;
      left.delete(name);
      tally.time(`reactionTo${word}`, (Date.now() - began) / 1000);
      progress(`${word} is seen`);
    }
    if (Date.now() - began > mostReactionMs) {
      for (const [name, { name: word }] of left) {
        tally.fault(`${word}: clients are still sent to ${name} for ${offered.get(name)}`);
      }
      return;
    }
    await pause(lookEveryMs, undefined, { signal });
  }
}

/**
 * Of these mirrors those to which the edge sends hosts for files of an edition that they don't give rightly. One that
 * lacks a file is asked first where it isn't proven to have it; of one that gives other bytes nothing is to be asked.
 */
async function offeredStill(
  field: PublishField,
  attacks: ReadonlyMap<string, Attack>,
  edition: number,
): Promise<Map<string, string>> {
  const offered = new Map<string, string>();
  const old = new Set(payloadOf(1));
  for (const path of payloadOf(edition)) {
    const ranked = await field.ranked(path);
    for (const [name, { fault }] of attacks) {
      if (fault === undefined && old.has(path)) continue;
      const one = ranked.find(({ mirror }) => mirror === name);
      if (one !== undefined && (fault !== undefined || one.isProven)) offered.set(name, path);
    }
  }
  return offered;
}

async function originAttacks(trying: Trying, editions: number): Promise<void> {
  const { context, field, tally, random } = trying;
  const { signal, progress, length } = context;
  const { perOriginAttackMs, restMs } = lengths[length];
  const { origin, mirrors } = field.lab;
  const everywhere = async (edition: number) => {
    for (const { name } of [origin, ...mirrors]) field.put(name, whole(edition));
    await field.refresh();
  };
  await Promise.all(mirrors.map((mirror) => mirror.setFault(undefined)));
  await everywhere(editions);
  for (const [at, { name, fault, first, longer = 0, unseen }] of atOrigin.entries()) {
    const good = editions + at;
    const took = await taken(trying, good);
    if (took === undefined) {
      tally.fault(`edition ${good} was not taken before ${name}`, await field.alarms());
      return;
    }
    if (at > 0) tally.time("recoveryOfOrigin", took / 1000);
    progress(name);
    await origin.setFault(fault);
    if (first) field.put("origin", whole(1));
    // Of a root that stays as it is nobody would look at the bytes.
    else if (fault !== undefined) field.put("origin", whole(good + 1));
    await field.refresh();
    const end = Date.now() + perOriginAttackMs + (length === "whole" ? longer : 0);
    const alarms = new Set<string>();
    await load({
      ...{ field, atOnce: hostsAtOnce, random, mostRestMs: restMs },
      deadlineMs: () => runDeadlineMs,
      over: () => signal.aborted || Date.now() > end,
      async done(one) {
        progress(`${name}: ${one.kind} of edition ${one.edition}: ${one.failed ?? "well"}`);
        tally.count(`${name}Runs`);
        const other = one.edition !== undefined && one.edition !== good;
        if (other) one.failed ??= `it has edition ${one.edition} instead of ${good}`;
        await tally.ran(one, name);
        for (const one of await field.alarms()) alarms.add(one);
      },
    });
    tally.count(`${name}Alarms`, alarms.size);
    for (const one of alarms) progress(`${name}: ${one}`);
    if (unseen !== true && alarms.size === 0) tally.fault(`${name} raised no alarm`);
    await origin.setFault(undefined);
    await everywhere(good + 1);
  }
}

/** ms until a new host gets that edition of both; undefined: not in time. */
async function taken(
  { field, context: { signal } }: Trying,
  edition: number,
): Promise<number | undefined> {
  const began = Date.now();
  while (Date.now() - began < recoveryMs) {
    if (await field.serves(edition)) return Date.now() - began;
    await pause(lookEveryMs, undefined, { signal });
  }
  return undefined;
}
