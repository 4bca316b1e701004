/** How long each mirror took to answer in the hours of the last week: a figure an hour, in one row a mirror. Pure. */
import type { RosterMirror } from "../mirrors/roster.ts";
import type { Records } from "./compose-roster.ts";
import { type Target, targetKey } from "./target.ts";

/** One figure for each hour: what operators ask is "was it slow last night", ms. */
export const slotMs = 3_600_000;
/** Figures that are kept: a week. Of 1,600 mirrors they are about a megabyte, and 38,000 rows written a day. */
export const keptSlots = 168;

/** A mirror's figures. */
export interface RoundTrips {
  /** Number of the newest hour since 1970. */
  slot: number;
  /** Round trips in ms, the newest last; `null`: nobody measured it. */
  ms: readonly (number | null)[];
}

export function slotOf(now: number): number {
  return Math.floor(now / slotMs);
}

/** The figures with one more. Hours between them that have none stay empty. */
export function withRoundTrip(
  before: RoundTrips | undefined,
  slot: number,
  ms: number | null,
): RoundTrips {
  const gap = before === undefined ? 0 : Math.min(keptSlots, slot - before.slot - 1);
  const all = [...(before?.ms ?? []), ...Array.from({ length: Math.max(0, gap) }, () => null), ms];
  return { slot, ms: all.slice(-keptSlots) };
}

/** The shortest round trip that any region measured within the last hour; `null`: none did. */
export function roundTripOf(
  targets: readonly Target[],
  records: Records,
  now: number,
): number | null {
  let shortest: number | null = null;
  for (const target of targets) {
    for (const view of Object.values(records.get(targetKey(target))?.regions ?? {})) {
      if (view.ms === undefined || !view.ok || now - view.at > slotMs) continue;
      if (shortest === null || view.ms < shortest) shortest = view.ms;
    }
  }
  return shortest === null ? null : Math.round(shortest * 10) / 10;
}

/** As it is kept: figures with commas between them, nothing where there is none. */
export function roundTripsText({ ms }: RoundTrips): string {
  return ms.map((one) => (one === null ? "" : String(one))).join(",");
}

export function readRoundTrips(slot: number, text: string): RoundTrips {
  return { slot, ms: text.split(",").map((one) => (one === "" ? null : Number(one))) };
}

/** Where the figures of this hour are kept. */
interface RoundTripStore {
  roundTrips(mirror: string): RoundTrips | undefined;
  setRoundTrips(mirror: string, figures: RoundTrips): void;
  dropRoundTrips(before: number): void;
}

/** Writes a figure of each mirror. @returns false where none was measured within the hour: nothing is written */
export function keepRoundTrips(
  store: RoundTripStore,
  mirrors: readonly RosterMirror[],
  { targetsOf, records }: { targetsOf(mirror: string): readonly Target[]; records: Records },
  now: number,
): boolean {
  const slot = slotOf(now);
  const figures = mirrors.map(
    ({ name }) => [name, roundTripOf(targetsOf(name), records, now)] as const,
  );
  if (figures.every(([, ms]) => ms === null)) return false;
  for (const [name, ms] of figures) {
    store.setRoundTrips(name, withRoundTrip(store.roundTrips(name), slot, ms));
  }
  store.dropRoundTrips(slot - keptSlots);
  return true;
}
