/** Whether so many files of a copy are missing or wrong that the others can't be relied on either. Pure. */
import { needsBytes, type Quarantined } from "./quarantine.ts";
import type { TargetRecord } from "./record.ts";
import type { Rules } from "./rules.ts";

/**
 * Whether several files are held as missing or wrong: one is an accident and is left out alone, but of a copy
 * that lacks two of the few that were checked, a client would meet a third that nobody has probed.
 *
 * It ends when fewer are held, as they are found right or their time is over. Checks that follow and find other
 * files right end nothing: of a copy that lacks a tenth they nearly always do. What was missing while the copy was
 * behind its origin says nothing of it since it has caught up.
 */
export function isPatchy(record: Held, now: number, rules: Rules): boolean {
  return counting(record, now, rules).length >= rules.quarantineDegrades;
}

/**
 * Whether several files are held for their bytes: others are likely to be wrong as well, and no check of their size
 * would tell.
 */
export function isCorrupt(record: Held, now: number, rules: Rules): boolean {
  return counting(record, now, rules).filter(needsBytes).length >= rules.quarantineDegrades;
}

type Held = Pick<TargetRecord, "copy" | "freshness">;

function counting({ copy, freshness }: Held, now: number, rules: Rules): Quarantined[] {
  const caughtUpAt = freshness?.is === "fresh" ? freshness.since : 0;
  return copy.quarantine.filter(({ until }) => {
    if (until <= now) return false;
    const passing = until - now <= rules.passingQuarantineMs;
    return passing || until - rules.quarantineMs >= caughtUpAt;
  });
}
