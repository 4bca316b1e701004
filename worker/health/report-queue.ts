/** What a Prober has to tell Fleet: observations and figures, kept until Fleet has taken them. */
import { reasonOf } from "../runtime/reason.ts";
import { addWork, noWork, type Orders, type Seen, type Work } from "./report.ts";

/** Observations held for a Fleet that doesn't answer; the newest are kept. */
const maxUntold = 1000;
/** Observations told at once, at most: a report stays well below what a call may carry. */
const seenPerReport = 100;

export interface ReportQueueOptions {
  /** Whether there is anybody to tell, and a name to tell it by. */
  open: () => boolean;
  /** Tells Fleet. */
  send: (seen: readonly Seen[], work: Work) => Promise<Orders>;
  /** Does as Fleet says. Where this fails, the report counts as not taken. */
  obey: (orders: Orders) => Promise<void>;
  /** The Prober's name, for the log. */
  name: () => string;
  /** Unix ms. */
  now: () => number;
  log: (sentence: string) => void;
}

export class ReportQueue {
  readonly #options: ReportQueueOptions;
  #untold: Seen[] = [];
  #work: Work = noWork;
  #telling: Promise<void> = Promise.resolve();
  #toldAt = 0;
  #subrequestsOfAlarm = 0;

  constructor(options: ReportQueueOptions) {
    this.#options = options;
  }

  add(seen: Seen): void {
    this.#untold.push(seen);
    if (this.#untold.length > maxUntold) this.#untold.splice(0, this.#untold.length - maxUntold);
  }

  /** Adds to the figures of the next report. */
  count(more: Partial<Work>): void {
    this.#work = addWork(this.#work, { ...noWork, ...more });
  }

  /** Counts one call out of the object; the platform limits them by alarm. */
  countSubrequest(): void {
    this.#subrequestsOfAlarm++;
    this.count({ subrequests: 1 });
  }

  /** An alarm begins: its subrequests are counted from here. */
  beginAlarm(): void {
    this.#subrequestsOfAlarm = 0;
  }

  endAlarm(): void {
    this.count({ alarms: 1, mostSubrequests: this.#subrequestsOfAlarm });
  }

  /** A report's worth of observations waits. */
  get full(): boolean {
    return this.#untold.length >= seenPerReport;
  }

  /** Something waits, or Fleet hasn't heard of the Prober for this long, ms. */
  due(everyMs: number): boolean {
    return this.#untold.length > 0 || this.#options.now() - this.#toldAt >= everyMs;
  }

  /** Tells Fleet, one report after the other; what can't be told is kept for the next time. */
  tell(): void {
    this.#telling = this.#telling.then(() => this.#tellNow());
  }

  /** All reports that were begun are over. */
  async settled(): Promise<void> {
    await this.#telling;
  }

  async #tellNow(): Promise<void> {
    const { open, send, obey, name, now, log } = this.#options;
    if (!open()) return;
    const seen = this.#untold.splice(0, seenPerReport);
    const work = this.#work;
    this.#work = noWork;
    this.countSubrequest();
    try {
      const orders = await send(seen, work);
      this.#toldAt = now();
      await obey(orders);
    } catch (error) {
      log(`${name()}: Fleet not told: ${reasonOf(error)}`);
      this.#untold.unshift(...seen);
      this.#work = addWork(work, this.#work);
    }
  }
}
