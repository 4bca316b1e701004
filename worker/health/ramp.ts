/** The share of clients that a target gets again after it was down. */
import type { Rules } from "./rules.ts";

/** What the ramp depends on. */
export interface Ramping {
  state: string;
  /** When it came back from down, Unix ms; absent: it never was, or long ago. */
  rampSince?: number;
}

/**
 * Share of client networks, 0 to 1, that a target may have; 1 unless it is coming back from down.
 *
 * Also 1 while it is down: its state leaves it out, and a mirror's other scheme isn't to lose clients for it.
 */
export function rampOf({ state, rampSince }: Ramping, now: number, rules: Rules): number {
  if (state === "down" || rampSince === undefined) return 1;
  const reached = rules.rampSteps.filter(({ afterMs }) => rampSince + afterMs <= now);
  // A clock that went back leaves no step reached: the first one, as for a target that just came.
  return (reached.at(-1) ?? rules.rampSteps[0])?.share ?? 1;
}

/** When the share changes next, Unix ms; absent: it doesn't. */
export function nextRampAt(
  { state, rampSince }: Ramping,
  now: number,
  rules: Rules,
): number | undefined {
  if (state === "down" || rampSince === undefined) return undefined;
  const next = rules.rampSteps.find(({ afterMs }) => rampSince + afterMs > now);
  return next === undefined ? undefined : rampSince + next.afterMs;
}
