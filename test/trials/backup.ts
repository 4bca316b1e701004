/**
 * The trial `backup`: a service that publishes, and removes what it keeps no more, is backed up again and again; then it is
 * killed and the origin is gone. Each backup, restored, has to serve a whole edition of its time.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type KillableService, startKillable } from "../../scripts/service/killable.ts";
import { startLab } from "../lab/lab.ts";
import { firstToken, labSecretVars, posted } from "../lab/operator.ts";
import { run as runProgram } from "../lab/process.ts";
import { makeScratch } from "../lab/scratch.ts";
import { labViews } from "../lab/views.ts";
import { whole } from "./publish-plan.ts";
import { PublishTrees } from "./publish-trees.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";

const lengths = { short: { editions: 8, backups: 3 }, whole: { editions: 30, backups: 12 } };
/** Between two editions, ms. */
const everyMs = 1500;
/** Until the first edition is served, and until a restored one is, ms. */
const readyMs = 30_000;
const script = fileURLToPath(new URL("../../scripts/nearmirror.js", import.meta.url));

/** Nothing is kept longer than it must: blobs are removed while they are copied. */
const vars = {
  ...labSecretVars,
  PROBING: "off",
  LIVENESS_SECONDS: "0",
  SNAPSHOT_KEEP_DAYS: "0",
  SNAPSHOT_KEEP_COUNT: "2",
};

export const backupTrial: Trial = {
  name: "backup",
  says: "a service that publishes is backed up, killed, restored: each backup serves a whole edition, the origin gone",
  needs: {
    "apt-ftparchive": "apt-utils",
    gpg: "gpg gpg-agent",
    xz: "xz-utils",
    rpmbuild: "rpm",
    createrepo_c: "createrepo-c",
  },
  deadlineMs: { short: 180_000, whole: 400_000 },
  run,
};

async function run(context: TrialContext): Promise<TrialResult> {
  const { progress, length, signal } = context;
  const { editions, backups } = lengths[length];
  progress(`building ${editions} editions`);
  const trees = await PublishTrees.build(editions);
  const scratch = makeScratch("backup");
  const lab = await startLab({ trees, mirrors: 1 });
  const views = labViews(lab, { verified: true });
  const store = join(scratch.directory, "store");
  const evidence: string[] = [];
  const figures: Record<string, number> = { editions, backups };
  let service: KillableService | undefined;
  try {
    service = await startKillable({ views, vars, persist: store });
    const { url } = service;
    await until("the first edition is served", () => isWhole(url, evidence, false));
    const over = new AbortController();
    const token = await firstToken(url);
    const publishing = publish(url, { lab, trees, token, signal: over.signal });
    const taken: { folder: string; from: number; to: number }[] = [];
    for (let at = 1; at <= backups && !signal.aborted; at++) {
      progress(`backup ${at} of ${backups}`);
      const folder = join(scratch.directory, `backup-${at}`);
      const from = (await edition(url)) ?? 0;
      const began = performance.now();
      const { code, stderr } = await nearmirror("backup", folder, "--store", store);
      figures.worstBackupMs = Math.max(figures.worstBackupMs ?? 0, performance.now() - began);
      if (code !== 0) evidence.push(`backup ${at} ended with ${code}: ${stderr}`);
      else taken.push({ folder, from, to: (await edition(url)) ?? 0 });
      await pause(everyMs / 2);
    }
    over.abort();
    figures.published = await publishing;
    await service.kill();
    service = undefined;
    await lab.stop();
    for (const [at, { folder, from, to }] of taken.entries()) {
      progress(`restoring ${at + 1} of ${taken.length}`);
      const elsewhere = join(scratch.directory, `restored-${at}`);
      const { code, stderr } = await nearmirror("restore", folder, "--store", elsewhere);
      if (code !== 0) {
        evidence.push(`restore ${at + 1} ended with ${code}: ${stderr}`);
        continue;
      }
      service = await startKillable({ views, vars, persist: elsewhere });
      const restored = service.url;
      await until(
        "a restored edition is served",
        async () => (await edition(restored)) !== undefined,
      );
      const is = await edition(restored);
      // What was published while the backup ran may be in it.
      if (is === undefined || is < from || is > to + 1) {
        evidence.push(`backup ${at + 1} of edition ${from} to ${to} serves edition ${is}`);
      }
      if (!(await isWhole(restored, evidence, true))) evidence.push(`backup ${at + 1} isn't whole`);
      await service.stop();
      service = undefined;
    }
    if ((figures.published ?? 0) < backups) evidence.push(`${figures.published} editions only`);
  } catch (error) {
    evidence.push(error instanceof Error ? error.message : String(error));
  } finally {
    await service?.kill();
    await lab.stop();
    trees.remove();
    scratch.remove();
  }
  figures.worstBackupMs = Math.round(figures.worstBackupMs ?? 0);
  const passed = evidence.length === 0;
  return {
    trial: backupTrial.name,
    passed,
    why: passed
      ? `${backups} backups while ${figures.published} editions were published: each restored, whole, without the origin`
      : (evidence[0] ?? ""),
    figures,
    evidence: evidence.slice(0, 20),
  };
}

