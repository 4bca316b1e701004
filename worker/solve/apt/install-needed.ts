/** What a package that is installed needs comes with it. */
import { at } from "../universe/columns.ts";
import type { Demand } from "./install-conflicts.ts";
import type { Marker } from "./marker.ts";
import type { Selection } from "./selection.ts";
import { allSolutions, bestFirst } from "./solutions.ts";

/**
 * @param needed relations by their first alternatives
 * @returns whether nothing necessary is missing, and what is newly installed
 */
export function installNeeded(
  marker: Marker,
  needed: readonly number[],
  demand: Demand,
): { worked: boolean; fresh: number[] } {
  const s = marker.selection;
  const fresh: number[] = [];
  let worked = true;
  for (const first of needed) {
    const last = s.lastOf(first);
    if (s.anyMet(first, last)) {
      if (demand.propagates && s.isCritical(first)) {
        if (!protectOnly(marker, { first, last }, demand)) worked = false;
      }
      continue;
    }
    const critical = s.isCritical(first);
    if (at(s.current, demand.one) !== 0 && !critical && isOldWish(s, first, demand.one)) continue;
    const found = installOne(marker, { first, last }, demand);
    if (found !== 0 && at(s.current, found) === 0) fresh.push(found);
    if (found !== 0 || !critical) continue;
    worked = false;
    if (!demand.propagates && !demand.byUser) break;
  }
  return { worked, fresh };
}

/** Where only one version will do, it is protected as the package that needs it. */
function protectOnly(
  marker: Marker,
  { first, last }: { first: number; last: number },
  demand: Demand,
): boolean {
  const s = marker.selection;
  const [only, ...others] = allSolutions(s, first, last);
  if (only === undefined || others.length > 0) return true;
  const one = s.world.packageOf(only);
  if (s.isProtected[one] === 1) return true;
  s.isProtected[one] = 1;
  return marker.install(one, true, false, demand.depth + 1);
}

/** @returns the package; 0: nothing will do */
function installOne(
  marker: Marker,
  { first, last }: { first: number; last: number },
  { propagates, depth }: Demand,
): number {
  const s = marker.selection;
  const solutions = bestFirst(s, first, last, "candidates");
  for (const version of solutions) {
    const one = s.world.packageOf(version);
    if (at(s.candidate, one) !== version) continue;
    if (propagates && s.isCritical(first) && solutions.length === 1) {
      if (!marker.install(one, false, false, depth + 1)) continue;
      s.isProtected[one] = 1;
    }
    if (marker.install(one, true, false, depth + 1)) return one;
  }
  return 0;
}

/** The installed version had the same wish, and it wasn't met: that is how it is wanted. */
function isOldWish(s: Selection, relation: number, one: number): boolean {
  const current = at(s.current, one);
  const target = s.target(relation);
  let isOld = false;
  for (let own = s.first(current); own < s.end(current); own++) {
    if (s.isCritical(own) || !s.isImportant(own) || s.target(own) !== target) continue;
    isOld = true;
    const last = s.lastOf(own);
    let first = own;
    while (first > s.first(current) && s.hasOther(first - 1)) first--;
    if (s.anyMetNow(first, last)) return false;
    own = last;
  }
  return isOld;
}
