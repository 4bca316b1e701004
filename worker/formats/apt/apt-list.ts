/** The list of places that apt reads. Pure. */

import type { ListedPlace } from "../kind-format.ts";

/** apt reads no more of a list of mirrors than this, in bytes (observed). */
export const maxAptListBytes = 1024 * 1024;

/**
 * The list that apt's `mirror+https:` method reads: one URI a line, a tab, then what the place is for.
 *
 * Indexes come from us alone, as `type:deb` keeps them from the mirrors: they are one verified snapshot here, and by
 * the method's own rules each could come from another mirror. Packages, and sources, which have no type (observed,
 * apt 2.6), come from the mirrors in rank order, and from us where none has them: who asks for this list wants
 * mirrors without our redirect, and the method itself goes on to the next place after a 404, a wrong size or a 5xx.
 *
 * @param own our base URL of the repository, ends in `/`
 * @param places the best first; what doesn't fit into a megabyte is left out from the end
 */
export function aptList(own: string, places: readonly ListedPlace[]): string {
  // Mirrors that share a number are tried in random order: each gets its own.
  const lines = places.map(({ url }, at) => `${url}\tpriority:${at + 1} type:deb\n`);
  const ours = `${own}\tpriority:${places.length + 1}\n`;
  let bytes = ours.length;
  const fitting = lines.filter((line) => {
    bytes += line.length;
    return bytes <= maxAptListBytes;
  });
  return fitting.join("") + ours;
}
