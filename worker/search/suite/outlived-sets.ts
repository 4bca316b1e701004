/** Which finished sets of a suite go. Pure. */
import type { SetRole, StoredSet } from "./suite-store.ts";

/**
 * Sets kept besides pinned ones, of the newest states. The packages of the state before are for edges that are behind;
 * files are most of the store and change little from state to state.
 */
const kept: Readonly<Record<SetRole, number>> = { packages: 2, files: 1 };

/** @param pinned names of sets of packages that pinned states want */
export function outlivedSets(sets: readonly StoredSet[], pinned: ReadonlySet<string>): StoredSet[] {
  const finished = sets.filter(({ facts }) => facts !== undefined);
  return finished.filter((one) => {
    if (one.role === "packages" && pinned.has(one.name)) return false;
    const newer = finished.filter(
      ({ role, at, number }) =>
        role === one.role && (at > one.at || (at === one.at && number > one.number)),
    );
    return one.at === 0 || newer.length >= kept[one.role];
  });
}
