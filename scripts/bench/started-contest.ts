/** The started service beside plain workerd with the same Worker: what launcher, stores and sockets cost a request. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { bundleWorker } from "../service/bundle.ts";
import { startKillable } from "../service/killable.ts";
import { databasePaths } from "../service/platform.ts";
import { type PlainWorkerd, startPlainWorkerd } from "../service/workerd.ts";
import type { Contest } from "./contests.ts";
import { type Asks, packages } from "./load.ts";

/** The names of the two. */
export const started = "started";
export const plain = "plain workerd";

/** As wrk names clients. */
const vars = { CLIENT_PLACE: "database", TRUSTED_PROXIES: "any", PROBING: "off" };

/** A text that the Worker makes of nothing: what is left is the way to it and back. */
const text: Asks = { paths: ["/robots.txt"], status: 200 };

/** What has every file that is asked for, at every address of loopback. */
const haver = `export default {
  fetch: ({ method }) =>
    new Response(method === "HEAD" ? null : "x", {
      headers: { "Content-Length": "3000000", "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT" },
    }),
};`;

/** Mirrors: enough for six places in a redirect, few enough that checks of them are no load. */
const mirrors = 20;

/** A list whose origin and mirrors are one server, by as many addresses. */
function listOf(port: number): Views {
  const at = (host: string) => `http://${host}:${port}/debian/`;
  return {
    roster: {
      version: 1,
      mirrors: Array.from({ length: mirrors }, (_, index) => ({
        name: `m${index}.example`,
        country: "DE",
        latitude: 50.1,
        longitude: 8.7,
        capacity: 1000,
        state: "up" as const,
        carries: { debian: { http: at(`127.0.1.${index + 1}`) } },
      })),
    },
    catalogue: {
      version: 1,
      repositories: [
        {
          name: "debian",
          kind: "apt",
          title: "Debian",
          origin: at("127.0.0.1"),
          architectures: ["amd64"],
          keys: [],
          redirect: { minSize: 0 },
          setup: {},
        },
      ],
    },
  };
}

/** A server that both ask about files, and how it ends. */
export interface StartedContest {
  /** By what is asked for. */
  contests: ReadonlyMap<string, Contest>;
  stop(): Promise<void>;
}

/** @param loadCpu where the server that has the files runs, beside the load */
export async function startedContest(loadCpu: number): Promise<StartedContest> {
  const files = await startPlainWorkerd({ script: haver, host: "0.0.0.0", cpu: loadCpu });
  const views = listOf(files.port);
  const servers = new Map([
    [plain, { script: await bundleWorker(views), vars, data: databasePaths() }],
    [started, { script: "", start: (cpu: number) => startedOn(cpu, views) }],
  ]);
  const pairs = [[started, plain]] as const;
  return {
    contests: new Map([
      ["a text", { servers, pairs, asks: text }],
      ["packages", { servers, pairs, asks: packages }],
    ]),
    stop: () => files.stop(),
  };
}

/** The service, with all its processes and threads on that processor. */
async function startedOn(cpu: number, views: Views): Promise<PlainWorkerd> {
  const service = await startKillable({ views, vars });
  for (const pid of [service.workerdPid, parentOf(service.workerdPid)]) {
    execFileSync("taskset", ["-acp", String(cpu), String(pid)]);
  }
  return {
    url: service.url,
    port: Number(new URL(service.url).port),
    pid: service.workerdPid,
    said: () => "",
    stop: () => service.stop(),
  };
}

/** The process that started another one. */
function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}
