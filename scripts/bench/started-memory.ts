/** Memory of the started service with the real list, after clients from all over the world. */
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NpmStart, npmStart } from "../../test/lab/npm-start.ts";
import { addressesOf, loadedPaths } from "./load.ts";
import { type Memory, memoryOf } from "./memory-of.ts";

/** Different addresses: as many as the two generations of clients hold. */
export const memoryClients = 30_000;
/** Different files that they ask for. */
const files = 1000;
/** Connections of the load, as of a proxy in front. */
const connections = 64;
/** Pieces of garbage that are still there are collected after a moment without requests, ms. */
const settleMs = 5_000;

export interface MeasuredMemory {
  /** Before the first client. */
  atFirst: readonly Memory[];
  /** After the clients. */
  after: readonly Memory[];
  clients: number;
  /** Answers by status. */
  answers: Readonly<Record<string, number>>;
}

/** Starts the service, has that many clients ask it for a package each, and looks. */
export async function measureMemory(clients: number): Promise<MeasuredMemory> {
  const store = mkdtempSync(join(tmpdir(), "nearmirror-memory-"));
  const service = await npmStart({
    args: ["--port", "0", "--store", store, "--trust-proxy", "127.0.0.1/32"],
  });
  try {
    const look = () => service.processes().map(memoryOf);
    const atFirst = look();
    const answers = await askAll(service, clients);
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    return { atFirst, after: look(), clients, answers };
  } finally {
    await service.stop();
    rmSync(store, { recursive: true, force: true });
  }
}

async function askAll({ url }: NpmStart, clients: number): Promise<Record<string, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const addresses = addressesOf(clients);
  const answers: Record<string, number> = {};
  let next = 0;
  const lane = async () => {
    for (let at = next++; at < addresses.length; at = next++) {
      const path = `debian/${loadedPaths[at % files]}`;
      const status = await statusOf(agent, url + path, addresses[at] ?? "");
      answers[status] = (answers[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  agent.destroy();
  return answers;
}

function statusOf(agent: Agent, url: string, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { "X-Forwarded-For": address, "User-Agent": "Debian APT-HTTP/1.3 (2.6.1)" };
    const asked = request(url, { agent, method: "HEAD", headers }, (answer) => {
      answer.resume().once("end", () => resolve(answer.statusCode ?? 0));
    });
    asked.once("error", reject);
    asked.end();
  });
}

/** For people: a line a process, then the sum. */
export function memoryLines({ atFirst, after, clients, answers }: MeasuredMemory): string[] {
  const told = (one: Memory) =>
    `  ${one.name.padEnd(16)} ${one.pss.toFixed(0).padStart(5)} MB PSS, ${one.rss.toFixed(0).padStart(5)} MB RSS`;
  const sum = (all: readonly Memory[]): Memory => ({
    name: "all",
    pss: all.reduce((total, { pss }) => total + pss, 0),
    rss: all.reduce((total, { rss }) => total + rss, 0),
  });
  return [
    "At first:",
    ...[...atFirst, sum(atFirst)].map(told),
    `After ${clients} clients (answers: ${JSON.stringify(answers)}):`,
    ...[...after, sum(after)].map(told),
  ];
}
