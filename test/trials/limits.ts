/** The trial `limits`: what docs/operating/limits.md says of workerd and the proxies, measured on a started service. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startKillable } from "../../scripts/service/killable.ts";
import { makeCertificates } from "../lab/certificates.ts";
import { type Front, frontName, startFront } from "../lab/fronts.ts";
import { startLab } from "../lab/lab.ts";
import { makeScratch } from "../lab/scratch.ts";
import { labViews } from "../lab/views.ts";
import {
  exhaustingRows,
  type LimitRow,
  limitRows,
  proxyRows,
  unreadByNginx,
} from "./limits-rows.ts";
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
  says: "what workerd, nginx and Caddy hold, on raw sockets, is what docs/operating/limits.md says",
  needs: {
    ...{ "apt-ftparchive": "apt-utils", openssl: "openssl", prlimit: "util-linux" },
    ...{ nginx: "nginx-light", caddy: "caddy" },
  },
  deadlineMs: { short: 180_000, whole: 300_000 },
  run,
};

async function run({ trees, length, progress }: TrialContext): Promise<TrialResult> {
  const scratch = makeScratch("limits");
  const lab = await startLab({ trees, mirrors: 0 });
  const service = await startKillable({ views: labViews(lab), vars: { PROBING: "off" } });
  const fronts: Front[] = [];
  const faults: string[] = [];
  let rows = 0;
  const program = parentOf(service.workerdPid);
  const port = Number(new URL(service.url).port);
  const measured = { pid: () => workerdOf(program), large, unreadMs: unreadMs[length] };
  const judge = async (of: string, at: number, { name, says, measure }: LimitRow) => {
    rows += 1;
    const seen = await measure({ ...measured, port: at }).catch((error: unknown) => String(error));
    if (seen !== undefined) faults.push(`${of}, ${name}: ${seen}; the page says: ${says}`);
  };
  try {
    const { certificate } = await makeCertificates(scratch.directory, [frontName]);
    for (const kind of ["nginx", "caddy"] as const) {
      const folder = join(scratch.directory, kind);
      fronts.push(await startFront(kind, { service: port, certificate, scratch: folder }));
    }
    const [nginx, caddy] = fronts.map(({ http }) => http);
    progress("limits of time and size");
    await Promise.all([
      ...limitRows.map((row) => judge("workerd", port, row)),
      ...proxyRows.map((row) => judge("nginx", nginx ?? 0, row)),
      ...proxyRows.map((row) => judge("caddy", caddy ?? 0, row)),
      ...(length === "whole" ? [judge("nginx", nginx ?? 0, unreadByNginx)] : []),
    ]);
    for (const row of exhaustingRows) {
      progress(row.name);
      await judge("workerd", port, row);
    }
  } finally {
    await Promise.all(fronts.map((front) => front.stop()));
    await service.stop();
    await lab.stop();
    scratch.remove();
  }
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
