/** What a process takes, as Linux tells it. */
import { readFileSync, writeFileSync } from "node:fs";

/** Of the processor so far, in all its threads. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The second field is the name in brackets and may hold anything; utime and stime are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // In ticks, of which a second has 100 on every Linux that Node runs on.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory, MB: now, and the most since the last `forgetPeak`. */
export function megabytesOf(pid: number): { now: number; peak: number; forgetPeak(): void } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const value = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1]) / 1024;
  return {
    now: value("VmRSS"),
    peak: value("VmHWM"),
    // proc(5): 5 resets the peak to what is used now.
    forgetPeak: () => writeFileSync(`/proc/${pid}/clear_refs`, "5"),
  };
}
