/**
 * Mirrors that get more than their part of all clients, as the only ones far and wide: they count as a little farther, so
 * that clients between them and others go to the others. Pure.
 */

/** A mirror that takes clients, with what was counted of it. */
export interface Loaded {
  name: string;
  /** Declared, Mbit/s. */
  capacity: number;
  /** Redirects since the last time. */
  redirects: number;
}

/** Redirects in all before anything is said: at 350 mirrors five parts of one are 140 then, so within a sixth. */
export const leastRedirects = 10_000;
/** A mirror may get so many times its part by declared capacity: most lists declare none, and nearness goes first. */
export const fairTimes = 5.5;
/** The most that load adds to a cost, ms: below what a person could notice. */
export const mostLoadMs = 12;
/** What load adds changes by this at most from one day to the next, ms: what clients do then is to be counted first. */
export const mostStepMs = 2;

/** Between one and two steps below `fairTimes` nothing changes, so that mirrors don't swing from day to day. */
function stepMs(times: number): number {
  const step = mostStepMs * Math.log(Math.max(times, 0.01) / fairTimes);
  if (step > 0) return Math.min(mostStepMs, Math.ceil(step));
  return Math.max(-mostStepMs, Math.ceil(step));
}

/**
 * What load adds to each mirror's costs from now on, ms, above 0 and whole; without the mirrors to which it adds nothing.
 *
 * @param before as it was while these were counted
 */
export function loadAdded(
  mirrors: readonly Loaded[],
  before: ReadonlyMap<string, number>,
): Map<string, number> {
  const redirects = mirrors.reduce((sum, mirror) => sum + mirror.redirects, 0);
  const capacity = mirrors.reduce((sum, mirror) => sum + mirror.capacity, 0);
  if (redirects < leastRedirects || capacity <= 0) return new Map(before);
  const added = new Map<string, number>();
  for (const mirror of mirrors) {
    if (mirror.capacity <= 0) continue;
    const times = mirror.redirects / redirects / (mirror.capacity / capacity);
    const ms = Math.min(mostLoadMs, (before.get(mirror.name) ?? 0) + stepMs(times));
    if (ms > 0) added.set(mirror.name, ms);
  }
  return added;
}
