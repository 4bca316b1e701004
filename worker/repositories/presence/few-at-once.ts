/**
 * Does many things a few at a time. `all` begins them with the function it is given, which waits where `most` are
 * under way. Resolves when everything begun has ended; rejects with the first failure, after which nothing is begun.
 */
export async function fewAtOnce(
  most: number,
  all: (begin: (work: () => Promise<void>) => Promise<void>) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  const begin = async (work: () => Promise<void>) => {
    while (running.size >= most) await Promise.race(running);
    if (failure !== undefined) throw failure.error;
    const ended = work()
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => running.delete(ended));
    running.add(ended);
  };
  try {
    await all(begin);
  } finally {
    await Promise.all(running);
  }
  if (failure !== undefined) throw failure.error;
}
