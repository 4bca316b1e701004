/** What new isolates cost, as medians over rounds. Pure. */
import { median, spread } from "./summary.ts";

/** Processor time of one process, ms. */
export interface ColdRun {
  /** Until it listened and rested. */
  startMs: number;
  /** Of each redirect, from the first on, with what went on behind its answer. */
  redirectMs: readonly number[];
}

/** On top of an empty Worker's in the same round, by rounds, ms. */
export interface ColdCosts {
  startMs: number[];
  /** The first redirect of each isolate, the second, and so on. */
  redirectMs: number[][];
  /** The empty Worker's own, medians. */
  empty: { startMs: number; firstMs: number };
}

/** What the free plan gives to start, and to one request, ms of processor time. */
export const goals = { startMs: 50, firstMs: 10 } as const;

export function coldCosts(edge: readonly ColdRun[], empty: readonly ColdRun[]): ColdCosts {
  const onTop = (figure: (run: ColdRun) => number) =>
    edge.flatMap((run, round) => {
      const other = empty[round];
      return other === undefined ? [] : [figure(run) - figure(other)];
    });
  const first = ({ redirectMs: [ms = Number.NaN] }: ColdRun) => ms;
  const each = edge[0]?.redirectMs ?? [];
  return {
    startMs: onTop(({ startMs }) => startMs),
    redirectMs: each.map((_, at) => onTop(({ redirectMs }) => redirectMs[at] ?? Number.NaN)),
    empty: {
      startMs: median(empty.map(({ startMs }) => startMs)),
      firstMs: median(empty.map(first)),
    },
  };
}

/** For people. */
export function coldLines({ startMs, redirectMs, empty }: ColdCosts): string[] {
  const line = (name: string, ms: readonly number[], goal: number | undefined) =>
    `${name.padEnd(24)}${spread(ms, 2)} ms${goal === undefined ? "" : `; the goal is ${goal}: ${median(ms) <= goal ? "reached" : "missed"}`}`;
  const [first = [], ...others] = redirectMs;
  return [
    line("to start", startMs, goals.startMs),
    line("the first redirect", first, goals.firstMs),
    ...others.map((ms, at) => line(`redirect ${at + 2}`, ms, undefined)),
    `an empty Worker          ${empty.startMs.toFixed(2)} ms to start, ${empty.firstMs.toFixed(2)} ms for its first answer`,
  ];
}
