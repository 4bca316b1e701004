/** What grows with mirrors, clients and files, for people. Pure. */
import { median, spread } from "../summary.ts";
import type { MemoryGrowth } from "./memory-growth.ts";

/** Of one number of mirrors or clients; each figure by rounds. */
export interface GrowthPoint {
  /** Mirrors, or clients. */
  count: number;
  rps: number[];
  /** Processor time of a request, us. */
  cpuUs: number[];
  /** The same of the constant Worker's in the same round. */
  rpsRatios: number[];
  cpuRatios: number[];
}

export interface Growth {
  /** Constant figures are beside it as ratios. */
  byMirrors: readonly GrowthPoint[];
  byClients: readonly GrowthPoint[];
  /** With how many mirrors the clients were counted, and with how many clients the mirrors. */
  fixed: { mirrors: number; clients: number };
  memory: { ours: MemoryGrowth; constant: MemoryGrowth };
}

/** The most that resident memory may grow by, MiB. */
const memoryGoalMib = 64;
const mib = 1024 ** 2 / 1e6;

export function growthLines({ byMirrors, byClients, fixed, memory }: Growth): string[] {
  const table = (of: string, points: readonly GrowthPoint[]) => [
    `${of.padStart(9)}${"req/s".padStart(9)}${"CPU us/req".padStart(12)}${"ratio".padStart(9)}${"CPU ratio".padStart(11)}`,
    ...points.map(
      ({ count, rps, cpuUs, rpsRatios, cpuRatios }) =>
        `${String(count).padStart(9)}${median(rps).toFixed(0).padStart(9)}${median(cpuUs).toFixed(1).padStart(12)}${median(rpsRatios).toFixed(3).padStart(9)}${spread(cpuRatios, 2).padStart(24)}`,
    ),
  ];
  return [
    `By mirrors, ${fixed.clients} clients; ratios are to a constant Worker's in the same round:`,
    ...table("mirrors", byMirrors),
    `By clients, ${fixed.mirrors} mirrors:`,
    ...table("clients", byClients),
    "Resident memory of workerd, MB, once warm, then after each client has asked, then after each file was asked for:",
    memoryLine("ours", memory.ours),
    memoryLine("constant", memory.constant),
    `The goal is growth below ${memoryGoalMib} MiB: ${grownMib(memory.ours) < memoryGoalMib ? "reached" : "missed"}.`,
  ];
}

/**
 * By how much resident memory was ever above what it had been before, MiB; never less than 0. What starting left is
 * collected during the first clients: growth counted from the first point alone would be hidden behind it.
 */
export function grownMib({ first, byClients, byFiles }: MemoryGrowth): number {
  let least = first;
  let grown = 0;
  for (const { rss } of [...byClients, ...byFiles]) {
    grown = Math.max(grown, rss - least);
    least = Math.min(least, rss);
  }
  return grown / mib;
}

function memoryLine(name: string, growth: MemoryGrowth): string {
  const { first, byClients, byFiles } = growth;
  const last = (of: MemoryGrowth["byClients"], what: string) => {
    const point = of.at(-1);
    return `${point?.rss.toFixed(0) ?? "?"} after ${point?.asked ?? 0} ${what}`;
  };
  return `${name.padEnd(9)}${first.toFixed(0).padStart(9)}, ${last(byClients, "clients")}, ${last(byFiles, "files")}; at most ${grownMib(growth).toFixed(0)} MiB more than before`;
}
