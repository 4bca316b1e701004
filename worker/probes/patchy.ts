/** Whether so many files of a copy are missing or wrong that the others can't be relied on either. Pure. */
import type { TargetRecord } from "./record.ts";
import type { Rules } from "./rules.ts";

/**
 * Whether several files are held as missing or wrong: one is an accident and is left out alone, but of a copy
 * that lacks two of the few that were looked at, a client would meet a third that nobody has looked at.
 *
 * It ends when fewer are held, as they are found right or their time is over. Looks that follow and find other
 * files right end nothing: of a copy that lacks a tenth they nearly always do. What was missing while the copy was
 * behind its origin says nothing of it since it has caught up.
 */
export function isPatchy(
  { copy, freshness }: Pick<TargetRecord, "copy" | "freshness">,
  now: number,
  rules: Rules,
): boolean {
  const caughtUpAt = freshness?.is === "fresh" ? freshness.since : 0;
  const counting = copy.quarantine.filter(({ until }) => {
    if (until <= now) return false;
    const passing = until - now <= rules.passingQuarantineMs;
    return passing || until - rules.quarantineMs >= caughtUpAt;
  });
  return counting.length >= rules.quarantineDegrades;
}
