/** Processor time to the microsecond, where clock ticks of 10 ms are too coarse. Linux. */
import { readdirSync, readFileSync } from "node:fs";

/** Of all threads that the process has now, ms. @throws where the process is gone */
export function exactCpuMs(pid: number): number {
  let ns = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      // Documentation/scheduler/sched-stats.rst of Linux: the first number is the time spent on the processor, ns.
      ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    } catch {
      // A thread that ended between the two.
    }
  }
  return ns / 1e6;
}

/** Two looks so far apart, ms, without processor time between them: it rests. */
const lookMs = 100;
/** What timers take meanwhile, ms. */
const restsBelowMs = 0.1;
/** Something is always going on in a process that doesn't rest by then. */
const mostLooks = 30;

/** Waits until the process does next to nothing, and tells its processor time, ms. */
export async function settledCpuMs(pid: number): Promise<number> {
  let before = exactCpuMs(pid);
  for (let look = 0; look < mostLooks; look++) {
    await new Promise((resolve) => setTimeout(resolve, lookMs));
    const now = exactCpuMs(pid);
    if (now - before < restsBelowMs) return now;
    before = now;
  }
  return before;
}
