/** Random orders, from a generator that is passed in. */

/** The values in random order, every order as likely as any other. */
export function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return byKey(values, random);
}

/**
 * The values drawn one after the other, each time in proportion to the weights of those left. Weights are
 * not negative; a value without weight comes last.
 *
 * Each value gets the key `u^(1/weight)` and the largest come first, which is the same distribution
 * (Efraimidis and Spirakis, "Weighted random sampling with a reservoir", 2006); the logarithm of the key
 * is used, as the key itself underflows for small weights.
 */
export function weightedShuffle<T>(
  values: readonly T[],
  weightOf: (value: T) => number,
  random: () => number,
): T[] {
  return byKey(values, (value) => Math.log(1 - random()) / weightOf(value));
}

/** Largest key first; a key that is `NaN` (0/0: no luck and no weight) counts as the smallest. */
function byKey<T>(values: readonly T[], keyOf: (value: T) => number): T[] {
  return values
    .map((value) => {
      const key = keyOf(value);
      return { value, key: Number.isNaN(key) ? Number.NEGATIVE_INFINITY : key };
    })
    .sort((a, b) => (a.key < b.key ? 1 : a.key > b.key ? -1 : 0))
    .map(({ value }) => value);
}
