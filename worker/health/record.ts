/** What is held of one target: plain values, so that it can be stored as JSON. */
import type { Freshness } from "../mirrors/roster.ts";
import type { Failure } from "../outbound/failure.ts";
import { type ClientReports, noReports } from "./client-reports.ts";
import type { FreshnessView } from "./freshness-axis.ts";
import type { FreshnessObservation, Observation } from "./observation.ts";
import { type Copy, wholeCopy } from "./quarantine.ts";
import { intervalMs, type Rules } from "./rules.ts";

/** States that observations add up to. */
export type ProbedState = "unknown" | "up" | "degraded" | "down";

/** What one region saw last. */
export interface RegionView {
  ok: boolean;
  /** It is the region the mirror is in. */
  own: boolean;
  /** Probes in a row with this outcome. */
  run: number;
  /** The latest probe, Unix ms. */
  at: number;
  /** The latest probe that counted in `run`, Unix ms. */
  countedAt: number;
  /** It failed often enough in a row, and hasn't answered often enough in a row since. */
  failing: boolean;
  failure?: Failure;
  /** Round trip of the latest answer, ms. */
  ms?: number;
  /** As its latest answer showed it (`Observation.generation`), and when that was, Unix ms. */
  generation?: { is: number; at: number };
  warnings: readonly string[];
}

/** One target. Never changed in place. */
export interface TargetRecord {
  state: ProbedState;
  /** Of the state, Unix ms. */
  since: number;
  /** The newest moment this record has seen, Unix ms. */
  at: number;
  regions: Readonly<Record<string, RegionView>>;
  /** The worst of what its regions read; absent: not known. */
  freshness?: { is: Freshness; since: number };
  freshnessViews: readonly FreshnessView[];
  copy: Copy;
  /** Falls to down, halved with time. */
  damping: { score: number; at: number };
  /** When it came back from down, Unix ms. */
  rampSince?: number;
  reports: ClientReports;
  /** The latest throughputs, bytes a second, oldest first. */
  speeds: readonly number[];
  slow: boolean;
  ranges?: boolean;
  /** Unix ms. */
  certificateUntil?: number;
}

/** What a transition is founded on. */
export interface Evidence {
  /** The region whose probe brought it; `clock` where time alone did. In old entries also `clients`. */
  region: string;
  failure?: Failure;
  /** Of the probe, Unix ms. */
  at?: number;
  ms?: number;
  bytesPerSecond?: number;
  freshness?: FreshnessObservation;
}

export interface Transition {
  /** Unix ms. */
  at: number;
  axis: "state" | "freshness" | "quarantine";
  from: string;
  to: string;
  /** A sentence for an operator. */
  why: string;
  /** The file, on the axis `quarantine`. */
  path?: string;
  evidence: Evidence;
}

/** A target nobody has probed. */
export function emptyRecord(now: number): TargetRecord {
  return {
    state: "unknown",
    since: now,
    at: now,
    regions: {},
    freshnessViews: [],
    copy: wholeCopy,
    damping: { score: 0, at: now },
    reports: noReports,
    speeds: [],
    slow: false,
  };
}

/** How long it has been down, ms; 0: it isn't. */
export function longDownMs(record: TargetRecord, now: number): number {
  return record.state === "down" ? Math.max(0, now - record.since) : 0;
}

/** The regions that are still watching, by name; the long dead are probed seldom, so their views last longer. */
export function watching(record: TargetRecord, now: number, rules: Rules): [string, RegionView][] {
  const lastsMs = rules.watchingIntervals * intervalMs(false, longDownMs(record, now), rules);
  return Object.entries(record.regions).filter(([, view]) => now - view.at <= lastsMs);
}

/** The failure with its words cut to what is kept. */
export function shortened(failure: Failure, rules: Rules): Failure {
  const cut = (words: string) => words.slice(0, rules.wordsChars);
  const { detail, url, header } = failure;
  return {
    ...failure,
    detail: cut(detail),
    url: cut(url),
    ...(header !== undefined && { header: cut(header) }),
  };
}

/**
 * Probes in a row with the same outcome, this one included.
 *
 * Probes close together are one: a failure of the host is told to all its targets, and six repositories that
 * miss the same second must not be six failures in a row.
 *
 * The Prober's own count is believed as far as there was time for so many.
 */
function runOf(
  before: RegionView | undefined,
  { run: told, observation: { at, failure } }: RegionProbe,
  rules: Rules,
): { run: number; countedAt: number } {
  const ok = failure === undefined;
  const asTold = Math.max(1, Math.floor(told ?? 1));
  if (before === undefined) return { run: asTold, countedAt: at };
  const room = Math.floor((at - before.countedAt) / (rules.changingMs / 2));
  if (before.ok !== ok) return { run: Math.min(asTold, Math.max(1, room)), countedAt: at };
  if (room < 1) return { run: before.run, countedAt: before.countedAt };
  const counted = told === undefined ? before.run + 1 : Math.min(asTold, before.run + room);
  return { run: Math.max(before.run, counted), countedAt: at };
}

