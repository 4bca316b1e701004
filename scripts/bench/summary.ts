/** Medians over rounds. */
import type { LoadResult } from "./load.ts";

export interface Summary {
  rps: number;
  /** Of the constant Worker's requests per second, in the same round. */
  ratio: number;
  cpuUs: number;
  p50Ms: number;
  p99Ms: number;
  /** Questions to mirrors and origins that it caused, a second; absent: none were counted. */
  asksPerSecond?: number;
}

/** The middle value; the mean of the middle two where there is an even number. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2;
}

/** Round by round, the first against the second. */
export function compared(
  a: readonly LoadResult[],
  b: readonly LoadResult[],
  figure: (run: LoadResult) => number,
): number[] {
  return a.flatMap((run, round) => {
    const other = b[round];
    return other === undefined ? [] : [figure(run) / figure(other)];
  });
}

/** For people: the median, and between which values the middle half of them lies. */
export function spread(values: readonly number[], digits: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  // Of one value alone it is both ends.
  const half = Math.max(1, Math.floor(sorted.length / 2));
  const [lower, upper] = [sorted.slice(0, half), sorted.slice(sorted.length - half)].map(median);
  const told = (value = Number.NaN) => value.toFixed(digits);
  return `${told(median(sorted))} (${told(lower)} to ${told(upper)})`;
}

/** Medians of a server's rounds; the ratio is taken round by round against the constant Worker's. */
export function summary(runs: readonly LoadResult[], constant: readonly LoadResult[]): Summary {
  const round = (value: number, digits: number) => Number(value.toFixed(digits));
  const asks = runs.flatMap(({ asksPerSecond }) => asksPerSecond ?? []);
  return {
    ...(asks.length > 0 && { asksPerSecond: Math.round(median(asks)) }),
    rps: Math.round(median(runs.map((run) => run.rps))),
    ratio: round(median(runs.map((run, at) => run.rps / (constant[at]?.rps ?? Number.NaN))), 3),
    cpuUs: round(median(runs.map((run) => run.cpuUs)), 1),
    p50Ms: round(median(runs.map((run) => run.p50Ms)), 2),
    p99Ms: round(median(runs.map((run) => run.p99Ms)), 2),
  };
}
