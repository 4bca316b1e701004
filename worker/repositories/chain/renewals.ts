/**
 * Polls of an origin that questions wait for: one at a time for all who ask, each of whom waits no longer than it can.
 * Knows no platform.
 */
import { AwaitedWork } from "../../runtime/shared-work.ts";

/** An origin that doesn't answer is not waited for again in this time, ms. */
export const silentMs = 10_000;
/** How long an origin counts as one that was silent lately, ms: questions don't wait for it again as long. */
const latelyMs = 60_000;

export class Renewals {
  readonly #now: () => number;
  #running: AwaitedWork | undefined;
  /** Unix ms. */
  #silentUntil = Number.NEGATIVE_INFINITY;

  /** @param now Unix ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether one is under way. */
  get running(): boolean {
    return this.#running !== undefined;
  }

  /**
   * Waits for a renewal, so long at most: for the one that is under way, else for this, which is begun now. Where one
   * ended without an answer of the origin just now, it waits for nothing. Never rejects.
   *
   * @param renew tells whether the origin answered; never rejects
   * @param againMs as `waitMs`, where the origin was silent lately
   */
  async wait(
    renew: () => Promise<boolean>,
    { waitMs, againMs }: { waitMs: number; againMs: number },
  ): Promise<void> {
    const now = this.#now();
    if (this.#running === undefined && now < this.#silentUntil) return;
    const isAgain = now < this.#silentUntil + latelyMs;
    this.#running ??= new AwaitedWork(this.#run(renew));
    await this.#running.wait(isAgain ? againMs : waitMs);
  }

  async #run(renew: () => Promise<boolean>): Promise<void> {
    const answered = await renew();
    this.#silentUntil = answered ? Number.NEGATIVE_INFINITY : this.#now() + silentMs;
    this.#running = undefined;
  }
}
