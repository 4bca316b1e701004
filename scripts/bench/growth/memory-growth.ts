/** Resident memory of workerd while it sees ever more clients, and then ever more files. */

import { startPlainWorkerd } from "../../service/workerd.ts";
import { v8Flags } from "../../service/workerd-config.ts";
import type { Contestant } from "../contests.ts";
import { apt, packages } from "../load.ts";
import { loadCpu, serverCpu, tellProgress } from "../measure.ts";
import { memoryOf } from "../memory-of.ts";
import { type Loader, startLoader } from "../open-loop/loader.ts";

/** Resident memory, and what had been asked by then. */
export interface MemoryPoint {
  /** Requests so far, of different clients, or for different files. */
  asked: number;
  /** MB. */
  rss: number;
}

export interface MemoryGrowth {
  /** Before the first of them; the code and what is looked up in were warm. */
  first: number;
  byClients: readonly MemoryPoint[];
  byFiles: readonly MemoryPoint[];
}

/** Different files. */
export const growthFiles = 50_000;
/** Their paths, as a pool has them. */
export const growthPaths = Array.from(
  { length: growthFiles },
  (_, at) => `pool/main/l/library${at % 500}/library${at}_1.${at}-1_amd64.deb`,
);

/** Clients and requests before what counts: the IP databases are open then, and V8 has compiled what it does often. */
const warmClients = 100;
const warmRequests = 30_000;
/** Points of each line. */
const steps = 10;
/** What is collected in the background is gone by then, ms. */
const settleMs = 2_000;

/**
 * @param contestant lists `growthPaths`, or answers whatever is asked
 * @param clients that many ask for one package each; then one of them for each file
 */
export async function measureMemoryGrowth(
  contestant: Contestant,
  { name, clients, connections }: { name: string; clients: number; connections: number },
): Promise<MemoryGrowth> {
  const server = await startPlainWorkerd({
    ...contestant,
    // As the service is started: by itself V8 lets its heap grow by hundreds of megabytes before it collects.
    v8Flags,
    cpu: serverCpu,
    worldCpu: loadCpu,
  });
  const loaders: Loader[] = [];
  const loaderOf = (subject: { clients: number; paths: readonly string[] }) => {
    const loader = startLoader({ ...subject, userAgent: apt }, loadCpu);
    loaders.push(loader);
    return loader;
  };
  const order = { port: server.port, connections, status: packages.status };
  const rss = async () => {
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    return memoryOf(server.pid).rss;
  };
  const line = async (loader: Loader, all: number, of: string) => {
    const points: MemoryPoint[] = [];
    for (let step = 0; step < steps; step++) {
      const [from, to] = [step, step + 1].map((at) => Math.round((all * at) / steps));
      if (from === undefined || to === undefined || to === from) continue;
      tellProgress(`${name}: ${to} of ${all} ${of}`);
      const { unexpected } = await loader.load({ ...order, inTurn: true, from, count: to - from });
      if (unexpected > 0) throw new Error(`${unexpected} answers were no redirects`);
      points.push({ asked: to, rss: await rss() });
    }
    return points;
  };
  try {
    tellProgress(`${name}: warming`);
    const warming = loaderOf({ clients: warmClients, paths: packages.paths });
    await warming.load({ ...order, count: warmRequests });
    const first = await rss();
    const byClients = await line(loaderOf({ clients, paths: packages.paths }), clients, "clients");
    const paths = growthPaths.map((path) => `/debian/${path}`);
    const byFiles = await line(loaderOf({ clients: 10_000, paths }), growthFiles, "files");
    return { first, byClients, byFiles };
  } finally {
    for (const loader of loaders) loader.end();
    await server.stop();
  }
}
