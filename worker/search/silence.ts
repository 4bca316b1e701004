/** What it means that no suite has answered. Pure. */
import type { ToldSuites } from "./package-service.ts";

/** Suites are read within two minutes of their publication, and past states as long after they were asked for, s. */
export const askAgainSeconds = 60;

/**
 * Undefined: some suite has answered, or there is none to be asked. `later`: asking again helps. `never`: it doesn't, as no
 * snapshot of the time is kept.
 *
 * @param at as `SuiteChoice.at`
 */
export function silenceOf(
  { states, unanswered }: ToldSuites,
  at: string | undefined,
): "later" | "never" | undefined {
  if (states.length > 0 || unanswered.length === 0) return undefined;
  // A suite that could be asked is named.
  const isForgotten = at !== undefined && unanswered.every(({ suite }) => suite === undefined);
  return isForgotten ? "never" : "later";
}
