/** What an open loop shows of each server, as medians over rounds. Pure. */
import type { LoadResult } from "../load.ts";
import { median, spread } from "../summary.ts";
import type { OwnSpeed } from "./own-speed.ts";
import type { OpenLoopResult } from "./run-load.ts";
import { shareOfPeak } from "./schedule.ts";

export interface ServerRuns {
  /** What it was asked in the open loop, requests a second. */
  perSecond: number;
  /** At saturation. */
  peaks: readonly LoadResult[];
  loads: OpenLoopResult[];
}

/** Of one server. */
export interface Waits {
  /** Requests a second at saturation, and at the rate. */
  peakRps: number;
  perSecond: number;
  rps: number;
  /** At the rate, from the moment a request was due, ms. */
  p50Ms: number;
  p99Ms: number;
  mostMs: number;
  /** Of the constant's in the same round, by rounds. */
  p50Ratios: number[];
  p99Ratios: number[];
  /** At saturation, from the moment a request was sent, ms. */
  peakP50Ms: number;
  peakP99Ms: number;
  /** What of the 99th percentile at the rate is the loader's own, ms. */
  ownLateP99Ms: number;
}

/** @param constant the name of the server that all are compared with */
export function waitsOf(
  runs: ReadonlyMap<string, ServerRuns>,
  constant: string,
): Record<string, Waits> {
  const base = runs.get(constant)?.loads ?? [];
  const rounded = (value: number) => Number(value.toFixed(2));
  const of = ({ perSecond, peaks, loads }: ServerRuns): Waits => {
    const at = (figure: (run: OpenLoopResult) => number) => rounded(median(loads.map(figure)));
    const peak = (figure: (run: LoadResult) => number) => rounded(median(peaks.map(figure)));
    const ratios = (figure: (run: OpenLoopResult) => number) =>
      loads.flatMap((run, round) => {
        const other = base[round];
        return other === undefined ? [] : [figure(run) / figure(other)];
      });
    return {
      peakRps: Math.round(peak(({ rps }) => rps)),
      perSecond,
      rps: Math.round(at(({ rps }) => rps)),
      p50Ms: at(({ p50Ms }) => p50Ms),
      p99Ms: at(({ p99Ms }) => p99Ms),
      mostMs: at(({ mostMs }) => mostMs),
      p50Ratios: ratios(({ p50Ms }) => p50Ms),
      p99Ratios: ratios(({ p99Ms }) => p99Ms),
      peakP50Ms: peak(({ p50Ms }) => p50Ms),
      peakP99Ms: peak(({ p99Ms }) => p99Ms),
      ownLateP99Ms: at(({ ownLateP99Ms }) => ownLateP99Ms),
    };
  };
  return Object.fromEntries([...runs].map(([name, one]) => [name, of(one)]));
}

/** For people. */
export function openLoopLines(
  waits: Readonly<Record<string, Waits>>,
  { share, own }: { share: number; own: OwnSpeed },
): string[] {
  const { tried } = own;
  const columns = [
    "peak/s",
    "asked/s",
    "got/s",
    "p50 ms",
    "p99 ms",
    "most ms",
    "late ms",
    "peak p50",
    "peak p99",
  ];
  const line = (name: string, values: readonly string[]) =>
    name.padEnd(14) + values.map((value) => value.padStart(9)).join("");
  const rows = Object.entries(waits).map(([name, one]) =>
    line(name, [
      String(one.peakRps),
      String(one.perSecond),
      String(one.rps),
      ...[one.p50Ms, one.p99Ms, one.mostMs, one.ownLateP99Ms, one.peakP50Ms, one.peakP99Ms].map(
        (ms) => ms.toFixed(2),
      ),
    ]),
  );
  const [first, ...others] = Object.entries(waits);
  const ratios = others.map(
    ([name, { p50Ratios, p99Ratios }]) =>
      `${name} against ${first?.[0]}: p50 ${spread(p50Ratios, 2)}, p99 ${spread(p99Ratios, 2)}`,
  );
  return [
    `The loader itself: ${Math.round(own.perSecond)} requests a second of its processor; asked for ${tried.perSecond} a second of a server that does nothing it sent ${Math.round(tried.rps)}, at most ${tried.ownLateP99Ms.toFixed(2)} ms late (p99).`,
    `Each asked ${(share * 100).toFixed(0)} % of its own peak, at fixed moments${share < shareOfPeak ? ": what the loader can send" : ""}.`,
    line("", columns),
    ...rows,
    ...ratios,
    "p50, p99, most: from the moment a request was due. late: what of p99 is the loader's. peak: at saturation, from sending.",
  ];
}
