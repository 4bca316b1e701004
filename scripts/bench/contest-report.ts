/** What a contest of loads in turn has shown, for programs and for people. Pure. */
import type { Contest } from "./contests.ts";
import type { LoadResult } from "./load.ts";
import { compared, median, type Summary, spread, summary } from "./summary.ts";

export interface ContestReport {
  servers: Readonly<Record<string, Summary>>;
  /** Of the contest's pairs, round by round. */
  ratios: readonly { of: string; rps: number[]; cpu: number[] }[];
}

export type ContestResults = ReadonlyMap<string, readonly LoadResult[]>;

export function contestReport(
  { servers, pairs }: Pick<Contest, "servers" | "pairs">,
  results: ContestResults,
): ContestReport {
  const runsOf = (name: string) => results.get(name) ?? [];
  const [first = ""] = servers.keys();
  const summaries = [...servers.keys()].map(
    (name) => [name, summary(runsOf(name), runsOf(first))] as const,
  );
  return {
    servers: Object.fromEntries(summaries),
    ratios: pairs.map(([a, b]) => ({
      of: `${a} against ${b}`,
      rps: compared(runsOf(a), runsOf(b), ({ rps }) => rps),
      cpu: compared(runsOf(a), runsOf(b), ({ cpuUs }) => cpuUs),
    })),
  };
}

/** Answers that weren't what was asked for, and errors of connections. */
export function unexpectedIn(results: ContestResults): number {
  return [...results.values()].flat().reduce((sum, run) => sum + run.unexpected, 0);
}

/** Medians of the pairs' requests a second that are less than `goal`. */
export function belowGoal({ ratios }: Pick<ContestReport, "ratios">, goal: number): number[] {
  return ratios.map(({ rps }) => median(rps)).filter((ratio) => ratio < goal);
}

/** The table, then the pairs. */
export function contestLines({ servers, ratios }: ContestReport): string[] {
  const row = (name: string, one: Summary) =>
    `${name.padEnd(14)}${String(one.rps).padStart(9)}${String(one.cpuUs).padStart(12)}${one.ratio.toFixed(3).padStart(9)}${one.p50Ms.toFixed(2).padStart(10)}${one.p99Ms.toFixed(2).padStart(10)}${(one.asksPerSecond ?? "").toString().padStart(10)}`;
  return [
    `${"".padEnd(14)}${"req/s".padStart(9)}${"CPU us/req".padStart(12)}${"ratio".padStart(9)}${"p50 ms".padStart(10)}${"p99 ms".padStart(10)}${"asks/s".padStart(10)}`,
    ...Object.entries(servers).map(([name, one]) => row(name, one)),
    ...ratios.map(
      ({ of, rps, cpu }) => `${of}: requests/s ${spread(rps, 3)}, CPU a request ${spread(cpu, 3)}`,
    ),
  ];
}
