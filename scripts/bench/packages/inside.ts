/**
 * What an answer takes inside the service, without the way to it: the whole request by a connection that stays open, less
 * what `robots.txt` takes, which the same edge answers from nothing. Both are asked in turn, so that a machine that gets
 * slower does so for both, and each place of one distribution is held against the same place of the other: the slowest
 * hundredth of constant answers takes some ms on a virtual machine, which is none of what is measured. Processor time is
 * that of the service's process (schedstat), garbage among it, by the same difference.
 */
import type { Asker } from "../../judge-packages/asker.ts";
import { exactCpuMs } from "../exact-cpu.ts";
import { median } from "../summary.ts";

/** The plain answer of the same edge. */
export const constantPath = "robots.txt";

export interface Inside {
  kind: string;
  requests: number;
  /** Of whole requests, less the same of the constant's, ms. */
  p50Ms: number;
  p99Ms: number;
  /** Of whole requests as they are, and of the constant's, ms. */
  whole: Times;
  constant: Times;
  /** Of processor time a request, less the same of the constant's, ms. */
  cpu: Times;
  /** What is promised for `p99Ms`. */
  goalMs: number;
}

export interface Times {
  p50Ms: number;
  p99Ms: number;
}

/** @param paths each asked once, one after the other */
export async function measureInside(
  asker: Asker,
  pid: () => number,
  { kind, goalMs, paths }: { kind: string; goalMs: number; paths: readonly string[] },
): Promise<Inside> {
  const taken = { whole: [] as number[], cpu: [] as number[] };
  const constant = { whole: [] as number[], cpu: [] as number[] };
  for (const path of paths) {
    for (const [asked, into] of [
      [constantPath, constant],
      [path, taken],
    ] as const) {
      const cpuFrom = exactCpuMs(pid());
      const from = performance.now();
      const { status } = await asker.ask(asked);
      into.whole.push(performance.now() - from);
      into.cpu.push(exactCpuMs(pid()) - cpuFrom);
      if (status >= 500) throw new Error(`${asked} answers ${status}`);
    }
  }
  const [whole, plain] = [timesOf(taken.whole), timesOf(constant.whole)];
  return {
    kind,
    requests: paths.length,
    ...lessThan(whole, plain),
    whole,
    constant: plain,
    cpu: lessThan(timesOf(taken.cpu), timesOf(constant.cpu)),
    goalMs,
  };
}

function timesOf(taken: readonly number[]): Times {
  const sorted = taken.toSorted((a, b) => a - b);
  const place = Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99));
  return { p50Ms: median(sorted), p99Ms: sorted[place] ?? Number.NaN };
}

function lessThan(one: Times, other: Times): Times {
  return { p50Ms: one.p50Ms - other.p50Ms, p99Ms: one.p99Ms - other.p99Ms };
}
