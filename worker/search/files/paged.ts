/** Pages of what is found unit by unit: blocks, or rows, that are read one after the other. Pure. */
import type { Paging } from "../suite-question.ts";

export interface Units<Found> {
  count: number;
  /** What of one unit is wanted, in its order. */
  read(unit: number): Found[];
  /** How many there are in all, where that is known; otherwise they are counted. */
  total?: number;
  /** Where they are counted, for one page at most so many units are read. */
  most: number;
}

export interface Page<Found> {
  found: Found[];
  total: number;
  /** There are units behind those that were read. */
  isAtLeast?: true;
  next?: string;
}

/** Where a page begins: in a unit, behind so much of it, and how much came before. */
interface Place {
  unit: number;
  skipped: number;
  before: number;
}

/** One page. A `next` that isn't one of ours begins anew. */
export function pageOf<Found>(units: Units<Found>, { limit, after }: Paging): Page<Found> {
  const start = placeOf(after);
  const most = units.total === undefined ? start.unit + units.most : units.count;
  const page: Found[] = [];
  let next: Place | undefined;
  let counted = start.before;
  let unit = start.unit;
  for (; unit < Math.min(units.count, most); unit++) {
    if (next !== undefined && units.total !== undefined) break;
    const skipped = unit === start.unit ? start.skipped : 0;
    for (const [at, found] of units.read(unit).entries()) {
      if (at < skipped) continue;
      if (page.length < limit) page.push(found);
      else next ??= { unit, skipped: at, before: counted };
      counted++;
    }
  }
  if (unit < units.count) next ??= { unit, skipped: 0, before: counted };
  return {
    found: page,
    total: units.total ?? counted,
    ...(unit < units.count && units.total === undefined && { isAtLeast: true }),
    ...(next !== undefined && { next: `${next.unit}.${next.skipped}.${next.before}` }),
  };
}

function placeOf(after: string | undefined): Place {
  const [, unit = 0, skipped = 0, before = 0] =
    /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(after ?? "") ?? [];
  return { unit: Number(unit), skipped: Number(skipped), before: Number(before) };
}
