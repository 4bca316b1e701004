/**
 * What Fleet does: takes the Probers' reports, keeps states with their history, publishes the roster, assigns mirrors to
 * Probers. Free of the platform: the Durable Object around it hands in storage, alarm, stubs and clock.
 */
import { latencyModel } from "../geo/latency.ts";
import { capacityWith } from "../mirrors/capacity.ts";
import type { Views } from "../mirrors/compiled-list.ts";
import type { Background } from "../runtime/background.ts";
import type { ObjectAlarm } from "../runtime/object-alarm.ts";
import { reasonOf } from "../runtime/reason.ts";
import { type EndingCertificate, endingCertificates } from "./certificates/ending-certificates.ts";
import { type KnownHealth, rosterMirrors } from "./compose-roster.ts";
import {
  describeChanges,
  describeChangesBehind,
  describeFleet,
  describeMirror,
  type FleetChange,
  type FleetFilter,
  type FleetHealth,
  fleetHealth,
  type MirrorSummary,
} from "./fleet-answers.ts";
import { fleetMetrics } from "./fleet-metrics.ts";
import type { FleetStore } from "./fleet-store.ts";
import { Ledger } from "./ledger.ts";
import { Proximity, type RedirectTotals } from "./nearness/proximity.ts";
import { probedStatesText } from "./probed-states.ts";
import { ProberAssignments, type ProberCalls } from "./prober-assignments.ts";
import { RosterPublication } from "./publish-roster.ts";
import type { ClientReport } from "./repeat-reports.ts";
import type { Orders, Report } from "./report.ts";
import { RosterHistory, type RosterThen } from "./roster-history.ts";
import { keepRoundTrips, slotOf } from "./round-trips.ts";
import type { ProbeSettings } from "./settings.ts";
import { targetKey } from "./target.ts";

/** Between two alarms, ms: a third of the probing interval within these. */
const leastTickMs = 1000;
const mostTickMs = 10_000;
/** A newer list is asked for this often within the probing interval. */
const listChecks = 10;

export interface FleetWatchOptions {
  settings: ProbeSettings;
  store: FleetStore;
  alarm: ObjectAlarm;
  background: Background;
  /** The list in the bundle. */
  shipped: Views;
  /** Throws an Error that says what is wrong with the text. */
  readList: (text: string) => Views;
  /** The list that was applied last, as text; `null`: none was. Absent: none can be. */
  applied?: () => Promise<string | null>;
  /** As `RosterPublicationOptions.encode`. */
  encode: (views: Views) => Promise<string>;
  /** As `RosterPublicationOptions.keep`. */
  keep?: (text: string) => Promise<void>;
  /** As `ProximityOptions.totals`. */
  totals?: () => Promise<RedirectTotals>;
  /** As `ProberAssignmentsOptions.prober`. */
  prober: (name: string) => ProberCalls | undefined;
  /** Unix ms. */
  now: () => number;
  log: (sentence: string) => void;
}

export class FleetWatch {
  readonly #options: FleetWatchOptions;
  readonly #ledger: Ledger;
  readonly #history: RosterHistory;
  readonly #proximity: Proximity;
  readonly #publication: RosterPublication;
  readonly #assignments: ProberAssignments;
  #listCheckedAt = 0;
  /** The newest hour whose round trips are kept; undefined: not read yet. */
  #roundTripsOf: number | undefined;
  /** Why the list that was applied last is not the one in force. */
  #notTaken: FleetHealth["alarms"][number] | undefined;

