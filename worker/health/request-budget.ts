/** The requests that one Prober may send to each mirror in a minute: its `MirrorBudget` as it stands. */
import type { Rules } from "./rules.ts";
import {
  chooseDue,
  emptyBudget,
  type MirrorBudget,
  reserve,
  roomAt,
  settle,
  type Watch,
} from "./schedule.ts";

/** When a single request has certainly been sent, ms. */
const oneMostMs = 5000;

export class RequestBudget {
  #budget: MirrorBudget;

  constructor(rules: Rules) {
    this.#budget = emptyBudget(rules);
  }

  /** Requests that are set aside for a probe. */
  get perProbe(): number {
    return this.#budget.perProbe;
  }

  /** As `chooseDue`; what is chosen has its requests set aside. */
  choose(
    idle: readonly Watch[],
    now: number,
    most: number,
  ): { chosen: readonly Watch[]; againAt?: number } {
    const { budget, ...choice } = chooseDue(idle, now, this.#budget, most);
    this.#budget = budget;
    return choice;
  }

  /** As `settle`: a probe is over. */
  settle(mirror: string, spent: { beganAt: number; requests: number; endedAt: number }): void {
    this.#budget = settle(this.#budget, mirror, spent);
  }

  /** Takes one request out of a mirror's budget; `false` where there is no room. */
  spend(mirror: string, now: number): boolean {
    if (roomAt(this.#budget, mirror, now) > now) return false;
    const spent = { beganAt: now, requests: 1, endedAt: now + oneMostMs };
    this.#budget = settle(reserve(this.#budget, mirror, now), mirror, spent);
    return true;
  }
}
