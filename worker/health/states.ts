/**
 * The state machine of a target: what observations, clients' reports and time make of its record.
 *
 * Pure: a record and an event in, a record and its transitions out. A record is told of events in any order;
 * what is older than the same region's latest probe is ignored, so that an event told twice counts once.
 */
import { afterOwnProbe, faded, manyReport, withReports } from "./client-reports.ts";
import { withFreshness, worstView } from "./freshness-axis.ts";
import type { Observation } from "./observation.ts";
import { type QuarantineChange, released, withChecks } from "./quarantine.ts";
import { nextRampAt } from "./ramp.ts";
import {
  type Evidence,
  type RegionProbe,
  regionsAfter,
  shortened,
  type TargetRecord,
  type Transition,
  watching,
  withoutGenerations,
} from "./record.ts";
import type { Rules } from "./rules.ts";
import { dampingAt, successesNeeded, verdictOf } from "./verdict.ts";

export { hostWide } from "./quarantine.ts";
export { nextRampAt, rampOf } from "./ramp.ts";
export {
  type Evidence,
  emptyRecord,
  generationSeen,
  isTargetRecord,
  longDownMs,
  type ProbedState,
  type RegionProbe,
  type RegionView,
  type TargetRecord,
  type Transition,
} from "./record.ts";

/** A record after an event, and what changed with it, in order. */
export interface Outcome {
  record: TargetRecord;
  transitions: Transition[];
}

function excerpt(region: string, observation: Observation, rules: Rules): Evidence {
  const { at, failure, ms, bytesPerSecond, freshness } = observation;
  return {
    region,
    at,
    ...(failure !== undefined && { failure: shortened(failure, rules) }),
    ...(ms !== undefined && { ms }),
    ...(bytesPerSecond !== undefined && { bytesPerSecond }),
    ...(freshness !== undefined && { freshness }),
  };
}

/** Sets the state that the record's evidence adds up to. */
function settled(record: TargetRecord, evidence: Evidence, rules: Rules): Outcome {
  const { at, state: from } = record;
  const { state: to, why, evidence: own } = verdictOf(record, at, rules);
  if (to === from) return { record, transitions: [] };
  const transition: Transition = { at, axis: "state", from, to, why, evidence: own ?? evidence };
  const { rampSince, ...rest } = record;
  const moved: TargetRecord = { ...rest, state: to, since: at };
  if (to === "down") {
    const score = Math.min(rules.dampingCeiling, dampingAt(record, at, rules) + 1);
    const fallen = { ...withoutGenerations(moved), damping: { score, at } };
    return { record: fallen, transitions: [transition] };
  }
  const start = from === "down" ? at : rampSince;
  return {
    record: start === undefined ? moved : { ...moved, rampSince: start },
    transitions: [transition],
  };
}

function ofQuarantine(
  { path, to, why, failure }: QuarantineChange,
  at: number,
  evidence: Evidence,
  rules: Rules,
): Transition {
  const from = to === "quarantined" ? "released" : "quarantined";
  const seen = failure && { ...evidence, failure: shortened(failure, rules) };
  return { at, axis: "quarantine", from, to, why, path, evidence: seen ?? evidence };
}

/** Throughputs after a probe; a far region's are left out while the own one watches. */
function speedAfter(
  record: TargetRecord,
  { own, observation: { bytesPerSecond } }: RegionProbe,
  now: number,
  rules: Rules,
): Pick<TargetRecord, "speeds" | "slow"> {
  const { speeds, slow } = record;
  const far = !own && watching(record, now, rules).some(([, view]) => view.own);
  if (bytesPerSecond === undefined || far) return { speeds, slow };
  const all = [...speeds, bytesPerSecond].slice(-Math.max(rules.slowProbes, rules.successes));
  const isSlow = (speed: number) => speed < rules.slowBytesPerSecond;
  const latest = (count: number) => (all.length < count ? [] : all.slice(-count));
  if (latest(rules.slowProbes).length > 0 && latest(rules.slowProbes).every(isSlow)) {
    return { speeds: all, slow: true };
  }
  return { speeds: all, slow: slow && latest(rules.successes).some(isSlow) };
}

