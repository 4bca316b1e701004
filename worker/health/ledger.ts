/**
 * Fleet's ledger: the list, what is known of every target, and each change with who, when and why; and how the Probers
 * stand. Held in memory, every change written before anybody is told of it. Decisions are the state machine's.
 */

import type { Views } from "../mirrors/compiled-list.ts";
import { overrideChanges, overridesIn } from "../mirrors/overrides.ts";
import { regionOf, targetsOf } from "./assignment.ts";
import type { Records } from "./compose-roster.ts";
import type { FleetStore } from "./fleet-store.ts";
import { ProberStandings, type Standing } from "./prober-standings.ts";
import type { ClientReport } from "./repeat-reports.ts";
import type { Report, Seen } from "./report.ts";
import type { ProbeSettings } from "./settings.ts";
import {
  emptyRecord,
  expired,
  generationSeen,
  observed,
  reported,
  type TargetRecord,
  withoutRegion,
} from "./states.ts";
import { type Target, targetKey } from "./target.ts";
import { TargetRecords } from "./target-records.ts";

/** Records that changed in nothing but figures are written this often, ms: a crash loses no state, only them. */
const flushMs = 600_000;
/** History is pruned this often, ms. */
const pruneMs = 3_600_000;

/** Where a mirror list can come from. */
export interface MirrorLists {
  /** The list in the bundle; the stored one is used unless this is newer. */
  shipped: Views;
  /** Reads the stored one. Throws where it is no list. */
  readList: (text: string) => Views;
}

export class Ledger {
  readonly #store: FleetStore;
  readonly #settings: ProbeSettings;
  #list: Views;
  readonly #records: TargetRecords;
  readonly #targets = new Map<string, Target>();
  readonly #byMirror = new Map<string, readonly Target[]>();
  readonly #standings: ProberStandings;
  #flushedAt: number;
  #prunedAt = 0;
  /** Prober's reports taken since Fleet began. */
  reportsTaken = 0;

  /** @param now Unix ms */
  constructor(
    store: FleetStore,
    settings: ProbeSettings,
    { shipped, readList }: MirrorLists,
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
    this.#records = new TargetRecords(store, (key) => this.#targets.get(key));
    this.#standings = new ProberStandings(store, settings.rules, now);
    this.#findTargets();
    if (stored === undefined) this.#follow(shipped, undefined, now);
    else if (this.#list === shipped) this.#follow(shipped, readList(stored.text), now);
  }

  get list(): Views {
    return this.#list;
  }

  get records(): Records {
    return this.#records.all;
  }

  /** Standing of every Prober that was ever given an assignment, by name. */
  get probers(): ReadonlyMap<string, Standing> {
    return this.#standings.probers;
  }

  /** As `ProberStandings.alarms`. */
  get alarms(): ReadonlyMap<string, { since: number; detail: string }> {
    return this.#standings.alarms;
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
    const dropped = [...this.#records.all.keys()].filter((key) => !listed.has(key));
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
    this.#records.forget(dropped);
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
    const moved = this.#records.change((write) => {
      for (const seen of report.seen) {
        const key = targetKey(seen.target);
        if (!this.#targets.has(key)) continue;
        const before = this.#records.all.get(key) ?? emptyRecord(now);
        const { own, run, observation } = seen;
        const step = observed(before, { region, own, run, observation }, rules);
        write(key, step.record, step.transitions);
        synchronised ||= generationSeen(before, rules) !== generationSeen(step.record, rules);
        if (isNewDoubt(seen, before)) doubtful.add(seen.target.mirror);
      }
    });
    this.#standings.heard(report, now);
    return { changed: moved || synchronised, doubtful };
  }

  /**
   * Is told which regions ask which mirror from now on: what others saw there is forgotten. States stay until somebody
   * looks again.
   *
   * @param asking by the mirror's name
   */
  assigned(asking: ReadonlyMap<string, ReadonlySet<string>>): void {
    this.#records.change((write) => {
      for (const [key, { mirror }] of this.#targets) {
        const before = this.#records.all.get(key);
        if (before === undefined) continue;
        const gone = Object.keys(before.regions).filter((one) => !asking.get(mirror)?.has(one));
        if (gone.length > 0) write(key, gone.reduce(withoutRegion, before), []);
      }
    });
  }

  /** Takes what edges counted of clients that asked again; returns the mirrors worth a probe. */
  clients(reports: readonly ClientReport[], now: number): { changed: boolean; mirrors: string[] } {
    const mirrors = new Set<string>();
    const changed = this.#records.change((write) => {
      for (const { mirror, repository, scheme, networks } of reports) {
        for (const target of this.targetsOf(mirror)) {
          if (target.repository !== repository || target.scheme !== scheme) continue;
          const key = targetKey(target);
          mirrors.add(mirror);
          const before = this.#records.all.get(key) ?? emptyRecord(now);
          const step = reported(before, { networks, at: now }, this.#settings.rules);
          write(key, step.record, step.transitions);
        }
      }
    });
    return { changed, mirrors: [...mirrors] };
  }

  /** What time alone changes: quarantines and reports that end, Probers that fall silent, old history. */
  tick(now: number): boolean {
    const changed = this.#records.change((write) => {
      for (const [key, before] of this.#records.all) {
        const step = expired(before, now, this.#settings.rules);
        if (step.record !== before) write(key, step.record, step.transitions);
      }
    });
    this.#standings.tick(now);
    if (now - this.#flushedAt >= flushMs) this.flush(now);
    if (now - this.#prunedAt >= pruneMs) {
      this.#prunedAt = now;
      this.#store.pruneHistory(now);
    }
    return changed;
  }

  /** As `ProberStandings.silentMs`. */
  get silentMs(): number {
    return this.#standings.silentMs;
  }

  /** Writes the figures that changed since the last time. */
  flush(now: number): void {
    this.#flushedAt = now;
    this.#records.flush();
  }

  /** As `ProberStandings.gave`. */
  gave(prober: string, version: string, now: number): void {
    this.#standings.gave(prober, version, now);
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
