/**
 * Fleet's ledger: the list, what is known of every target, and each change with who, when and why. Held in
 * memory, every change written before anybody is told of it. Decisions are the state machine's.
 */

import type { Views } from "../mirrors/compiled-list.ts";
import { overrideChanges, overridesIn } from "../mirrors/overrides.ts";
import { regionOf, targetsOf } from "./assignment.ts";
import type { Records } from "./compose-roster.ts";
import type { FleetStore } from "./fleet-store.ts";
import type { ClientReport } from "./repeat-reports.ts";
import type { Report, Seen, Work } from "./report.ts";
import { addWork, noWork } from "./report.ts";
import type { ProbeSettings } from "./settings.ts";
import {
  emptyRecord,
  expired,
  generationSeen,
  isTargetRecord,
  observed,
  reported,
  type TargetRecord,
  type Transition,
  withoutRegion,
} from "./states.ts";
import { type Target, targetKey } from "./target.ts";

/** What is known of one Prober. */
export interface Standing {
  /** Version of the assignment it was last given and took. */
  given: string;
  /** Unix ms of its last report; 0: never. */
  seenAt: number;
  mirrors: number;
  blind?: string;
  work: Work;
}

/** Records that changed in nothing but figures are written this often, ms: a crash loses no state, only them. */
const flushMs = 600_000;
/** History is pruned this often, ms. */
const pruneMs = 3_600_000;

export class Ledger {
  readonly #store: FleetStore;
  readonly #settings: ProbeSettings;
  #list: Views;
  readonly #records = new Map<string, TargetRecord>();
  readonly #targets = new Map<string, Target>();
  readonly #byMirror = new Map<string, readonly Target[]>();
  readonly #probers = new Map<string, Standing>();
  readonly #alarms = new Map<string, { since: number; detail: string }>();
  readonly #unwritten = new Set<string>();
  #flushedAt: number;
  #prunedAt = 0;
  /** Prober's reports taken since Fleet began. */
  reportsTaken = 0;

  /**
   * @param shipped the list in the bundle; the stored one is used unless this is newer
   * @param now Unix ms
   */
  constructor(
    store: FleetStore,
    settings: ProbeSettings,
    shipped: Views,
    readList: (text: string) => Views,
    now: number,
  ) {
    this.#store = store;
    this.#settings = settings;
    this.#flushedAt = now;
    const stored = store.list();
    this.#list =
      stored !== undefined && stored.version >= shipped.roster.version
        ? readList(stored.text)
        : shipped;
    for (const [key, known] of store.targets()) {
      if (isTargetRecord(known)) this.#records.set(key, known);
    }
    for (const [name, standing] of store.probers()) {
      this.#probers.set(name, standingOf(standing, now));
    }
    for (const { name, since, detail } of store.alarms()) this.#alarms.set(name, { since, detail });
    this.#findTargets();
    if (stored === undefined) this.#follow(shipped, undefined, now);
    else if (this.#list === shipped) this.#follow(shipped, readList(stored.text), now);
  }

  get list(): Views {
    return this.#list;
  }

  get records(): Records {
    return this.#records;
  }

  /** Standing of every Prober that was ever given an assignment, by name. */
  get probers(): ReadonlyMap<string, Standing> {
    return this.#probers;
  }

  get alarms(): ReadonlyMap<string, { since: number; detail: string }> {
    return this.#alarms;
  }

  /** The targets of the list, by key. */
  get targets(): ReadonlyMap<string, Target> {
    return this.#targets;
  }

  /** The targets of a mirror; none where it isn't listed. */
  targetsOf(mirror: string): readonly Target[] {
    return this.#byMirror.get(mirror) ?? [];
  }

  #findTargets(): void {
    this.#targets.clear();
    this.#byMirror.clear();
    for (const mirror of this.#list.roster.mirrors) {
      const targets = targetsOf(mirror);
      this.#byMirror.set(mirror.name, targets);
      for (const target of targets) this.#targets.set(targetKey(target), target);
    }
  }

