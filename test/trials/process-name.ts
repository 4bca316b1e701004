/** What a process is called. */
import { readFileSync } from "node:fs";

/** As proc(5) has it; `ended`: it runs no more. */
export function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "ended";
  }
}
