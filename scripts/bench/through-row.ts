/** `npm run bench -- --through`: processor time of bytes that go through the edge, checked, and of the same unchecked. */
import { Agent, request } from "node:http";
import { root } from "../service/bundle.ts";
import type { PlainWorkerd } from "../service/workerd.ts";
import { type Contestant, edge } from "./contests.ts";
import { exactCpuMs } from "./exact-cpu.ts";
import { type Asks, addressesOf, apt } from "./load.ts";
import { eachInTurn, tellProgress, withServers } from "./measure.ts";
import { benchRosters } from "./rosters.ts";
import type { Row, RowOptions, Told } from "./row.ts";
import { standIns } from "./stand-ins.ts";
import {
  noRuns,
  type ThroughRuns,
  type ThroughServer,
  throughLines,
  throughRatios,
  throughServers,
} from "./through-costs.ts";
import {
  hashingWorker,
  largeBytes,
  largePath,
  originWorker,
  readingWorker,
  smallBytes,
  smallFiles,
  smallPath,
  streamingWorker,
  throughFiles,
} from "./through-worker.ts";

export const throughRow: Row = {
  help: "processor time of a MiB through the edge, and through Workers that do less; --json and --rounds alone count",
  needsWrk: false,
  measure,
};

const mirrors = 20;
const mib = 1024 ** 2;

/** What is asked for in a round. */
interface Asked {
  paths: readonly string[];
  /** Of each. */
  bytes: number;
  /** Requests at the same time. */
  connections: number;
}

/** Times that the large file is read in a round. */
const largeTimes = 4;

const asked: Readonly<Record<string, Asked>> = {
  "/again/ of a file of 64 MiB": {
    paths: Array.from({ length: largeTimes }, () => `/again/debian/${largePath}`),
    bytes: largeBytes,
    connections: 2,
  },
  "files of 20 KiB, cold": {
    paths: Array.from({ length: smallFiles }, (_, at) => `/debian/${smallPath(at)}`),
    bytes: smallBytes,
    connections: 16,
  },
};

async function measure({ rounds }: RowOptions): Promise<Told> {
  const views = (await benchRosters(root, [mirrors])).get(mirrors);
  if (views === undefined) throw new Error(`there is no roster of ${mirrors} mirrors`);
  const beside = { ...(await standIns(throughFiles())), world: originWorker() };
  const ours: Contestant = { ...(await edge(views)), standIns: beside, tells: "Repr-Digest" };
  const contestants: Readonly<Record<ThroughServer, Contestant>> = {
    "through the edge": ours,
    "streamed, unhashed": { script: streamingWorker, standIns: beside },
    "read, unhashed": { script: readingWorker, standIns: beside },
    "read and hashed": { script: hashingWorker, standIns: beside },
  };
  const servers = new Map(throughServers.map((name) => [name, contestants[name]] as const));
  const first: Asks = { paths: [`/debian/${smallPath(0)}`], status: 200 };
  const runs: Record<string, ThroughRuns> = {};
  await withServers({ servers, asks: first }, async (running) => {
    // Round 0 warms the code.
    await eachInTurn(throughServers, rounds + 1, async (name, round) => {
      const server = running.get(name);
      if (server === undefined) return;
      for (const [what, one] of Object.entries(asked)) {
        tellProgress(`round ${round}/${rounds} ${name}: ${what}`);
        const ms = await cpuOfMib(server, one);
        if (round === 0) continue;
        runs[what] ??= noRuns();
        runs[what][name].push(ms);
      }
    });
  });
  const told = Object.entries(runs).map(([what, one]) => {
    const ratios = throughServers.slice(1).map((name) => [name, throughRatios(one, name)] as const);
    return [what, { cpuMsPerMib: one, ratios: Object.fromEntries(ratios) }] as const;
  });
  return {
    json: { through: Object.fromEntries(told) },
    lines: [
      `${rounds} rounds; plain workerd, which has no cache: each file comes from the origin, a process of its own`,
      ...throughLines(runs),
    ],
  };
}

/** Processor time of workerd for each MiB of these, ms. */
async function cpuOfMib(
  server: PlainWorkerd,
  { paths, bytes, connections }: Asked,
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const addresses = addressesOf(paths.length);
  const before = exactCpuMs(server.pid);
  let next = 0;
  const lane = async () => {
    for (let at = next++; at < paths.length; at = next++) {
      await read(server, agent, { path: paths[at] ?? "", from: addresses[at] ?? "", bytes });
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  const ms = exactCpuMs(server.pid) - before;
  agent.destroy();
  return ms / ((paths.length * bytes) / mib);
}

/** Rejects where it isn't a file of so many bytes. */
function read(
  { port, said }: PlainWorkerd,
  agent: Agent,
  { path, from, bytes }: { path: string; from: string; bytes: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { "User-Agent": apt, "X-Forwarded-For": from };
    const sent = request({ host: "127.0.0.1", port, path, agent, headers }, (answer) => {
      let got = 0;
      answer.on("data", (piece: Buffer) => {
        got += piece.length;
      });
      answer.once("error", reject);
      answer.once("end", () => {
        if (answer.statusCode === 200 && got === bytes) resolve();
        else reject(new Error(`${path} answers ${answer.statusCode}, ${got} bytes. ${said()}`));
      });
    });
    sent.once("error", reject);
    sent.end();
  });
}
