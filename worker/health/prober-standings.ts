/** How the Probers stand with Fleet, and the alarms that are on. Held in memory, each change of an alarm written first. */
import type { FleetStore } from "./fleet-store.ts";
import { addWork, noWork, type Report, type Work } from "./report.ts";
import type { Rules } from "./rules.ts";

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

export class ProberStandings {
  readonly #store: FleetStore;
  readonly #rules: Rules;
  readonly #probers = new Map<string, Standing>();
  readonly #alarms = new Map<string, { since: number; detail: string }>();

  /** @param now Unix ms */
  constructor(store: FleetStore, rules: Rules, now: number) {
    this.#store = store;
    this.#rules = rules;
    for (const [name, standing] of store.probers()) {
      this.#probers.set(name, standingOf(standing, now));
    }
    for (const { name, since, detail } of store.alarms()) this.#alarms.set(name, { since, detail });
  }

  /** Of every Prober that was ever given an assignment, by name. */
  get probers(): ReadonlyMap<string, Standing> {
    return this.#probers;
  }

  /** Those that are on, by name. `since` is Unix ms. */
  get alarms(): ReadonlyMap<string, { since: number; detail: string }> {
    return this.#alarms;
  }

  /** A Prober that hasn't been heard of for this long, ms, is taken to be gone. */
  get silentMs(): number {
    const { healthyMs, deadlineMs } = this.#rules;
    return 3 * (healthyMs + deadlineMs);
  }

  /** A Prober reported. */
  heard(report: Report, now: number): void {
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

  /** What time alone changes: Probers that fall silent. */
  tick(now: number): void {
    for (const [name, { seenAt, given }] of this.#probers) {
      if (given === "") continue;
      const silent = now - seenAt > this.silentMs;
      this.#setAlarm(
        `silent ${name}`,
        silent ? `no report for ${Math.round((now - seenAt) / 1000)} s` : undefined,
        now,
      );
    }
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