  /** Goes on with what the store holds; with the shipped list where that is newer. */
  constructor(options: FleetWatchOptions) {
    this.#options = options;
    const { settings, store, alarm, background, encode, keep, prober, now, log } = options;
    const { shipped, readList } = options;
    const ledger = new Ledger(store, settings, { shipped, readList }, now());
    const { rules } = settings;
    this.#ledger = ledger;
    this.#history = new RosterHistory(store.rosters, log);
    this.#proximity = new Proximity({
      store: store.nearness,
      model: latencyModel,
      isPlatform: settings.isPlatform,
      ...(settings.ownPoint && { ownPoint: settings.ownPoint }),
      ...(options.totals && { totals: options.totals }),
      log,
    });
    this.#publication = new RosterPublication({
      nearnessOf: (mirror) => this.#proximity.of(mirror),
      ledger,
      store,
      history: this.#history,
      rules,
      alarm,
      encode,
      ...(keep && { keep }),
      now,
      log,
    });
    this.#assignments = new ProberAssignments({ ledger, store, settings, prober, background, log });
  }

  /**
   * The published views, or `null` where `known` is their version already.
   * Being asked is also what wakes a Fleet that nobody has woken yet.
   */
  async views(known: number): Promise<string | null> {
    await this.wake();
    await this.#takeList(this.#options.now());
    if (this.#publication.latest === undefined) await this.#publication.publish();
    const published = this.#publication.latest;
    return published === undefined || published.version === known ? null : published.text;
  }

  /** The roster that was in force at a moment. @param time Unix ms, past */
  rosterAt(time: number): RosterThen {
    return this.#history.at(time, this.#options.now());
  }

  /** Makes sure that the alarm is set; harmless when it is. */
  async wake(): Promise<void> {
    const { alarm, now } = this.#options;
    if ((await alarm.get()) === null) await alarm.set(now());
  }

  /** A Prober tells what it saw. */
  async report(report: Report): Promise<Orders> {
    const now = this.#options.now();
    const { changed, doubtful } = this.#ledger.report(report, now);
    this.#proximity.saw(report, (mirror) => this.#ledger.targetsOf(mirror).length > 0);
    if (doubtful.size > 0) this.#assignments.probeNow([...doubtful], report.prober);
    if (changed) await this.#publication.changed(now);
    return this.#assignments.orders(report.prober, report.assignment);
  }

  /** An edge tells which mirrors failed clients, as far as it can see. */
  async clients(reports: readonly ClientReport[]): Promise<void> {
    const now = this.#options.now();
    const { changed, mirrors } = this.#ledger.clients(reports, now);
    if (mirrors.length > 0) this.#assignments.probeNow(mirrors, "");
    if (changed) await this.#publication.changed(now);
  }

  /** Mirrors whose certificates end soon. */
  endingCertificates(): EndingCertificate[] {
    const { list, records } = this.#ledger;
    const ofMirrors = list.roster.mirrors.map(({ name }) => {
      const all = this.#ledger.targetsOf(name).flatMap((target) => {
        const record = records.get(targetKey(target));
        return record === undefined ? [] : [record];
      });
      return [name, all] as const;
    });
    return endingCertificates(ofMirrors, this.#options.now());
  }

  /** An operator, or a mirror's own hook, wants these probed now. */
  probeNow(mirrors: readonly string[]): void {
    this.#assignments.probeNow(mirrors, "");
  }

  /** A list was applied: it is taken up at once, and not at the next look. */
  async listApplied(): Promise<void> {
    this.#listCheckedAt = 0;
    await this.wake();
    await this.#takeList(this.#options.now());
  }

  /** An edge tells which mirrors are candidates for its clients. */
  async offered(mirrors: readonly string[]): Promise<void> {
    await this.#assignments.offered(mirrors, this.#options.now());
  }

  /** As `describeFleet`. */
  mirrors(filter: FleetFilter): MirrorSummary[] {
    return describeFleet(this.#ledger.list.roster.mirrors, this.#health(), filter);
  }

  /** As `probedStatesText`. */
  states(): string {
    return probedStatesText(this.#ledger.targets.values(), this.#ledger.records);
  }

  /** As `describeMirror`. */
  mirror(name: string, before: number) {
    const { store } = this.#options;
    return describeMirror(this.#ledger, store, { name, before }, this.#health());
  }

  /** As `describeChanges`. */
  changes(): FleetChange[] {
    return describeChanges(this.#options.store);
  }

  /** Changes of states behind a number of the history, oldest first; without one: the newest alone. */
  changesBehind(behind: number | undefined, limit: number): (FleetChange & { id: number })[] {
    return describeChangesBehind(this.#options.store, behind, limit);
  }

  /** As `fleetHealth`. */
  health(): FleetHealth {
    const { settings, store, now } = this.#options;
    const told = fleetHealth(this.#ledger, store, settings, now());
    return this.#notTaken === undefined
      ? told
      : { ...told, alarms: [...told.alarms, this.#notTaken] };
  }

  /**
   * The share, 0 to 1, of a repository's mirrors that have a snapshot, by their capacity: for its publishing policy.
   * 0 as well where no mirror of it takes clients; undefined where nothing is probed, so that it is never known.
   */
  capacityWith(repository: string, generation: number): number | undefined {
    if (this.#options.settings.probing === "off") return undefined;
    const mirrors = rosterMirrors(this.#ledger.list.roster.mirrors, this.#health());
    return capacityWith(mirrors, repository, generation);
  }

  /** As `fleetMetrics`. */
  metrics(): string {
    const { settings, store, now } = this.#options;
    return fleetMetrics(this.#ledger, store, settings.rules, now());
  }

  #health(): KnownHealth {
    const { settings, now } = this.#options;
    return { records: this.#ledger.records, rules: settings.rules, now: now() };
  }

  /** The alarm rings: what time alone changes, and what failed before. */
  async alarm(): Promise<void> {
    const { settings, alarm, now: clock } = this.#options;
    // Set first: whatever happens below, the chain goes on.
    const { healthyMs } = settings.rules;
    await alarm.set(clock() + Math.min(mostTickMs, Math.max(leastTickMs, healthyMs / 3)));
    const now = clock();
    await this.#takeList(now);
    this.#assignments.forgetOffered(now);
    this.#ledger.tick(now);
    this.#keepRoundTrips(now);
    this.#proximity.correct(this.#ledger.list.roster.mirrors, now);
    // Overrides that ran out and ramps change the roster by time alone, so it is always compared.
    await this.#publication.whenDue(now);
    await this.#publication.keepLatest();
    await this.#assignments.direct(now, false);
    await this.#proximity.weigh(this.#ledger.list.roster.mirrors, now);
  }

  /** Once an hour. */
  #keepRoundTrips(now: number): void {
    const { store, settings } = this.#options;
    if (settings.probing === "off") return;
    this.#roundTripsOf ??= store.newestRoundTrip();
    if (slotOf(now) <= this.#roundTripsOf) return;
    const ledger = this.#ledger;
    const known = { targetsOf: (name: string) => ledger.targetsOf(name), records: ledger.records };
    const isKept = store.together(() =>
      keepRoundTrips(store, ledger.list.roster.mirrors, known, now),
    );
    if (isKept) this.#roundTripsOf = slotOf(now);
  }

  /** Asks for a newer mirror list. */
  async #takeList(now: number): Promise<void> {
    const { settings, applied, readList, log } = this.#options;
    const everyMs = Math.min(mostTickMs, settings.rules.healthyMs / listChecks);
    if (applied === undefined || now - this.#listCheckedAt < everyMs) return;
    this.#listCheckedAt = now;
    try {
      const text = await applied();
      const isNew = text !== null && this.#ledger.takeList(readList(text), now);
      this.#notTaken = undefined;
      if (!isNew) return;
    } catch (error) {
      const detail = reasonOf(error);
      if (this.#notTaken?.detail !== detail) log(`mirror list not taken: ${detail}`);
      const since = this.#notTaken?.since ?? new Date(now).toISOString();
      this.#notTaken = { name: "list not taken", since, detail };
      return;
    }
    this.#assignments.assign();
    await this.#publication.publishChange();
    await this.#assignments.direct(now, true);
  }
}
