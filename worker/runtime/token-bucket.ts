/** How often something may be done: so many at once after a pause, and so many a minute. The clock is passed in. */
export interface Rate {
  /** At once, after a pause. */
  burst: number;
  perMinute: number;
}

export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  /** Unix ms; undefined: none was taken yet. */
  #at: number | undefined;

  constructor(rate: Rate) {
    this.#rate = rate;
    this.#tokens = rate.burst;
  }

  /** Takes a token, where there is one left. @param now Unix ms */
  take(now: number): boolean {
    const { burst, perMinute } = this.#rate;
    const since = Math.max(0, now - (this.#at ?? now));
    const tokens = Math.min(burst, this.#tokens + (since * perMinute) / 60_000);
    const isLeft = tokens >= 1;
    this.#tokens = isLeft ? tokens - 1 : tokens;
    this.#at = now;
    return isLeft;
  }
}
