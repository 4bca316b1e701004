/** How much of the mirrors' capacity has a snapshot: what a publishing policy waits for. Pure. */
import { takesClients } from "../directory/cost.ts";
import { stateFor } from "./eligible.ts";
import type { RosterMirror } from "./roster.ts";

/**
 * The share, 0 to 1, of the capacity of all mirrors that clients of a repository are sent to whose generation is at
 * least that one; of one that lacks several files it isn't known. Private mirrors are left out: no Prober probes them.
 * 0 where there is no capacity at all.
 */
export function capacityWith(
  mirrors: readonly RosterMirror[],
  repository: string,
  generation: number,
): number {
  let all = 0;
  let having = 0;
  for (const mirror of mirrors) {
    const carried = mirror.carries[repository];
    if (carried === undefined || mirror.private) continue;
    const usable = (["https", "http"] as const).some(
      (scheme) => carried[scheme] !== undefined && takesClients(stateFor(mirror, carried, scheme)),
    );
    if (!usable) continue;
    all += mirror.capacity;
    const has = (carried.generation ?? 0) >= generation && !carried.patchy;
    if (has) having += mirror.capacity;
  }
  return all === 0 ? 0 : having / all;
}
