/**
 * What an answer takes inside the service, without the way to it: the whole request by a connection that stays open, less the
 * median of requests for `robots.txt`, which the same edge answers from nothing. Both are asked in turn, so that a machine
 * that gets slower does so for both. Processor time is that of the service's process (schedstat), by the same difference.
 */
import type { Asker } from "../../judge-packages/asker.ts";
import { exactCpuMs } from "../exact-cpu.ts";
import { median } from "../summary.ts";

/** The plain answer of the same edge. */
export const constantPath = "robots.txt";

export interface Inside {
  kind: string;
  requests: number;
  /** Of whole requests, less the constant's median, ms. */
  p50Ms: number;
  p99Ms: number;
  /** Of one request, less the constant's, ms. */
  cpuMs: number;
  /** What is promised for `p99Ms`. */
  goalMs: number;
}

/** @param paths each asked once, one after the other */
export async function measureInside(
  asker: Asker,
  pid: () => number,
  { kind, goalMs, paths }: { kind: string; goalMs: number; paths: readonly string[] },
): Promise<Inside> {
  const times: number[] = [];
  const constant: number[] = [];
  let [cpu, constantCpu] = [0, 0];
  for (const path of paths) {
    for (const [asked, into] of [
      [constantPath, constant],
      [path, times],
    ] as const) {
      const [from, cpuFrom] = [performance.now(), exactCpuMs(pid())];
      const { status } = await asker.ask(asked);
      into.push(performance.now() - from);
      const spent = exactCpuMs(pid()) - cpuFrom;
      if (into === times) cpu += spent;
      else constantCpu += spent;
      if (status >= 500) throw new Error(`${asked} answers ${status}`);
    }
  }
  const base = median(constant);
  const sorted = times.map((time) => time - base).toSorted((a, b) => a - b);
  return {
    kind,
    requests: paths.length,
    p50Ms: median(sorted),
    p99Ms: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? Number.NaN,
    cpuMs: (cpu - constantCpu) / paths.length,
    goalMs,
  };
}
