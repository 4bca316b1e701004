/** One build at a time in an isolate: its 128 MB are shared by the objects of all suites that live in it. */

import { fileRole, type SetRole } from "./suite-store.ts";

/** A holder that isn't heard of for so long was ended in the middle, ms: nothing runs behind it, not even `finally`. */
export const heldMs = 60_000;
/** Who isn't let in comes again within this, ms: twice `gateWaitMs`, as alarms are late on a busy machine. */
export const comesAgainMs = 4000;

/**
 * Nobody waits at it: a promise that another object settles is no work of one's own, and the platform ends what waits
 * for nothing else. Who isn't let in comes again with an alarm.
 */
export class BuildGate {
  #holder: { who: object; until: number } | undefined;
  /** Somebody wants to build packages, who comes again until then, Unix ms. */
  #packagesUntil = 0;

  /**
   * Whether `who` may build now. Files, which take a minute, wait until all packages are built that are wanted.
   *
   * @param now Unix ms
   */
  enter(who: object, role: SetRole, now: number): boolean {
    const holder = this.#holder;
    const isTaken = holder !== undefined && holder.who !== who && now < holder.until;
    if (role === "packages" && isTaken) this.#packagesUntil = now + comesAgainMs;
    if (isTaken || (role === fileRole && now < this.#packagesUntil)) return false;
    this.#holder = { who, until: now + heldMs };
    return true;
  }

  /** The holder is still at work. @returns false: it was taken for ended, and another one builds */
  renew(who: object, now: number): boolean {
    if (this.#holder?.who !== who) return false;
    this.#holder = { who, until: now + heldMs };
    return true;
  }

  leave(who: object): void {
    if (this.#holder?.who === who) this.#holder = undefined;
  }
}
