/** What Fleet tells of mirrors and of itself, as the API shows it. Pure but for reading the store. */

import type { State } from "../directory/resource.ts";
import type { Scheme } from "../geo/scheme.ts";
import { overridesOn } from "../mirrors/overrides.ts";
import type { Freshness, Override, RosterMirror } from "../mirrors/roster.ts";
import { targetsOf } from "./assignment.ts";
import { type KnownHealth, rosterMirrors } from "./compose-roster.ts";
import type { FleetStore, HistoryEntry } from "./fleet-store.ts";
import type { Ledger } from "./ledger.ts";
import { type RoundTrips, slotMs } from "./round-trips.ts";
import type { ProbeSettings } from "./settings.ts";
import type { TargetRecord } from "./states.ts";
import { type ProbedFamily, type Target, targetKey } from "./target.ts";

/** What `/api/v1/mirrors` can be narrowed by; absent: everything. */
export interface FleetFilter {
  repository?: string;
  scheme?: Scheme;
  state?: State;
  freshness?: Freshness;
  country?: string;
}

/** One repository of a mirror over one scheme. */
export interface TargetSummary {
  repository: string;
  scheme: Scheme;
  family: ProbedFamily;
  url: string;
  /** An operator's override goes before what probes say. */
  state: State;
  /** Since when; absent where nothing was ever probed. */
  since?: string;
  freshness?: Freshness;
  /** Of the repository's snapshots the newest whose files it is known to have all; absent: not known. */
  generation?: number;
  /** Several files were missing or wrong, so that its generation proves nothing. */
  patchy?: true;
  /** Files this mirror was found not to have rightly. */
  without?: number;
  /** Share of client networks sent there, where it isn't all. */
  ramp?: number;
  /** Round trip as each region measured it last, ms. */
  ms?: Record<string, number>;
}

