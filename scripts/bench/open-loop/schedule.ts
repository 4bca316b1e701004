/** When requests of an open loop are due, and how long each took from then on. Pure. */

/** Of each server's own peak. */
export const shareOfPeak = 0.7;

/** Of what the loader can send at most: the rest is for the mirrors' stand-in on the same core, and for bunches. */
export const shareOfLoader = 0.8;

/** How many requests a second each server is asked. */
export interface Rates {
  /** Of its own peak, the same for all. */
  share: number;
  perSecond: ReadonlyMap<string, number>;
}

/**
 * The same share of each server's own peak: `shareOfPeak`, or less where the loader couldn't give that to the fastest.
 *
 * @param peaks requests a second, by server
 * @param loader what the loader can send, requests a second
 */
export function ratesOf(peaks: ReadonlyMap<string, number>, loader: number): Rates {
  const share = Math.min(shareOfPeak, (loader * shareOfLoader) / Math.max(...peaks.values()));
  const rates = [...peaks].map(([name, peak]) => [name, Math.floor(peak * share)] as const);
  return { share, perSecond: new Map(rates) };
}

/** The moment of a request, ms after the first one's. @param index counted from 0 */
export function dueMs(index: number, perSecond: number): number {
  return (index * 1000) / perSecond;
}

/**
 * The value that this share of all values doesn't exceed (nearest rank). NaN of nothing.
 *
 * @param share 0.99 is the 99th percentile
 */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const rank = Math.max(1, Math.ceil(sorted.length * share));
  return sorted[rank - 1] ?? Number.NaN;
}