interface Publishing {
  token: string;
  lab: { origin: { serve(version: number): void } };
  trees: PublishTrees;
  signal: AbortSignal;
}

/** Publishes edition after edition until told to stop. @returns how many */
async function publish(url: string, { lab, trees, token, signal }: Publishing): Promise<number> {
  let published = 0;
  for (let next = 2; next <= trees.editions && !signal.aborted; next++) {
    lab.origin.serve(trees.number(whole(next)));
    published++;
    for (const name of ["lab", "lab-rpm"]) {
      const answer = await fetch(`${url}api/v1/repositories/${name}/refresh`, posted(token));
      await answer.body?.cancel();
    }
    // Clients that use the indexes have them kept in the snapshots that follow.
    await isWhole(url, [], false);
    await pause(everyMs, undefined, { signal }).catch(() => undefined);
  }
  return published;
}

/** The edition that is served. */
async function edition(url: string): Promise<number | undefined> {
  const text = await textOf(`${url}lab/dists/stable/InRelease`);
  const [, number] = /\nDescription: version (\d+)\n/.exec(text ?? "") ?? [];
  return number === undefined ? undefined : Number(number);
}

/** Whether every index that the served root names comes with the bytes that it says. */
async function isWhole(url: string, evidence: string[], isTold: boolean): Promise<boolean> {
  const release = await textOf(`${url}lab/dists/stable/InRelease`);
  if (release === undefined) return false;
  const [, sums = ""] = /\nSHA256:\n((?: .+\n)+)/.exec(release) ?? [];
  const files = [...sums.matchAll(/^ ([0-9a-f]{64}) +(\d+) (\S*Packages\.\S+)$/gm)];
  let isWell = files.length > 0;
  for (const [, sha256 = "", , path = ""] of files) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    const at = `lab/dists/stable/${folder}/by-hash/SHA256/${sha256}`;
    const bytes = await bytesOf(url + at);
    const is = bytes && createHash("sha256").update(bytes).digest("hex");
    if (is === sha256) continue;
    isWell = false;
    if (isTold) evidence.push(`${at} (${path}) is ${is ?? "not served"}`);
  }
  return isWell;
}

async function bytesOf(url: string): Promise<Buffer | undefined> {
  const response = await fetch(url, { redirect: "manual" });
  const bytes = Buffer.from(await response.arrayBuffer());
  return response.status === 200 ? bytes : undefined;
}

async function textOf(url: string): Promise<string | undefined> {
  return (await bytesOf(url))?.toString("utf8");
}

async function until(what: string, is: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + readyMs;
  while (Date.now() < end) {
    if (await is()) return;
    await pause(100);
  }
  throw new Error(`not within ${readyMs / 1000} s: ${what}`);
}

function nearmirror(...args: string[]) {
  return runProgram(process.execPath, [script, ...args], { deadlineMs: 60_000 });
}
