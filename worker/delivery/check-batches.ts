/**
 * Checks of mirrors that nobody waits for, begun a few at a time where many are due. What one costs is mostly that its
 * request goes on behind the answer and is woken by what the mirror says: a plain HEAD of workerd's takes as long as seven
 * redirects where each request has its own, and as three where six are begun by one (docs/performance.md).
 */
import type { Background } from "../runtime/background.ts";

/** A check waits so long for others, ms, where one was begun less than that before: else it is begun at once. */
export const batchMs = 50;
/**
 * Questions begun together. Cloudflare lets a request have six connections that wait for headers; what waits behind them
 * would seem late. One is left for what the request asks itself.
 */
export const batchQuestions = 5;

/** A check that waits to be begun, in the context of the request that it is given. It may outlive its own request. */
export type Begin = (background: Background) => void;

export class CheckBatches {
  readonly #pause: (ms: number) => Promise<unknown>;
  #waiting: Begin[] = [];
  /** What those ask. */
  #questions = 0;
  /** When the first of those came, or when the last was begun of which none waits, Unix ms. */
  #at = Number.NEGATIVE_INFINITY;

  constructor(pause: (ms: number) => Promise<unknown>) {
    this.#pause = pause;
  }

  /**
   * Begins a check, now or within `batchMs`.
   *
   * @param questions that it asks
   * @param now Unix ms
   * @param background of the request that it is due by
   */
  add(begin: Begin, questions: number, now: number, background: Background): void {
    const isLate = now < this.#at || now - this.#at >= batchMs;
    // A request that was ended never begins what it was to begin.
    if (isLate || this.#questions + questions > batchQuestions) {
      this.#beginAll(background, now);
      begin(background);
      return;
    }
    this.#waiting.push(begin);
    this.#questions += questions;
    if (this.#questions >= batchQuestions) {
      this.#beginAll(background, now);
      return;
    }
    if (this.#waiting.length > 1) return;
    this.#at = now;
    const own = this.#waiting;
    const beginOwn = () => {
      if (this.#waiting === own) this.#beginAll(background, now + batchMs);
    };
    background.waitUntil(this.#pause(batchMs).then(beginOwn));
  }

  #beginAll(background: Background, now: number): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#questions = 0;
    this.#at = now;
    for (const begin of waiting) begin(background);
  }
}
