/** Measured round-trip times between places, as geo-data/measurements/ holds them. */
import type { Point } from "../../worker/geo/distance.ts";

export interface MeasuredPlace extends Point {
  city: string;
}

/** The file's shape: `rtt[from][to]` in ms. Both directions may be given; they may differ. */
export interface Measurements {
  source: string;
  places: Record<string, MeasuredPlace>;
  rtt: Record<string, Record<string, number>>;
}

/** The measurements without any that begin or end at `place`, as if nobody had ever measured there. */
export function withoutPlace(measurements: Measurements, place: string): Measurements {
  const others = <T>(record: Record<string, T>) =>
    Object.fromEntries(Object.entries(record).filter(([name]) => name !== place));
  return {
    source: measurements.source,
    places: others(measurements.places),
    rtt: Object.fromEntries(
      Object.entries(others(measurements.rtt)).map(([from, row]) => [from, others(row)]),
    ),
  };
}

/** One measured round trip between two different places, ms: the mean of both directions where both are known. */
export interface MeasuredPair {
  a: Point;
  b: Point;
  ms: number;
}

/** Every pair of different places with a measurement, each once. */
export function measuredPairs({ places, rtt }: Measurements): MeasuredPair[] {
  const names = Object.keys(places);
  return names.flatMap((nameA, index) =>
    names.slice(0, index).flatMap((nameB) => {
      const known = [rtt[nameA]?.[nameB], rtt[nameB]?.[nameA]].filter((ms) => ms !== undefined);
      const [a, b] = [places[nameA], places[nameB]];
      if (known.length === 0 || a === undefined || b === undefined) return [];
      return [{ a, b, ms: known.reduce((sum, ms) => sum + ms, 0) / known.length }];
    }),
  );
}
