/** A Prober's rounds: everything that is due, a few targets at a time, then the alarm for the next round. */
import type { ObjectAlarm } from "../runtime/object-alarm.ts";
import type { ReportQueue } from "./report-queue.ts";
import type { RequestBudget } from "./request-budget.ts";
import type { Rules } from "./rules.ts";
import type { WatchList } from "./watch-list.ts";

/** Probes at a time: each has one request waiting, and a sixth is left for a control. The platform queues a seventh. */
const probesAtOnce = 5;
/** An alarm does what is due for this long, ms, and then lets the next go on: the platform ends one after 15 min. */
const alarmMs = 20_000;
/** What comes due within this share of the interval is done in one go: an alarm is a write and a start. */
const roundShare = 0.1;
/** Between two alarms at least, ms: what waits for a mirror's budget shall not turn them into a loop. */
const leastRestMs = 1000;

export interface ProbeRoundsOptions {
  list: WatchList;
  budget: RequestBudget;
  reports: ReportQueue;
  alarm: ObjectAlarm;
  rules: Rules;
  /**
   * Probes a target and takes in what was found. Never rejects.
   *
   * @param beganAt the moment at which its requests were set aside, Unix ms: `settle` finds them by it
   */
  probe: (key: string, beganAt: number) => Promise<void>;
  /** Unix ms. */
  now: () => number;
}

export class ProbeRounds {
  readonly #options: ProbeRoundsOptions;
  /** Keys whose probe is under way. */
  readonly #underWay = new Set<string>();
  #round: Promise<void> | undefined;
  #wakeUp: (() => void) | undefined;

  constructor(options: ProbeRoundsOptions) {
    this.#options = options;
  }

  isUnderWay(key: string): boolean {
    return this.#underWay.has(key);
  }

  /** One round at a time; a call during a round waits for its end. */
  async run(): Promise<void> {
    if (this.#options.list.empty) return;
    this.#round ??= this.#probeDue().finally(() => {
      this.#round = undefined;
    });
    await this.#round;
  }

  /** Has the round under way look again at what is due; `false` where none is under way. */
  wake(): boolean {
    this.#wakeUp?.();
    return this.#round !== undefined;
  }

  /** Probes what is due, until nothing is or the alarm has had its time. */
  async #probeDue(): Promise<void> {
    const { list, reports, rules, now } = this.#options;
    const begun = now();
    const running = new Set<Promise<void>>();
    let againAt = begun + rules.healthyMs;
    reports.beginAlarm();
    try {
      for (;;) {
        const choice = this.#begin(running, begun);
        if (running.size === 0) {
          againAt = choice ?? againAt;
          break;
        }
        const woken = new Promise<void>((resolve) => {
          this.#wakeUp = resolve;
        });
        await Promise.race([...running, woken]);
        // Failures are told as they come; what is well can wait for company.
        if (reports.full) reports.tell();
      }
    } finally {
      this.#wakeUp = undefined;
      reports.endAlarm();
      if (reports.due(rules.healthyMs / 2)) reports.tell();
      await reports.settled();
      if (!list.empty) await this.#setNext(againAt);
    }
  }

  /** Begins as many probes as may run. @returns when to choose again, Unix ms; undefined: nothing waits */
  #begin(running: Set<Promise<void>>, begun: number): number | undefined {
    const { list, budget, rules, now } = this.#options;
    const at = now();
    const idle = list
      .all()
      .filter(({ watch }) => !this.#underWay.has(watch.key))
      .map(({ watch }) => ({ ...watch, dueAt: watch.dueAt - rules.healthyMs * roundShare }));
    const open = at - begun < alarmMs ? probesAtOnce - running.size : 0;
    const { chosen, againAt } = budget.choose(idle, at, open);
    for (const { key } of chosen) {
      const probe: Promise<void> = this.#probe(key, at).finally(() => running.delete(probe));
      running.add(probe);
    }
    return againAt;
  }

  async #probe(key: string, beganAt: number): Promise<void> {
    this.#underWay.add(key);
    try {
      await this.#options.probe(key, beganAt);
    } finally {
      this.#underWay.delete(key);
    }
  }

  async #setNext(againAt: number): Promise<void> {
    const { list, alarm, rules, now } = this.#options;
    const at = now();
    const roundMs = rules.healthyMs * roundShare;
    // A round takes what is due until the next: one a second would cost three times the alarms and reports.
    // What was asked for while this one told Fleet doesn't wait as long.
    const late = list.all().some(({ watch }) => watch.dueAt <= at);
    const restMs = late ? Math.min(roundMs, leastRestMs) : roundMs;
    await alarm.set(Math.max(at + restMs, Math.min(againAt, at + rules.healthyMs)));
  }
}
