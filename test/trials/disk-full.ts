/**
 * The store's disk fills up while clients ask and operators change things: answers go on, nothing hangs, nothing is
 * half-written, and with room again all goes on as before.
 */
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { firstToken, posted } from "../lab/operator.ts";
import { runOrThrow } from "../lab/process.ts";
import { DiskFullOperator } from "./disk-full-operators.ts";
import { askSteadily, quantile } from "./started-clients.ts";
import { type StartedField, startedField, versionOf } from "./started-field.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";

const diskMegabytes = 64;
const fullMs = { short: 8_000, whole: 30_000 } as const;
const clients = 40;
const perSecond = 80;
/** Longer than this is hanging, ms: a look at the disk, and a question to the origin, are in it. */
const hangsMs = 5_000;
/** New versions are taken up again within this, ms: a look at the disk, a poll. */
const againWithinMs = 30_000;
const metadataEvery = 5;

async function versionAt(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(hangsMs) });
  return `${answer.status} version ${versionOf(await answer.text())}`;
}

async function refresh(url: string, token: string): Promise<void> {
  const signal = AbortSignal.timeout(hangsMs);
  const refreshed = `${url}api/v1/repositories/small/refresh`;
  const answer = await fetch(refreshed, { ...posted(token), signal });
  await answer.body?.cancel();
}

/** Writes until nothing goes in any more. */
function fill(folder: string): string {
  const file = join(folder, "filler");
  const piece = Buffer.alloc(64 * 1024);
  try {
    for (;;) writeFileSync(file, piece, { flag: "a" });
  } catch (error) {
    if (Reflect.get(Object(error), "code") !== "ENOSPC") throw error;
  }
  return file;
}

async function tryOut(
  field: StartedField,
  disk: string,
  { length, progress }: TrialContext,
): Promise<TrialResult> {
  const service = await field.start(join(disk, "store"));
  const evidence: string[] = [];
  try {
    const token = await firstToken(service.url);
    const index = service.url + field.index;
    const bases = field.lab.mirrors.map(({ url }) => url);
    const options = {
      url: service.url,
      clients,
      perSecond,
      path: (count: number) =>
        count % metadataEvery === 0
          ? field.index
          : (field.packages[count % field.packages.length] ?? ""),
      isRight: (status: number, location: string) =>
        status === 200 || (status === 302 && bases.some((base) => location.startsWith(base))),
    };
    await askSteadily(options, 2_000);
    progress("full");
    const filler = fill(disk);
    field.lab.publish(2);
    const asking = askSteadily(options, fullMs[length]);
    await refresh(service.url, token).catch((error: unknown) => {
      evidence.push(`full: refresh: ${error}`);
    });
    const operator = new DiskFullOperator(service.url, token);
    const mirror = field.lab.mirrors[0]?.name ?? "";
    evidence.push(...(await operator.tryChanges(mirror)));
    const full = await asking;
    const free = statfsSync(disk);
    const told = await versionAt(index).catch(String);
    if (!/^200 version [12]$/.test(told)) evidence.push(`full: the index: ${told}`);
    evidence.push(...full.wrong.map((one) => `full: ${one}`));
    const worst = full.latencies.at(-1) ?? 0;
    if (worst > hangsMs) evidence.push(`full: an answer took ${Math.round(worst)} ms`);
    const health = await fetch(`${service.url}api/v1/health`, {
      signal: AbortSignal.timeout(hangsMs),
    });
    const alarms = await health.text();
    if (!/disk/i.test(alarms)) evidence.push("full: health says nothing of the disk");

    progress("room again");
    rmSync(filler);
    const begun = Date.now();
    let version = "";
    while (version !== "200 version 2" && Date.now() - begun < againWithinMs) {
      await refresh(service.url, token).catch(() => undefined);
      version = await versionAt(index).catch(String);
      await pause(200);
    }
    const againSeconds = (Date.now() - begun) / 1000;
    if (version !== "200 version 2") {
      evidence.push(`room again: the index is ${version}; log: ${service.printed().slice(-3000)}`);
    }
    evidence.push(...(await operator.changeAgain(mirror)));
    const after = await askSteadily(options, 2_000);
    evidence.push(...after.wrong.map((one) => `room again: ${one}`));
    if (service.processes().length === 0) evidence.push(`ended: ${service.printed().slice(-500)}`);
    return {
      trial: "disk-full",
      passed: evidence.length === 0,
      why:
        evidence[0] ??
        `${full.answers} of ${full.latencies.length} served with ${free.bavail * free.bsize} bytes free, the longest in ${Math.round(worst)} ms`,
      figures: {
        diskMegabytes,
        answersWhileFull: full.answers,
        p99MsWhileFull: Math.round(quantile(full.latencies, 0.99)),
        worstMsWhileFull: Math.round(worst),
        newVersionAfterRoomSeconds: againSeconds,
      },
      evidence: evidence.slice(0, 20),
    };
  } finally {
    await service.stop();
  }
}

async function run(context: TrialContext): Promise<TrialResult> {
  if (process.getuid?.() !== 0)
    throw new Error("only root may mount the small disk that is filled");
  const field = await startedField({ versions: 2, large: 1_000 });
  const disk = join(field.scratch.directory, "disk");
  mkdirSync(disk);
  await runOrThrow("mount", ["-t", "tmpfs", "-o", `size=${diskMegabytes}m`, "nearmirror", disk]);
  try {
    return await tryOut(field, disk, context);
  } finally {
    await runOrThrow("umount", ["-l", disk]);
    await field.stop();
  }
}

export const diskFullTrial: Trial = {
  name: "disk-full",
  says: "the store's disk is filled while clients ask: answers go on, and all goes on with room again (root)",
  needs: { mount: "mount" },
  deadlineMs: { short: 120_000, whole: 180_000 },
  run,
};
