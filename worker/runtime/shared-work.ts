/** Work that several requests want at the same time, done once. */
import type { Background } from "./background.ts";
import { inTime } from "./deadline.ts";

/**
 * Work under way that is shared, of one kind. A platform may end a request's own waiting, so that what the request began
 * stays named here for good: then the oldest names go, and who comes for one of them begins anew.
 */
export const maxShared = 256;

/**
 * Only plain values may come of the work: a body or a stub belongs to the request that opened it. The request
 * that begins the work lets it go on after its own answer, so that a client that leaves doesn't strand others.
 */
export class SharedWork<Result> {
  readonly #running = new Map<string, Promise<Result>>();
  /** Of those that nobody waits for, when they were begun, Unix ms; as many as are running at most. */
  readonly #begunAt = new Map<string, number>();
  readonly #deadlineMs: number;

  /** @param deadlineMs no caller waits longer; work that takes longer is begun anew by the next caller */
  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
  }

  /** Whether that work is under way. */
  isRunning(key: string): boolean {
    return this.#running.has(key);
  }

  /** The outcome of the work under that key, begun now unless it is under way. Rejects as the work does, or late. */
  async run(key: string, work: () => Promise<Result>, background: Background): Promise<Result> {
    let running = this.#running.get(key);
    if (running === undefined) {
      running = work();
      this.#name(key, running);
      background.waitUntil(running.catch(() => undefined));
    }
    try {
      return await inTime(running, this.#deadlineMs);
    } finally {
      this.#ended(key, running);
    }
  }

  /**
   * Begins the work under that key, unless it is under way, for nobody who waits: without the timer that those who wait
   * have each. The work has to come to an end by itself; where its request was ended, it is begun anew after the deadline.
   *
   * @param now Unix ms
   */
  begin(key: string, work: () => Promise<Result>, background: Background, now: number): void {
    const since = this.#begunAt.get(key);
    const isLost = since !== undefined && Math.abs(now - since) >= this.#deadlineMs;
    if (this.#running.has(key) && !isLost) return;
    this.#running.delete(key);
    const running = work();
    this.#name(key, running);
    this.#begunAt.set(key, now);
    const ended = () => this.#ended(key, running);
    background.waitUntil(running.then(ended, ended));
  }

  #ended(key: string, running: Promise<Result>): void {
    if (this.#running.get(key) !== running) return;
    this.#running.delete(key);
    this.#begunAt.delete(key);
  }

  #name(key: string, running: Promise<Result>): void {
    if (this.#running.size >= maxShared) {
      // A Map iterates oldest first.
      for (const oldest of this.#running.keys()) {
        this.#running.delete(oldest);
        this.#begunAt.delete(oldest);
        break;
      }
    }
    this.#running.set(key, running);
  }
}

/**
 * Work that is under way, and that many callers wait for, each for a time of its own. Where one has waited in vain,
 * later callers don't wait as long again.
 */
export class AwaitedWork {
  readonly #ended: Promise<void>;
  /** A caller has waited so long in vain, ms. */
  #waitedMs = 0;

  /** @param ended settles with the work; it never rejects */
  constructor(ended: Promise<void>) {
    this.#ended = ended;
  }

  /** Whether a caller has waited for it so long in vain. */
  isLateAfter(waitMs: number): boolean {
    return waitMs <= this.#waitedMs;
  }

  /** Waits for its end, so long at most, and not at all where that was in vain before. @returns whether it has ended */
  async wait(waitMs: number): Promise<boolean> {
    if (this.isLateAfter(waitMs)) return false;
    try {
      await inTime(this.#ended, waitMs);
      return true;
    } catch {
      this.#waitedMs = Math.max(this.#waitedMs, waitMs);
      return false;
    }
  }
}
