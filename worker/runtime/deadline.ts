/** Work that has to come to an end. */

/** Why `inTime` gave up waiting. */
export class Late extends Error {}
/** The work's outcome; rejects with `Late` when it takes longer, without ending it. */
export async function inTime<Result>(work: Promise<Result>, deadlineMs: number): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Late(`no answer in ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
}
