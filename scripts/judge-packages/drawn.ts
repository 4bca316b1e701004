/** So many of the values, each with the same chance, in their order; all where there aren't more. */
export function drawn<T>(
  values: readonly T[],
  count: number | undefined,
  random: () => number,
): T[] {
  if (count === undefined || values.length <= count) return [...values];
  let left = values.length;
  let wanted = count;
  // Knuth, The Art of Computer Programming, volume 2, 3.4.2, algorithm S.
  return values.filter(() => {
    const isTaken = random() * left < wanted;
    left--;
    if (isTaken) wanted--;
    return isTaken;
  });
}

/** How many a check asks for that can list all there is; undefined: all. @param usual without a sample */
export function countOf(
  { sample, isWhole }: { sample?: number; isWhole?: true },
  usual?: number,
): number | undefined {
  return isWhole === true ? undefined : (sample ?? usual);
}
