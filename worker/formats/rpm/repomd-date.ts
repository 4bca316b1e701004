/** When an rpm repository was made. Pure. */

/** Unix seconds that a repomd's `revision` may be: from 2001-09-09 on; smaller ones are counters. */
const leastRevisionSeconds = 1e9;
/** Ten digits, up to 2286; longer ones are dates written as a number (`20261123...`). */
const mostRevisionSeconds = 1e10;

/** `<revision>` where it is a Unix time, else the newest `<timestamp>` of the listed indexes; Unix ms. */
export function repomdDate(text: string): number | undefined {
  const revision = Number(/<revision>\s*(\d{1,15})\s*<\/revision>/.exec(text)?.[1] ?? "NaN");
  const date = revisionDate(revision);
  if (date !== undefined) return date;
  let newest: number | undefined;
  for (const [, digits] of text.matchAll(
    /<timestamp>\s*(\d{1,15})(?:\.\d{0,12})?\s*<\/timestamp>/g,
  )) {
    const seconds = Number(digits);
    if (isRevisionTime(seconds) && seconds * 1000 > (newest ?? 0)) newest = seconds * 1000;
  }
  return newest;
}

/** The moment that a repomd's revision is, Unix ms; undefined where it is a counter, or none. */
export function revisionDate(revision: number): number | undefined {
  return isRevisionTime(revision) ? revision * 1000 : undefined;
}

function isRevisionTime(seconds: number): boolean {
  return seconds >= leastRevisionSeconds && seconds < mostRevisionSeconds;
}
