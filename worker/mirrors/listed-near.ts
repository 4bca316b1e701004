/** Mirrors by the list alone: which ones to ask when no mirror that probes found healthy can help. Pure. */

import { costMs, placeCost, preparePlace } from "../directory/cost.ts";
import { scopeExclusion } from "../directory/scope.ts";
import type { Client } from "../geo/client.ts";
import { type Demand, type OpenMirror, stateFor } from "./eligible.ts";
import type { OpenRoster } from "./open-roster.ts";

/** What is searched, and for whom. */
export interface SearchedFile {
  demand: Demand;
  client: Client;
  /** Inside the repository, decoded. */
  path: string;
}

/**
 * Base URLs of the repository at the nearest mirrors that list it, nearest first, whatever probes say of them: one that
 * was down a moment ago may be well again. What operators and mirrors themselves say counts: a mirror that is disabled,
 * not for this client, or without the path isn't among them, and drained ones come last. Over the demand's scheme where
 * the mirror speaks it, else over the other: the URL is for asking, not for redirecting.
 *
 * @param most how many
 */
export function listedNear(
  { mirrors, model }: Pick<OpenRoster, "mirrors" | "model">,
  { demand, client, path }: SearchedFile,
  most: number,
): string[] {
  const from = preparePlace(client.place, model);
  const found = mirrors.flatMap((open) => {
    const base = baseFor(open, demand, path);
    if (base === undefined || scopeExclusion(open, client) !== undefined) return [];
    const parts = placeCost(from, open.positioned, model);
    return [{ ...base, cost: costMs(parts, "none", base.state) }];
  });
  return found
    .sort((a, b) => a.cost - b.cost)
    .slice(0, most)
    .map(({ base }) => base);
}

function baseFor({ resource }: OpenMirror, demand: Demand, path: string) {
  const { repository, scheme, architecture } = demand;
  const carried = resource.carries[repository];
  if (carried === undefined) return undefined;
  const state = stateFor(resource, carried, scheme);
  if (state === "disabled") return undefined;
  if (architecture !== "" && carried.architectures?.includes(architecture) === false) {
    return undefined;
  }
  if (carried.exclude?.some((prefix) => path.startsWith(prefix))) return undefined;
  const base = carried[scheme] ?? carried.https ?? carried.http;
  return base === undefined ? undefined : { base, state };
}
