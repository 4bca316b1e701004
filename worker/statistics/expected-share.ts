/** How much of all redirects a mirror's declared capacity would be. Pure. */

/** A mirror that is listed now. */
export interface Declared {
  name: string;
  /** Mbit/s; 0: it doesn't carry what is asked about. */
  capacity: number;
}

/**
 * Shares from 0 to 1 by mirror's name: of all that these mirrors declare. Nearness decides first where a client goes, so
 * that a mirror far from most clients stays below its share.
 */
export function expectedShares(mirrors: readonly Declared[]): Map<string, number> {
  const all = mirrors.reduce((sum, { capacity }) => sum + capacity, 0);
  return new Map(mirrors.map(({ name, capacity }) => [name, all === 0 ? 0 : capacity / all]));
}
