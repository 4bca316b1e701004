/** The trial `limits`: what docs/operating/limits.md says of workerd alone, measured on a started service. */
import { readFileSync } from "node:fs";
import { startKillable } from "../../scripts/service/killable.ts";
import { startLab } from "../lab/lab.ts";
import { labViews } from "../lab/views.ts";
import { exhaustingRows, type LimitRow, limitRows, type Measured } from "./limits-rows.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";

/** Time for which a client doesn't read, ms. */
const unreadMs = { short: 20_000, whole: 100_000 };
/** No mirror is listed: every file comes by bytes. */
const large = {
  path: "/lab/pool/main/n/near-huge/near-huge_5.0-1_all.deb",
  bytes: 12 * 1024 * 1024,
};

export const limitsTrial: Trial = {
  name: "limits",
  says: "what workerd itself holds, on raw sockets, is what docs/operating/limits.md says",
  needs: { "apt-ftparchive": "apt-utils", prlimit: "util-linux" },
  deadlineMs: { short: 180_000, whole: 300_000 },
  run,
};

async function run({ trees, length, progress }: TrialContext): Promise<TrialResult> {
  const lab = await startLab({ trees, mirrors: 0 });
  const service = await startKillable({ views: labViews(lab), vars: { PROBING: "off" } });
  const faults: string[] = [];
  const program = parentOf(service.workerdPid);
  try {
    const measured: Measured = {
      port: Number(new URL(service.url).port),
      pid: () => workerdOf(program),
      large,
      unreadMs: unreadMs[length],
    };
    const judge = async ({ name, says, measure }: LimitRow) => {
      const seen = await measure(measured).catch((error: unknown) => String(error));
      if (seen !== undefined) faults.push(`${name}: ${seen}; the page says: ${says}`);
    };
    progress("limits of time and size");
    await Promise.all(limitRows.map(judge));
    for (const row of exhaustingRows) {
      progress(row.name);
      await judge(row);
    }
  } finally {
    await service.stop();
    await lab.stop();
  }
  const rows = limitRows.length + exhaustingRows.length;
  return {
    trial: "limits",
    passed: faults.length === 0,
    why: faults[0] ?? `${rows} limits are as the page says`,
    figures: { rows, otherwise: faults.length },
    evidence: faults,
  };
}

/** By proc(5): the fourth field, behind the name in brackets. */
function parentOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
}

/** The workerd that a program has now: one that ended was started again. */
function workerdOf(program: number): number {
  const children = readFileSync(`/proc/${program}/task/${program}/children`, "utf8").trim();
  const found = children
    .split(" ")
    .map(Number)
    .find((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "workerd");
  if (found === undefined) throw new Error("there is no workerd");
  return found;
}
