/** Where an isolate gets newer views: its location's cache, then `Fleet`, then KV. */

import type { LocationCache } from "../runtime/location-cache.ts";
import { newerText } from "../runtime/newer-text.ts";
import { publishedKey, viewsKey } from "./views-key.ts";

/** Answers with the published views, or `null` where `known` is their version. */
export type AskFleet = (known: number) => Promise<string | null>;

export interface Sources {
  cache: LocationCache;
  /** Absent: nothing is probed here, and the applied mirror list is what there is. */
  fleet?: AskFleet;
  /** The last-known-good store. */
  store?: { get(key: string): Promise<string | null> };
  /** Seconds. */
  rosterAge: number;
}

/** Fleet has this long to answer, ms; then KV has to do. */
const fleetDeadlineMs = 5000;

/**
 * Newer views, or `null` where there are none. Rejects when neither cache, Fleet nor KV can be read.
 *
 * @param known version at hand
 */
export async function newerViews(sources: Sources, known: number): Promise<string | null> {
  const { cache, fleet, store, rosterAge } = sources;
  if (fleet === undefined) return (await store?.get(viewsKey)) ?? null;
  const newer = await newerText(
    {
      cache,
      key: "https://views.nearmirror.invalid/",
      age: rosterAge,
      ask: (version) => fleet(Number(version)),
      deadlineMs: fleetDeadlineMs,
      stored: async () => (await store?.get(publishedKey)) ?? null,
      versionOf: (text) => /^\S+ \S+ (\d+) /.exec(text)?.[1],
    },
    String(known),
  );
  return newer.text;
}
