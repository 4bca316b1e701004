/** Turns of the event loop in between, so that a long build lets others of the isolate have theirs. */

export class Pauses {
  readonly #every: number;
  readonly #pause: () => Promise<void>;
  #since = 0;

  /**
   * @param every bytes after which there is one. The platform's clock stands still while code runs, so time can't say it
   * @param pause waits for a turn of the event loop
   */
  constructor(every: number, pause: () => Promise<void>) {
    this.#every = every;
    this.#pause = pause;
  }

  /** So much was done. To be awaited where it gives something. */
  after(bytes: number): Promise<void> | undefined {
    this.#since += bytes;
    if (this.#since < this.#every) return undefined;
    this.#since = 0;
    return this.#pause();
  }
}