export interface MirrorSummary {
  name: string;
  country?: string;
  operator?: Record<string, Override>;
  targets: TargetSummary[];
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function summarise(
  mirror: RosterMirror,
  shown: RosterMirror,
  { records, now }: KnownHealth,
  filter: FleetFilter,
): MirrorSummary | undefined {
  if (filter.country !== undefined && mirror.country !== filter.country.toUpperCase()) {
    return undefined;
  }
  const targets = targetsOf(mirror)
    .map((target) => targetSummary(target, shown, records.get(targetKey(target))))
    .filter(
      (one) =>
        (filter.repository === undefined || one.repository === filter.repository) &&
        (filter.scheme === undefined || one.scheme === filter.scheme) &&
        (filter.state === undefined || one.state === filter.state) &&
        (filter.freshness === undefined || one.freshness === filter.freshness),
    );
  if (targets.length === 0) return undefined;
  const words = overridesOn(mirror, now);
  return {
    name: mirror.name,
    ...(mirror.country !== undefined && { country: mirror.country }),
    ...(Object.keys(words).length > 0 && { operator: words }),
    targets,
  };
}

function targetSummary(
  target: Target,
  shown: RosterMirror,
  known: TargetRecord | undefined,
): TargetSummary {
  const carried = shown.carries[target.repository];
  const stated = [shown.state, carried?.state].find(
    (state) => state === "drained" || state === "disabled",
  );
  const ms = Object.entries(known?.regions ?? {}).flatMap(([region, view]) =>
    view.ms === undefined ? [] : [[region, Math.round(view.ms)] as const],
  );
  const freshness = known?.freshness?.is;
  return {
    repository: target.repository,
    scheme: target.scheme,
    family: target.family,
    url: target.base,
    state: stated ?? known?.state ?? "unknown",
    ...(known !== undefined && { since: iso(known.since) }),
    ...(freshness !== undefined && { freshness }),
    ...(carried?.generation !== undefined && { generation: carried.generation }),
    ...(carried?.patchy && { patchy: true }),
    ...(carried?.without !== undefined && { without: carried.without.length }),
    ...(carried?.ramp !== undefined && { ramp: carried.ramp }),
    ...(ms.length > 0 && { ms: Object.fromEntries(ms) }),
  };
}

/** Every mirror that the filter leaves, with its states. */
export function describeFleet(
  listed: readonly RosterMirror[],
  health: KnownHealth,
  filter: FleetFilter,
): MirrorSummary[] {
  const shown = rosterMirrors(listed, health);
  return listed.flatMap((mirror, at) => {
    const summary = summarise(mirror, shown[at] ?? mirror, health, filter);
    return summary === undefined ? [] : [summary];
  });
}

/** Entries of the history in one answer. */
const historyPage = 100;

/** A page of one mirror's history. */
export interface MirrorHistory {
  name: string;
  /** Entries older than this id; `Number.MAX_SAFE_INTEGER` for the newest. */
  before: number;
}

/** One mirror with all that is known of it, and its history, newest first; `null` where it isn't listed. */
export function describeMirror(
  ledger: Ledger,
  store: FleetStore,
  { name, before }: MirrorHistory,
  { rules, now }: Omit<KnownHealth, "records">,
) {
  const mirror = ledger.list.roster.mirrors.find((one) => one.name === name);
  if (mirror === undefined) return null;
  const health = { records: ledger.records, rules, now };
  const [shown = mirror] = rosterMirrors([mirror], health);
  const summary = summarise(mirror, shown, health, {});
  const entries = store.history(name, before, historyPage);
  const last = entries.at(-1);
  return {
    ...(summary ?? { name, targets: [] }),
    known: ledger.targetsOf(name).map((target) => ({
      target: targetKey(target),
      record: ledger.records.get(targetKey(target)) ?? null,
    })),
    history: entries.map(({ at, evidence, ...entry }) => ({
      at: iso(at),
      ...entry,
      evidence: JSON.parse(evidence),
    })),
    ...roundTripsTold(store.roundTrips(name)),
    /** Give it as `?before=` for the next page. */
    older: entries.length === historyPage && last !== undefined ? last.id : null,
  };
}

/** Round trips of the last hours, where any are kept. */
function roundTripsTold(figures: RoundTrips | undefined) {
  if (figures === undefined) return {};
  const { slot, ms } = figures;
  return { roundTrips: { until: iso((slot + 1) * slotMs), everySeconds: slotMs / 1000, ms } };
}

/** One mirror with all that is known of it. */
export type MirrorDescription = NonNullable<ReturnType<typeof describeMirror>>;

/** A change of a state, as lists of the latest tell it. */
export interface FleetChange extends Omit<HistoryEntry, "id" | "at" | "evidence" | "family"> {
  /** ISO 8601, UTC. */
  at: string;
}

/** Changes that are told at once. */
const latestChanges = 30;

/** The latest changes of all mirrors, newest first. */
export function describeChanges(store: FleetStore): FleetChange[] {
  return store
    .latest(latestChanges)
    .map(({ id: _, at, evidence: __, family: ___, ...entry }) => ({ at: iso(at), ...entry }));
}

/** Changes behind an entry of the history, oldest first; without one: the newest alone. */
export function describeChangesBehind(
  store: FleetStore,
  behind: number | undefined,
  limit: number,
): (FleetChange & { id: number })[] {
  const entries = behind === undefined ? store.latest(1) : store.behind(behind, limit);
  return entries.map(({ at, evidence: _, family: __, ...entry }) => ({ at: iso(at), ...entry }));
}

/** Fleet about itself. */
export interface FleetHealth {
  probing: ProbeSettings["probing"];
  /** Version of the mirror list in force. */
  list: number;
  published: number | null;
  /** Whether edges that can't reach Fleet would get the published version. */
  stored: boolean;
  probers: {
    name: string;
    mirrors: number;
    /** Since its last report. */
    secondsAgo: number;
    alive: boolean;
    /** Why it believes itself blind. */
    blind?: string;
  }[];
  /** What is wrong at the moment. */
  alarms: { name: string; since: string; detail: string }[];
  /** What an operator could do better. */
  notices: string[];
}

/** Fleet itself: what was published, which Probers report, what is wrong. */
export function fleetHealth(
  ledger: Ledger,
  store: FleetStore,
  settings: ProbeSettings,
  now: number,
): FleetHealth {
  const published = store.published();
  return {
    probing: settings.probing,
    list: ledger.list.roster.version,
    published: published === undefined ? null : published.version,
    stored: published?.stored ?? false,
    probers: [...ledger.probers]
      .filter(([, { given }]) => given !== "")
      .map(([name, { seenAt, mirrors, blind }]) => ({
        name,
        mirrors,
        secondsAgo: Math.round((now - seenAt) / 1000),
        alive: now - seenAt <= ledger.silentMs,
        ...(blind !== undefined && { blind }),
      })),
    alarms: [...ledger.alarms].map(([name, { since, detail }]) => ({
      name,
      since: iso(since),
      detail,
    })),
    notices:
      settings.probing === "all" && settings.publicUrl === ""
        ? ["PUBLIC_URL is not set: operators of mirrors can't look up who probes them."]
        : [],
  };
}
