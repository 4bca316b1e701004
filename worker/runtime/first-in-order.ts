/** Several questions at once, of which the first good answer in their order is enough. */

/**
 * Settles when it is known which of those asked is to be taken: the first in their order that has it, or a later one
 * when better ones are slow, or all have answered.
 *
 * @param asked whether each has it, in order; they don't reject
 * @param graceMs how much longer than the first that has it a better one may take
 */
export async function firstInOrder(
  asked: readonly Promise<boolean>[],
  graceMs: number,
): Promise<void> {
  const enough = Promise.withResolvers<void>();
  const answers: (boolean | undefined)[] = asked.map(() => undefined);
  let timer: ReturnType<typeof setTimeout> | null = null;
  asked.forEach(async (one, at) => {
    answers[at] = await one;
    const best = answers.findIndex((answer) => answer !== false);
    if (best < 0 || answers[best] === true) enough.resolve();
    else if (answers[at] && timer === null) timer = setTimeout(enough.resolve, graceMs);
  });
  try {
    if (asked.length > 0) await enough.promise;
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
}
