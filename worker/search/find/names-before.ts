/** Which names a list of packages has before one of its places: what was given up to there. Pure. */

/** How a list is walked. */
export interface WalkedList {
  /** Names of it in its order. */
  best(from: number, count: number): readonly number[];
  /** Names in all. */
  total: number;
  /** Packages that it has of a name. */
  packagesOf(id: number): number;
}

/**
 * Names before a place.
 *
 * @param from names before the page of the place
 * @param skip packages of that page before it
 */
export function namesBefore(list: WalkedList, from: number, skip: number): Set<number> {
  // Each name has a package at least.
  const names = list.best(0, Math.min(list.total, from + skip));
  const before = new Set(names.slice(0, from));
  let left = skip;
  for (const id of names.slice(from)) {
    if (left <= 0) break;
    before.add(id);
    left -= list.packagesOf(id);
  }
  return before;
}