/** The record after one probe. */
export function observed(record: TargetRecord, probe: RegionProbe, rules: Rules): Outcome {
  const { region, own, observation } = probe;
  const before = record.regions[region];
  if (before !== undefined && observation.at <= before.at) return { record, transitions: [] };

  const at = Math.max(record.at, observation.at);
  const evidence = excerpt(region, observation, rules);
  const needed = successesNeeded(record, at, rules);
  const { copy, changes } = withChecks(record.copy, observation, needed, rules);
  const clean =
    observation.failure === undefined && observation.files.every(({ failure }) => !failure);
  const views = withFreshness(record.freshnessViews, probe, at, rules);
  const { ranges = record.ranges, certificateUntil = record.certificateUntil } = observation;
  const next: TargetRecord = {
    ...record,
    at,
    regions: regionsAfter(record, probe, rules),
    copy,
    freshnessViews: views,
    reports: own ? afterOwnProbe(record.reports, observation.at, clean, rules) : record.reports,
    ...speedAfter(record, probe, at, rules),
    ...(ranges !== undefined && { ranges }),
    ...(certificateUntil !== undefined && { certificateUntil }),
  };
  const transitions = changes.map((change) => ofQuarantine(change, at, evidence, rules));

  const worst = worstView(views);
  if (worst !== undefined && worst.is !== record.freshness?.is) {
    const { is, root, lagSeconds } = worst;
    next.freshness = { is, since: at };
    const why =
      is === "fresh"
        ? `${root} is the origin's newest`
        : `${root} is ${lagSeconds} s behind the origin`;
    const from = record.freshness?.is ?? "unknown";
    transitions.push({
      at,
      axis: "freshness",
      from,
      to: is,
      why: `${why}, read from ${worst.region}.`,
      evidence,
    });
  }
  const last = settled(next, evidence, rules);
  return { record: last.record, transitions: [...transitions, ...last.transitions] };
}

/**
 * The record after reports of clients, which change how often it is probed, and no state.
 *
 * @param networks hashes of the client networks that reported; integers
 * @param at Unix ms
 */
export function reported(
  record: TargetRecord,
  { networks, at }: { networks: readonly number[]; at: number },
  rules: Rules,
): Outcome {
  const now = Math.max(record.at, at);
  const reports = withReports(record.reports, networks, now, rules);
  return {
    record: reports === record.reports ? record : { ...record, at: now, reports },
    transitions: [],
  };
}

/**
 * The record when time alone has passed: quarantine ends, reports fade, a ramp is over.
 *
 * No state changes because nobody probed: a prober that is gone freezes its states.
 */
export function expired(record: TargetRecord, now: number, rules: Rules): Outcome {
  const at = Math.max(record.at, now);
  const { copy, changes } = released(record.copy, at);
  const reports = faded(record.reports, at, rules);
  const { rampSince, ...rest } = record;
  const ramped = rampSince !== undefined && nextRampAt(record, at, rules) === undefined;
  if (changes.length === 0 && reports === record.reports && !ramped) {
    return { record, transitions: [] };
  }
  const next: TargetRecord = { ...(ramped ? rest : record), at, copy, reports };
  const evidence: Evidence = { region: "clock" };
  const transitions = changes.map((change) => ofQuarantine(change, at, evidence, rules));
  const last = settled(next, evidence, rules);
  return { record: last.record, transitions: [...transitions, ...last.transitions] };
}

/** Whether its state may be about to change, so that it is probed more often. */
export function isChanging(record: TargetRecord, now: number, rules: Rules): boolean {
  if (record.state !== "down") {
    const failing = watching(record, now, rules).some(
      ([, { ok, run }]) => !ok && run <= rules.settledRun,
    );
    return failing || manyReport(record.reports, now, rules);
  }
  if (now - record.since < rules.settledMs) return true;
  const needed = successesNeeded(record, now, rules);
  if ((record.copy.incomplete?.clean ?? 0) > 0) return true;
  return watching(record, now, rules).some(([, { ok, run }]) => ok && run < needed);
}

/** What its regions warn of, each sentence once. */
export function warningsOf(record: TargetRecord): string[] {
  return [...new Set(Object.values(record.regions).flatMap(({ warnings }) => warnings))];
}

/** The record without a region that no longer asks this mirror. */
export function withoutRegion(record: TargetRecord, region: string): TargetRecord {
  const regions = Object.entries(record.regions).filter(([name]) => name !== region);
  const freshnessViews = record.freshnessViews.filter((view) => view.region !== region);
  return { ...record, regions: Object.fromEntries(regions), freshnessViews };
}
