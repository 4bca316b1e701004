/** Warnings that would come with each request. */

/** The same one is written again after this long, ms. */
const quietMs = 60_000;
/** Different ones that are remembered; then all are forgotten. */
const maxKinds = 100;

const written = new Map<string, number>();

/** @param now Unix ms */
export function warnOnce(warning: string, now: number): void {
  const last = written.get(warning);
  if (last !== undefined && now - last < quietMs) return;
  if (written.size >= maxKinds) written.clear();
  written.set(warning, now);
  console.warn(warning);
}
