/** What loads of two at once have shown, for programs and for people. Pure. */
import type { AtOnce, Measuring } from "./measure.ts";
import { compared, median, spread } from "./summary.ts";

export interface AtOnceReport {
  of: readonly [string, string];
  /** Medians of processor time a request, microseconds. */
  cpuUs: number[];
  /** The first against the second, round by round. */
  cpu: number[];
}

export function atOnceReport(pairs: readonly AtOnce[]): AtOnceReport[] {
  return pairs.map(({ of, runs: [a, b] }) => ({
    of,
    cpuUs: [a, b].map((runs) => Math.round(median(runs.map(({ cpuUs }) => cpuUs)))),
    cpu: compared(a, b, ({ cpuUs }) => cpuUs),
  }));
}

export function atOnceLines(
  told: readonly AtOnceReport[],
  { rounds, seconds, clients, connections }: Measuring,
): string[] {
  return [
    `${rounds} rounds of ${seconds} s, both at once, ${clients} client addresses, ${connections} connections each`,
    ...told.map(({ of, cpuUs, cpu }) => {
      const mean = cpu.reduce((sum, ratio) => sum + ratio, 0) / cpu.length;
      return `${of.join(" against ")}: CPU a request ${cpuUs.join(" against ")} us, ${spread(cpu, 3)}, mean ${mean.toFixed(3)}`;
    }),
  ];
}
