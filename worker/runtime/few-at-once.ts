/** Does many things a few at a time, in the order in which they are given. */
export class FewAtOnce {
  readonly #most: number;
  readonly #running = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Begins it, once fewer than `most` are under way. Doesn't wait for its end: `ended` does.
   * @throws the first failure of what was begun before; nothing is begun then
   */
  async begin(work: () => Promise<void>): Promise<{ ended: Promise<void> }> {
    while (this.#running.size >= this.#most) await Promise.race(this.#running);
    this.#check();
    const ended = work()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(ended));
    this.#running.add(ended);
    return { ended };
  }

  /** Waits for those. @throws as `begin` */
  async ended(begun: readonly { ended: Promise<void> }[]): Promise<void> {
    await Promise.all(begun.map(({ ended }) => ended));
    this.#check();
  }

  /** Waits for all that was begun. @throws as `begin` */
  async end(): Promise<void> {
    await this.settled();
    this.#check();
  }

  /** Waits for all that was begun, failed or not. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
