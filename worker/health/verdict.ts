/** The state a record's evidence adds up to. */
import {
  type Evidence,
  type ProbedState,
  type RegionView,
  type TargetRecord,
  watching,
} from "./record.ts";
import type { Rules } from "./rules.ts";

export interface Verdict {
  state: ProbedState;
  /** A sentence for an operator. */
  why: string;
  /** The probe that the verdict rests on, where it isn't the one that brought it. */
  evidence?: Evidence;
}

/** The damping's score at `now`. */
export function dampingAt({ damping }: TargetRecord, now: number, rules: Rules): number {
  return damping.score * 2 ** (-Math.max(0, now - damping.at) / rules.dampingHalfLifeMs);
}

/** Successes in a row that bring it up again: doubled for each fall lately but the first. */
export function successesNeeded(record: TargetRecord, now: number, rules: Rules): number {
  const further = Math.max(0, Math.round(dampingAt(record, now, rules)) - 1);
  return Math.min(Math.max(rules.mostSuccesses, rules.successes), rules.successes * 2 ** further);
}

/** Regions whose latest probe, within the last intervals, failed. */
function failedLately(record: TargetRecord, now: number, rules: Rules): [string, RegionView][] {
  const recentMs = rules.watchingIntervals * rules.healthyMs;
  return Object.entries(record.regions).filter(([, { ok, at }]) => !ok && now - at <= recentMs);
}

function evidenceOf(region: string, { at, failure, ms }: RegionView): Evidence {
  return {
    region,
    at,
    ...(failure !== undefined && { failure }),
    ...(ms !== undefined && { ms }),
  };
}

function told([region, { failure }]: [string, RegionView]): string {
  return failure === undefined ? region : `${region} (${failure.kind}: ${failure.detail})`;
}

/** Why it is down, if enough evidence says so. */
function downFor(record: TargetRecord, now: number, rules: Rules): Verdict | undefined {
  const { incomplete } = record.copy;
  if (incomplete !== undefined) {
    const why = `The copy is incomplete: ${incomplete.failed} of ${incomplete.looked} files looked at were missing or wrong.`;
    return { state: "down", why };
  }
  const failed = failedLately(record, now, rules);
  const first = failed[0];
  if (first === undefined) return undefined;
  const evidence = evidenceOf(...first);
  if (failed.length >= 2) {
    const why = `Fails in ${failed.length} regions: ${failed.map(told).join(", ")}.`;
    return { state: "down", why, evidence };
  }
  const [, view] = first;
  const ownAnswers = watching(record, now, rules).some(([, { own, ok }]) => own && ok);
  if (view.run >= rules.failuresInARow && (view.own || !ownAnswers)) {
    return { state: "down", why: `Failed ${view.run} times in a row in ${told(first)}.`, evidence };
  }
  return undefined;
}

/** Why it is degraded, if it is. */
function degradedFor(record: TargetRecord, now: number, rules: Rules): Verdict | undefined {
  const views = watching(record, now, rules);
  const other = views.find(([, { own, failing }]) => !own && failing);
  if (other !== undefined && views.some(([, { own, ok }]) => own && ok)) {
    const why = `Fails in ${told(other)}, and answers in its own region.`;
    return { state: "degraded", why, evidence: evidenceOf(...other) };
  }
  const held = record.copy.quarantine.length;
  if (held >= rules.quarantineDegrades) {
    return { state: "degraded", why: `${held} files there are missing or wrong.` };
  }
  if (record.slow) {
    const speeds = record.speeds.map((speed) => Math.round(speed / 1_000)).join(", ");
    return { state: "degraded", why: `Slow: ${speeds} kB/s in the last looks.` };
  }
  return undefined;
}

/**
 * Why it is no longer down, if enough probes in a row say so in every region that watches.
 *
 * A region not its own that goes on failing only makes a target degraded, so it doesn't keep one down either
 * once the own region has seen enough: else the same facts would mean one state coming from up and another
 * coming from down.
 */
function backFor(record: TargetRecord, now: number, rules: Rules): string | undefined {
  const views = watching(record, now, rules);
  const needed = successesNeeded(record, now, rules);
  const enough = ({ ok, run }: RegionView) => ok && run >= needed;
  const ownEnough = views.some(([, view]) => view.own && enough(view));
  const rest = views.filter(([, view]) => !enough(view));
  const excused = rest.every(([, { own, ok, failing }]) => ownEnough && !own && !ok && failing);
  if (views.length === rest.length || !excused) return undefined;
  const regions = views.filter(([, view]) => enough(view)).map(([region]) => region);
  const lately =
    needed > rules.successes ? "; so many are needed as it fell several times lately" : "";
  return `Answered ${needed} times in a row in ${regions.join(" and ")}${lately}.`;
}

/** The state at `now`, and why. The record's own state where the evidence isn't enough for another. */
export function verdictOf(record: TargetRecord, now: number, rules: Rules): Verdict {
  const down = downFor(record, now, rules);
  if (down !== undefined) return down;
  const degraded = degradedFor(record, now, rules);
  if (record.state === "down") {
    const back = backFor(record, now, rules);
    if (back === undefined) return { state: "down", why: "Not enough successes in a row yet." };
    if (degraded === undefined) return { state: "up", why: back };
    return { ...degraded, why: `${back} But: ${degraded.why}` };
  }
  if (degraded !== undefined) return degraded;
  const answering = watching(record, now, rules).find(([, { ok }]) => ok);
  if (answering !== undefined) {
    const why =
      record.state === "degraded"
        ? `What degraded it is gone; ${answering[0]} gets answers.`
        : `${answering[0]} gets answers.`;
    return { state: "up", why };
  }
  if (record.state === "degraded" && Object.keys(record.regions).length === 0) {
    return {
      state: "unknown",
      // By clients' reports, in a record that an older version wrote.
      why: "No region has looked yet.",
    };
  }
  return { state: record.state, why: "No region tells anything new." };
}
