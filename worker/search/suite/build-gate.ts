/** One build at a time in an isolate: its 128 MB are shared by the objects of all suites that live in it. */

/** A holder that isn't heard of for so long was ended in the middle, ms: nothing runs behind it, not even `finally`. */
export const heldMs = 60_000;

/**
 * Nobody waits at it: a promise that another object settles is no work of one's own, and the platform ends what waits
 * for nothing else. Who isn't let in comes again with an alarm.
 */
export class BuildGate {
  #holder: { who: object; until: number } | undefined;

  /** Whether `who` may build now. @param now Unix ms */
  enter(who: object, now: number): boolean {
    const holder = this.#holder;
    if (holder !== undefined && holder.who !== who && now < holder.until) return false;
    this.#holder = { who, until: now + heldMs };
    return true;
  }

  /** The holder is still at work. @returns false: it was taken for ended, and another one builds */
  renew(who: object, now: number): boolean {
    return this.#holder?.who === who && this.enter(who, now);
  }

  leave(who: object): void {
    if (this.#holder?.who === who) this.#holder = undefined;
  }
}