/** A probe that failed tells nothing of it; one that didn't and names none takes back what was known. */
function generationAfter(
  before: RegionView | undefined,
  { at, failure, generation }: Observation,
): RegionView["generation"] {
  if (failure !== undefined) return before?.generation;
  return generation === undefined ? undefined : { is: generation, at };
}

/** What a region sees after one more probe. */
function viewAfter(before: RegionView | undefined, probe: RegionProbe, rules: Rules): RegionView {
  const { own, observation } = probe;
  const { at, failure } = observation;
  const ok = failure === undefined;
  const { run, countedAt } = runOf(before, probe, rules);
  const wasFailing = before?.failing ?? false;
  const ms = observation.ms ?? before?.ms;
  const generation = generationAfter(before, observation);
  const warnings = ok ? observation.warnings : (before?.warnings ?? []);
  return {
    ok,
    own,
    run,
    at,
    countedAt,
    failing: ok ? wasFailing && run < rules.successes : wasFailing || run >= rules.failuresInARow,
    ...(failure !== undefined && { failure: shortened(failure, rules) }),
    ...(ms !== undefined && { ms }),
    ...(generation !== undefined && { generation }),
    warnings: warnings
      .slice(0, rules.warningsKept)
      .map((warning) => warning.slice(0, rules.wordsChars)),
  };
}

/** All regions after one more probe of `region`; of too many the one that probed longest ago is forgotten. */
export function regionsAfter(
  record: TargetRecord,
  probe: RegionProbe,
  rules: Rules,
): TargetRecord["regions"] {
  const { region } = probe;
  const view = viewAfter(record.regions[region], probe, rules);
  const all = Object.entries({ ...record.regions, [region]: view });
  if (all.length <= rules.regionsKept) return Object.fromEntries(all);
  const oldest = Math.min(...all.map(([, { at }]) => at));
  const forgotten = all.findIndex(([, { at }]) => at === oldest);
  return Object.fromEntries(all.toSpliced(forgotten, 1));
}

/** One probe of this target, by a region. */
export interface RegionProbe {
  region: string;
  /** It is the region the mirror is in. */
  own: boolean;
  /** Probes in a row with this outcome, as the prober counts; absent: counted here. */
  run?: number;
  observation: Observation;
}

/**
 * The generation that a target has by all of its regions: the least, as a name may lead each of them to another machine.
 * What one of them saw `freshnessMs` before the latest doesn't count any more; where nobody probes, it stays as it is.
 *
 * @returns undefined where none is known
 */
export function generationSeen({ regions }: TargetRecord, rules: Rules): number | undefined {
  const seen = Object.values(regions).flatMap(({ generation }) => generation ?? []);
  const latest = Math.max(...seen.map(({ at }) => at));
  const counting = seen.filter(({ at }) => latest - at < rules.freshnessMs);
  const least = Math.min(...counting.map(({ is }) => is));
  // 0 is a root that no snapshot has, and none at all gives infinity.
  return least > 0 && Number.isFinite(least) ? least : undefined;
}

/**
 * The record without what its regions saw of its generation. What was down may come back with another disk or an older
 * copy, so nothing that was seen before counts then.
 */
export function withoutGenerations(record: TargetRecord): TargetRecord {
  const regions = Object.entries(record.regions).map(([region, { generation: _, ...view }]) => [
    region,
    view,
  ]);
  return { ...record, regions: Object.fromEntries(regions) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isView(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { ok, own, failing, run, at, countedAt, warnings } = value;
  return (
    [ok, own, failing].every((flag) => typeof flag === "boolean") &&
    [run, at, countedAt].every(Number.isFinite) &&
    Array.isArray(warnings)
  );
}

/** Whether a stored value has a record's shape: one written by another version is begun anew rather than trusted. */
export function isTargetRecord(value: unknown): value is TargetRecord {
  if (!isObject(value)) return false;
  const { state, since, at, regions, freshnessViews, copy, damping, reports, speeds, slow } = value;
  return (
    (state === "unknown" || state === "up" || state === "degraded" || state === "down") &&
    Number.isFinite(since) &&
    Number.isFinite(at) &&
    isObject(regions) &&
    Object.values(regions).every(isView) &&
    Array.isArray(freshnessViews) &&
    isObject(copy) &&
    Array.isArray(copy.quarantine) &&
    Array.isArray(copy.looks) &&
    isObject(damping) &&
    Number.isFinite(damping.score) &&
    Number.isFinite(damping.at) &&
    isObject(reports) &&
    Array.isArray(reports.networks) &&
    Number.isFinite(reports.clean) &&
    Array.isArray(speeds) &&
    typeof slow === "boolean"
  );
}
