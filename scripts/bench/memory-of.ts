/** Memory of processes, as Linux tells it. */
import { readFileSync } from "node:fs";

/** Of one process, MB. */
export interface Memory {
  name: string;
  /** Resident: what it shares counts for each that shares it. */
  rss: number;
  /** The same where what is shared counts in parts, so that a sum over processes counts nothing twice (proc(5), `Pss`). */
  pss: number;
}

const kilobytes = 1024;

/** @throws where the process is gone, or isn't ours */
export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const value = (name: string) =>
    (Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1]) * kilobytes) / 1e6;
  return {
    name: readFileSync(`/proc/${pid}/comm`, "utf8").trim(),
    rss: value("Rss"),
    pss: value("Pss"),
  };
}
