/** Sends what an isolate counted, in the background: a batch at a time, the same one until it has arrived. */
import { reasonOf } from "../runtime/reason.ts";
import { type CountBatch, giveUpMs, type Taken } from "./batch.ts";
import { type CountedRows, type RedirectCounts, rowLength } from "./redirect-counts.ts";

/**
 * Time between two batches of an isolate, ms. An isolate that ends takes what it counted since the last one with it; a
 * thousand isolates send 33 batches a second.
 */
export const everyMs = 30_000;
/** A batch of which nothing was heard for so long is sent again, ms: whoever began that may have ended with its request. */
const unheardMs = 60_000;

export interface ReportsOf {
  counts: RedirectCounts;
  /** Random name of the isolate; asked for once. */
  isolate: () => string;
  /** Rejects where it isn't known whether the batch arrived. */
  send: (batch: CountBatch) => Promise<Taken>;
  log: (sentence: string) => void;
}

export class CountReports {
  readonly #of: ReportsOf;
  #isolate = "";
  #number = 0;
  #takenAt = 0;
  #batch: CountBatch | undefined;
  /** Unix ms; 0: not at the moment. */
  #sentAt = 0;
  #triedAt = 0;

  constructor(of: ReportsOf) {
    this.#of = of;
  }

  /** Whether to send before the next look for views; asked with each request. */
  get isPressing(): boolean {
    return this.#batch === undefined && this.#of.counts.isNearlyFull;
  }

  /** Sends what is due. Never rejects. @param now Unix ms */
  async flush(now: number): Promise<void> {
    const batch = this.#due(now);
    if (batch === undefined) return;
    this.#sentAt = now;
    this.#triedAt = now;
    try {
      await this.#of.send(batch);
      if (this.#batch === batch) this.#batch = undefined;
    } catch (error) {
      this.#of.log(`statistics not told, kept: ${reasonOf(error)}`);
    }
    if (this.#sentAt === now) this.#sentAt = 0;
  }

  /** The batch that is to be sent now. */
  #due(now: number): CountBatch | undefined {
    const held = this.#batch;
    if (held === undefined) return this.#take(now);
    if (now - held.takenAt > giveUpMs) {
      this.#of.log(`statistics lost: ${redirectsIn(held.counted)} redirects could not be told`);
      this.#batch = undefined;
      return this.#take(now);
    }
    const isOnItsWay = this.#sentAt !== 0 && now - this.#sentAt < unheardMs;
    return isOnItsWay || now - this.#triedAt < everyMs ? undefined : held;
  }

  #take(now: number): CountBatch | undefined {
    const { counts, isolate } = this.#of;
    if (counts.rows === 0 || (now - this.#takenAt < everyMs && !counts.isNearlyFull))
      return undefined;
    this.#takenAt = now;
    this.#isolate ||= isolate();
    const counted = counts.take();
    this.#number++;
    this.#batch = { isolate: this.#isolate, number: this.#number, takenAt: now, counted };
    return this.#batch;
  }
}

function redirectsIn({ rows }: CountedRows): number {
  let sum = 0;
  for (let at = 0; at < rows.length; at += rowLength) sum += rows[at + 5] ?? 0;
  return sum;
}
