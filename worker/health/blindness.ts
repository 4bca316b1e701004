/** Whether a Prober is blind, from one probe to the next: the guard's memory, and what it said last. */
import { emptyGuard, judge, type Moment, type Probed, sawProbe } from "./guard.ts";
import type { Rules } from "./rules.ts";

export class Blindness {
  readonly #rules: Rules;
  #guard = emptyGuard;
  #why: string | undefined;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** Why the Prober is blind, as a sentence; undefined: it isn't. */
  get why(): string | undefined {
    return this.#why;
  }

  /**
   * Takes in a probe's outcome.
   *
   * @returns whether the Prober is blind now, and whether that changed
   */
  saw(probed: Probed, moment: Moment): { blind: boolean; turned: boolean } {
    const judged = judge(sawProbe(this.#guard, probed, this.#rules), moment, this.#rules);
    this.#guard = judged.state;
    const before = this.#why;
    this.#why = judged.blind ? (judged.why ?? "it can't see") : undefined;
    return { blind: judged.blind, turned: (before === undefined) !== (this.#why === undefined) };
  }
}