  /** Takes a newer list; `false` where it isn't newer. What operators said anew goes into the history. */
  takeList(list: Views, now: number): boolean {
    if (list.roster.version <= this.#list.roster.version) return false;
    this.#follow(list, this.#list, now);
    return true;
  }

  /** Writes a list with what it changes, and goes by it from then on. */
  #follow(list: Views, before: Views | undefined, now: number): void {
    const store = this.#store;
    const listed = new Set(list.roster.mirrors.flatMap((one) => targetsOf(one).map(targetKey)));
    const dropped = [...this.#records.keys()].filter((key) => !listed.has(key));
    store.together(() => {
      store.setList(list.roster.version, JSON.stringify(list));
      for (const key of dropped) store.dropTarget(key);
      for (const change of overrideChanges(before?.roster.mirrors ?? [], list.roster.mirrors)) {
        const { mirror, repository, from, to } = change;
        store.addHistory({
          at: now,
          mirror,
          repository,
          scheme: "",
          family: "",
          axis: "operator",
          from: from?.is ?? "",
          to: to?.is ?? "",
          why: to === undefined ? "taken back in the mirror list" : overridesIn(to),
          evidence: JSON.stringify(to ?? {}),
        });
      }
    });
    // Only what is written is gone by: a list that could not be is taken as a whole the next time.
    for (const key of dropped) {
      this.#records.delete(key);
      this.#unwritten.delete(key);
    }
    this.#list = list;
    this.#findTargets();
  }

  /**
   * Takes a Prober's report. A change of generation is no entry of the history, and written with the figures: each
   * publish of each repository changes that of every mirror.
   *
   * @returns whether any state, freshness, generation, quarantine or ramp changed, and mirrors that failed for the
   *   first time and deserve a second opinion
   */
  report(report: Report, now: number): { changed: boolean; doubtful: Set<string> } {
    const region = regionOf(report.prober);
    this.reportsTaken++;
    const doubtful = new Set<string>();
    const { rules } = this.#settings;
    let synchronised = false;
    const moved = this.#change((write) => {
      for (const seen of report.seen) {
        const key = targetKey(seen.target);
        if (!this.#targets.has(key)) continue;
        const before = this.#records.get(key) ?? emptyRecord(now);
        const { own, run, observation } = seen;
        const step = observed(before, { region, own, run, observation }, rules);
        write(key, step.record, step.transitions);
        synchronised ||= generationSeen(before, rules) !== generationSeen(step.record, rules);
        if (isNewDoubt(seen, before)) doubtful.add(seen.target.mirror);
      }
    });
    const standing = this.#probers.get(report.prober);
    const { blind } = report;
    // Alarms first: they may fail to be written, and then the Prober tells its figures again.
    this.#setAlarm(`blind ${report.prober}`, blind, now);
    if (standing === undefined || now - standing.seenAt > this.silentMs) {
      this.#setAlarm(`silent ${report.prober}`, undefined, now);
    }
    this.#setStanding(report.prober, {
      given: standing?.given ?? "",
      seenAt: now,
      mirrors: report.mirrors,
      ...(blind !== undefined && { blind }),
      work: addWork(standing?.work ?? noWork, report.work),
    });
    return { changed: moved || synchronised, doubtful };
  }

  /**
   * Is told which regions ask which mirror from now on: what others saw there is forgotten. States stay until somebody
   * looks again.
   *
   * @param asking by the mirror's name
   */
  assigned(asking: ReadonlyMap<string, ReadonlySet<string>>): void {
    this.#change((write) => {
      for (const [key, { mirror }] of this.#targets) {
        const before = this.#records.get(key);
        if (before === undefined) continue;
        const gone = Object.keys(before.regions).filter((one) => !asking.get(mirror)?.has(one));
        if (gone.length > 0) write(key, gone.reduce(withoutRegion, before), []);
      }
    });
  }

  /** Takes what edges counted of clients that asked again; returns the mirrors worth a probe. */
  clients(reports: readonly ClientReport[], now: number): { changed: boolean; mirrors: string[] } {
    const mirrors = new Set<string>();
    const changed = this.#change((write) => {
      for (const { mirror, repository, scheme, networks } of reports) {
        for (const target of this.targetsOf(mirror)) {
          if (target.repository !== repository || target.scheme !== scheme) continue;
          const key = targetKey(target);
          mirrors.add(mirror);
          const before = this.#records.get(key) ?? emptyRecord(now);
          const step = reported(before, { networks, at: now }, this.#settings.rules);
          write(key, step.record, step.transitions);
        }
      }
    });
    return { changed, mirrors: [...mirrors] };
  }

  /** What time alone changes: quarantines and reports that end, Probers that fall silent, old history. */
  tick(now: number): boolean {
    const changed = this.#change((write) => {
      for (const [key, before] of this.#records) {
        const step = expired(before, now, this.#settings.rules);
        if (step.record !== before) write(key, step.record, step.transitions);
      }
    });
    for (const [name, { seenAt, given }] of this.#probers) {
      if (given === "") continue;
      const silent = now - seenAt > this.silentMs;
      this.#setAlarm(
        `silent ${name}`,
        silent ? `no report for ${Math.round((now - seenAt) / 1000)} s` : undefined,
        now,
      );
    }
    if (now - this.#flushedAt >= flushMs) this.flush(now);
    if (now - this.#prunedAt >= pruneMs) {
      this.#prunedAt = now;
      this.#store.pruneHistory(now);
    }
    return changed;
  }

  /** A Prober that hasn't been heard of for this long, ms, is taken to be gone. */
  get silentMs(): number {
    const { healthyMs, deadlineMs } = this.#settings.rules;
    return 3 * (healthyMs + deadlineMs);
  }

  /** Writes the figures that changed since the last time. */
  flush(now: number): void {
    this.#flushedAt = now;
    this.#store.together(() => {
      for (const key of this.#unwritten) {
        const known = this.#records.get(key);
        if (known !== undefined) this.#store.setTarget(key, known);
      }
    });
    this.#unwritten.clear();
  }

  /** A Prober took an assignment; an empty version and no mirrors: it is done. */
  gave(prober: string, version: string, now: number): void {
    if (version === "") {
      this.#setAlarm(`silent ${prober}`, undefined, now);
      this.#setAlarm(`blind ${prober}`, undefined, now);
      this.#store.dropProber(prober);
      this.#probers.delete(prober);
      return;
    }
    const standing = this.#probers.get(prober) ?? { seenAt: now, mirrors: 0, work: noWork };
    this.#setStanding(prober, { ...standing, given: version }, true);
  }

  #setStanding(name: string, standing: Standing, write = false): void {
    // Figures of every report stay in memory; what a restart needs is who was given what.
    if (write) this.#store.setProber(name, standing);
    this.#probers.set(name, standing);
  }

  #setAlarm(name: string, detail: string | undefined, now: number): void {
    const on = this.#alarms.get(name);
    if (detail === undefined) {
      if (on === undefined) return;
      this.#store.dropAlarm(name);
      this.#alarms.delete(name);
      console.warn(`alarm over: ${name}`);
    } else if (on === undefined) {
      this.#store.setAlarm({ name, since: now, detail });
      this.#alarms.set(name, { since: now, detail });
      console.warn(`alarm: ${name}: ${detail}`);
    }
  }

  /** Runs changes; those with transitions are written with their history in one transaction. */
  #change(
    work: (write: (key: string, next: TargetRecord, why: readonly Transition[]) => void) => void,
  ): boolean {
    const changes: { key: string; next: TargetRecord; transitions: readonly Transition[] }[] = [];
    const before = new Map<string, TargetRecord | undefined>();
    work((key, next, transitions) => {
      if (!before.has(key)) before.set(key, this.#records.get(key));
      this.#records.set(key, next);
      this.#unwritten.add(key);
      if (transitions.length > 0) changes.push({ key, next, transitions });
    });
    if (changes.length === 0) return false;
    try {
      this.#store.together(() => {
        for (const { key, next, transitions } of changes) {
          this.#store.setTarget(key, next);
          const target = this.#targets.get(key);
          if (target !== undefined) this.#addHistory(target, transitions);
        }
      });
    } catch (error) {
      // What isn't written hasn't happened: the Prober hears of the failure and tells it again.
      for (const [key, old] of before) {
        if (old === undefined) this.#records.delete(key);
        else this.#records.set(key, old);
      }
      throw error;
    }
    for (const { key } of changes) this.#unwritten.delete(key);
    return true;
  }

  #addHistory(target: Target, transitions: readonly Transition[]): void {
    const { mirror, repository, scheme, family } = target;
    for (const { at, axis, from, to, why, evidence } of transitions) {
      this.#store.addHistory({
        at,
        mirror,
        repository,
        scheme,
        family,
        axis,
        from,
        to,
        why,
        evidence: JSON.stringify(evidence),
      });
    }
  }
}

/** A first failure of a target, or of a file where all were right. */
function isNewDoubt({ run, observation }: Seen, before: TargetRecord): boolean {
  if (before.state === "down") return false;
  if (observation.failure !== undefined) return run === 1;
  return (
    before.copy.quarantine.length === 0 &&
    observation.files.some(({ failure }) => failure !== undefined)
  );
}

/** After a restart of Fleet a Prober is given its time to report again before it counts as silent. */
function standingOf(stored: Record<string, unknown>, now: number): Standing {
  const { given } = stored;
  return {
    given: typeof given === "string" ? given : "",
    seenAt: now,
    mirrors: 0,
    work: noWork,
  };
}
