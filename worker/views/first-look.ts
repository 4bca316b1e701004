/**
 * The first request after a pause. Newer views are looked for behind requests, so whoever comes first after an hour in
 * which nobody asked would be answered from the views of an hour ago, and be sent to a mirror that was drained since.
 */
import { AwaitedWork } from "../runtime/shared-work.ts";

/** Views are of a pause where no look has ended in the time of so many. One that is asked all the time misses none. */
const missedLooks = 2;
/** A request waits this long for a look, ms: the location's cache, an object or KV nearby take tens of ms. */
const waitMs = 300;

/** Says what a request has to wait for before it is answered by the views at hand. */
export class FirstLook {
  readonly #pauseMs: number;
  readonly #clock: () => number;
  /** When a look ended, or was waited for in vain, Unix ms. */
  #endedAt = Number.NEGATIVE_INFINITY;
  #looking: AwaitedWork | undefined;

  /** @param everyMs between two looks @param clock Unix ms */
  constructor(everyMs: number, clock: () => number = Date.now) {
    this.#pauseMs = missedLooks * everyMs;
    this.#clock = clock;
  }

  /** A look has begun. @param ended settles with it, and never rejects */
  begun(ended: Promise<void>): void {
    const noted = ended.then(() => {
      this.#endedAt = this.#clock();
    });
    this.#looking = new AwaitedWork(noted);
  }

  /**
   * What a request waits for; undefined: nothing, as nearly always. Never rejects. A look that doesn't end in time
   * holds up those alone who came meanwhile.
   */
  waiting(now: number): Promise<void> | undefined {
    const looking = this.#looking;
    if (looking === undefined || now - this.#endedAt < this.#pauseMs) return undefined;
    return looking.wait(waitMs).then((hasEnded) => {
      if (!hasEnded) this.#endedAt = this.#clock();
    });
  }
}
