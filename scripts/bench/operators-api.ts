/** How long the operators' API takes, of the started service with the real list: reads, a change until the edge has it, memory. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { npmStart } from "../../test/lab/npm-start.ts";
import { firstToken } from "../../test/lab/operator.ts";
import { memoryOf } from "./memory-of.ts";

/** What is read, of a service whose list has been changed and whose audit log has entries. */
const reads = {
  oneself: "api/v1/me",
  "a mirror's entry": "api/v1/list/mirrors/ftp.acc.umu.se",
  "the whole list": "api/v1/list",
  "versions of the list": "api/v1/list/versions",
  "the audit log": "api/v1/audit",
  events: "api/v1/events",
  accounts: "api/v1/principals",
  tokens: "api/v1/tokens",
  webhooks: "api/v1/webhooks",
  "mirrors with states": "api/v1/mirrors",
} as const;

export interface MeasuredOperators {
  /** Milliseconds from the request to the last byte, by what is read. */
  ms: Readonly<Record<string, number[]>>;
  /** Of a change of one mirror: until its answer, and until the edge's roster has its version. */
  changeMs: { answered: number[]; atEdge: number[] };
  /** Of workerd, MB: before anybody signed in, and after all of this. */
  megabytes: { before: number; after: number };
}

/** Nothing is probed: the real list is never asked from here. @param rounds of a hundred reads each */
export async function measureOperators(rounds: number): Promise<MeasuredOperators> {
  const store = mkdtempSync(join(tmpdir(), "nearmirror-operators-"));
  const service = await npmStart({ args: ["--port", "0", "--store", store, "--probing", "off"] });
  try {
    const { url } = service;
    await (await fetch(`${url}api/v1/mirrors?limit=1`)).text();
    const workerd = () => workerdMegabytes();
    const before = workerd();
    return { ...(await workAsOperators(url, rounds)), megabytes: { before, after: workerd() } };
  } finally {
    await service.stop();
    rmSync(store, { recursive: true, force: true });
  }

  function workerdMegabytes(): number {
    const all = service.processes().map(memoryOf);
    return all.filter(({ name }) => name === "workerd").reduce((sum, { rss }) => sum + rss, 0);
  }
}

/** Signs in, changes a mirror and reads all there is, as many accounts do. @param rounds of a hundred reads each */
export async function workAsOperators(
  url: string,
  rounds: number,
): Promise<Pick<MeasuredOperators, "ms" | "changeMs">> {
  const token = await firstToken(url);
  // Ten requests a second are what one account may send for long: each round has an account of its own.
  const readers: string[] = [];
  for (let round = 0; round < rounds; round += 1) readers.push(await reader(url, token, round));
  const changeMs: MeasuredOperators["changeMs"] = { answered: [], atEdge: [] };
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now();
    const version = await weigh(url, token, 500 + round);
    changeMs.answered.push(performance.now() - begun);
    await seen(url, version);
    changeMs.atEdge.push(performance.now() - begun);
  }
  const ms: Record<string, number[]> = {};
  for (const own of readers) {
    for (let time = 0; time < readsOfRound; time += 1) {
      for (const [name, path] of Object.entries(reads)) {
        const begun = performance.now();
        const answer = await fetch(url + path, { headers: { Authorization: `Bearer ${own}` } });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 200)}`);
        ms[name] = [...(ms[name] ?? []), performance.now() - begun];
      }
    }
  }
  return { ms, changeMs };
}

const readsOfRound = 40;
/** Until the edge has a change; then it never comes. */
const seenMs = 10_000;

async function reader(url: string, token: string, round: number): Promise<string> {
  const name = `bench-${round}`;
  await send(url, token, { path: "api/v1/principals", body: { name, role: "admin" } });
  const made = await send(url, token, {
    path: "api/v1/tokens",
    body: { principal: name, description: "bench" },
  });
  return String(Reflect.get(Object(made), "secret"));
}

async function weigh(url: string, token: string, capacity: number): Promise<number> {
  const path = "api/v1/mirrors/ftp.acc.umu.se/weight";
  const made = await send(url, token, { path, body: { capacity, why: "bench" } });
  return Number(Reflect.get(Object(made), "version"));
}

async function send(
  url: string,
  token: string,
  { path, body }: { path: string; body: object },
): Promise<unknown> {
  const answer = await fetch(url + path, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 300)}`);
  const made: unknown = JSON.parse(text);
  return made;
}

async function seen(url: string, version: number): Promise<void> {
  for (const end = performance.now() + seenMs; performance.now() < end; ) {
    const health: { roster: { list: number } } = await (await fetch(`${url}api/v1/health`)).json();
    if (health.roster.list >= version) return;
    await sleep(20);
  }
  throw new Error(`the edge doesn't have version ${version} after ${seenMs} ms`);
}
