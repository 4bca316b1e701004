/**
 * Names that clients make up, asked for by many: the store's disk stays within its bound, and so does memory. What a name
 * takes is measured before the bound is reached, and what two million would take is reckoned from it.
 */
import { statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { compileMirrorList } from "../../scripts/mirrors/compile.ts";
import { startKillable } from "../../scripts/service/killable.ts";
import { megabytesOf } from "./metadata-costs-process.ts";
import { startedField } from "./started-field.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";

/** Of the cache in this trial, bytes; small, so that it is filled. It takes 4 MiB at least. */
const boundBytes = { short: 4_200_000, whole: 8_000_000 } as const;
const names = { short: 8_000, whole: 200_000 } as const;
const connections = 32;
/** The write-ahead logs of the databases, which are cut back when they are checkpointed, and what isn't the cache. */
const besidesBytes = 16_000_000;
/** The must: so many names, of which nobody has any. */
const reckonedNames = 2_000_000;

async function bytesIn(folder: string): Promise<number> {
  let sum = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    try {
      const stat = statSync(join(folder, name));
      if (stat.isFile()) sum += stat.blocks * 512;
    } catch {
      // It ended meanwhile.
    }
  }
  return sum;
}

/** Made-up names of each kind: packages, metadata, folders, of a repository and of none. */
function nameAt(count: number): string {
  const made = `made-up-${count.toString(36)}`;
  const kinds = [
    `small/pool/${made}_1_amd64.deb`,
    `small/dists/${made}/InRelease`,
    `small/${made}/`,
    `${made}/pool/x.deb`,
    `small/dists/stable/${made}`,
  ];
  return kinds[count % kinds.length] ?? "";
}

/** Asks for names from one number to another. @returns answers by status */
async function askFor(url: string, from: number, to: number): Promise<Map<number, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answers = new Map<number, number>();
  let next = from;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (let count = next++; count < to; count = next++) {
        const status = await statusOf(agent, url + nameAt(count), count);
        answers.set(status, (answers.get(status) ?? 0) + 1);
      }
    }),
  );
  agent.destroy();
  return answers;
}

function statusOf(agent: Agent, url: string, count: number): Promise<number> {
  // Other clients each time, by the word of a trusted proxy.
  const headers = {
    "X-Forwarded-For": `81.${(count >> 16) & 255}.${(count >> 8) & 255}.${count & 255}`,
  };
  return new Promise((resolve) => {
    const asked = request(url, { agent, headers }, (answer) => {
      answer.resume().once("end", () => resolve(answer.statusCode ?? 0));
    });
    asked.once("error", () => resolve(0));
    asked.end();
  });
}

async function run({ length, progress, signal }: TrialContext): Promise<TrialResult> {
  const field = await startedField();
  const persist = join(field.scratch.directory, "store");
  const { views } = await compileMirrorList(field.list, Date.now());
  if (views === undefined) throw new Error("the list has errors");
  const bound = boundBytes[length];
  const service = await startKillable({
    views,
    persist,
    cacheMaxBytes: bound,
    vars: { TRUSTED_PROXIES: "any" },
  });
  try {
    const evidence: string[] = [];
    const total = names[length];
    const steps = 6;
    const seen: { names: number; bytes: number; megabytes: number }[] = [];
    const look = async (count: number) => {
      seen.push({
        names: count,
        bytes: await bytesIn(persist),
        megabytes: Math.round(megabytesOf(service.workerdPid).now),
      });
    };
    await look(0);
    const first = Math.round(total / 20);
    const answers = await askFor(service.url, 0, first);
    await look(first);
    for (let step = 1; step <= steps; step++) {
      signal.throwIfAborted();
      const [from, to] = [step - 1, step].map((one) =>
        Math.round(first + ((total - first) * one) / steps),
      );
      progress(`${to} names`);
      for (const [status, count] of await askFor(service.url, from ?? 0, to ?? 0)) {
        answers.set(status, (answers.get(status) ?? 0) + count);
      }
      await look(to ?? 0);
    }
    const [empty, early] = seen;
    const most = Math.max(...seen.map(({ bytes }) => bytes));
    const allowed = bound + besidesBytes;
    if (most > allowed) evidence.push(`the store has ${most} bytes, ${allowed} are allowed`);
    if ((answers.get(0) ?? 0) > 0) evidence.push(`${answers.get(0)} requests had no answer`);
    const late = seen.slice(-3).map(({ bytes }) => bytes);
    if (Math.max(...late) - Math.min(...late) > besidesBytes / 2) {
      evidence.push(`it still grows: ${late.join(", ")} bytes`);
    }
    const health = await fetch(`${service.url}api/v1/health`);
    if (health.status !== 200) evidence.push(`afterwards health answers ${health.status}`);
    const perName = ((early?.bytes ?? 0) - (empty?.bytes ?? 0)) / first;
    return {
      trial: "growth",
      passed: evidence.length === 0,
      why:
        evidence[0] ??
        `${total} made-up names: ${(most / 1e6).toFixed(1)} MB at most, where ${(bound / 1e6).toFixed(0)} MB are the cache's`,
      figures: {
        names: total,
        boundMegabytes: bound / 1e6,
        mostMegabytes: Math.round(most / 1e5) / 10,
        lastMegabytes: Math.round((seen.at(-1)?.bytes ?? 0) / 1e5) / 10,
        bytesANameAtFirst: Math.round(perName),
        unboundedMegabytesOf2Million: Math.round((perName * reckonedNames) / 1e6),
        workerdMegabytesAtFirst: early?.megabytes ?? 0,
        workerdMegabytesAtLast: seen.at(-1)?.megabytes ?? 0,
        ...Object.fromEntries([...answers].map(([status, count]) => [`answers${status}`, count])),
      },
      evidence: [...evidence, ...seen.map((one) => JSON.stringify(one))].slice(0, 20),
    };
  } finally {
    await service.stop();
    await field.stop();
  }
}

export const growthTrial: Trial = {
  name: "growth",
  says: "names that clients make up, by the thousand: the store's disk stays within its bound",
  deadlineMs: { short: 240_000, whole: 1_800_000 },
  run,
};
