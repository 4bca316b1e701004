/** The rule against replay: a root, once seen, is followed by none that is older. Pure. */
import type { Refusal } from "./refusal.ts";

/** How old a root says it is: `Release` and `Repomd` have these; of a list, `date` is its signature's time. */
export interface RootAge {
  /** Unix time, ms. */
  date?: number;
  /** rpm's. */
  revision?: number;
}

/**
 * Whether `next` may follow `before`, of the same root; undefined: yes. By the revision where both have one (who
 * withdraws a new index has older timestamps, and a higher revision), else by the date. As old is as good: a root is
 * signed anew without a new date. One that tells nothing to compare, where the last did, is refused.
 */
export function notOlder(before: RootAge | undefined, next: RootAge): Refusal | undefined {
  if (before === undefined) return undefined;
  if (before.revision !== undefined && next.revision !== undefined) {
    if (next.revision >= before.revision) return undefined;
    return {
      refused: `It goes back: its revision is ${next.revision}, and was ${before.revision}.`,
    };
  }
  if (before.date !== undefined && next.date !== undefined) {
    if (next.date >= before.date) return undefined;
    return {
      refused: `It goes back: it is of ${shown(next.date)}, and was of ${shown(before.date)}.`,
    };
  }
  if (before.date === undefined && before.revision === undefined) return undefined;
  return { refused: "It has neither date nor revision to compare with the last." };
}

function shown(time: number): string {
  return new Date(time).toISOString().replace(".000", "");
}
