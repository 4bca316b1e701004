/** The started service beside plain workerd with the same Worker: what launcher, stores and sockets cost a request. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { bundleWorker } from "../service/bundle.ts";
import { startKillable } from "../service/killable.ts";
import { databasePaths } from "../service/platform.ts";
import { type PlainWorkerd, startPlainWorkerd } from "../service/workerd.ts";
import type { Contest } from "./contests.ts";
import { type Asks, loadedPaths, packages } from "./load.ts";
import { standIns } from "./stand-ins.ts";

/** The names of the two. */
export const started = "started";
export const plain = "plain workerd";

/** As wrk names clients. */
export const startedVars = { CLIENT_PLACE: "database", TRUSTED_PROXIES: "any", PROBING: "off" };

/** A text that the Worker makes of nothing: what is left is the way to it and back. */
const text: Asks = { paths: ["/robots.txt"], status: 200 };

/** Where the packages are listed, inside the repository. */
const index = "main/binary-amd64/Packages";
export const suiteName = "stable";
const suite = `dists/${suiteName}`;

/** Of each package, bytes: large enough to be redirected. */
const size = 1_000_000;

/**
 * The index of all that is asked for, and its root.
 *
 * @param more other indexes by their path in the suite
 */
function listing(more: Readonly<Record<string, string>>): Record<string, string> {
  const hash = createHash("sha256").update("package").digest("hex");
  const packagesText = loadedPaths
    .map((path) => {
      const [name, version, architecture] = basename(path, ".deb").split("_");
      return `Package: ${name}\nVersion: ${version}\nArchitecture: ${architecture}\nFilename: ${path}\nSize: ${size}\nSHA256: ${hash}\n`;
    })
    .join("\n");
  const indexes = { [index]: packagesText, ...more };
  const sums = Object.entries(indexes).map(([path, text]) => {
    const sha256 = createHash("sha256").update(text).digest("hex");
    return ` ${sha256} ${text.length} ${path}\n`;
  });
  const release = `Suite: ${suiteName}\nCodename: ${suiteName}\nDate: ${new Date().toUTCString()}\nArchitectures: amd64\nComponents: main\nSHA256:\n${sums.join("")}`;
  const served = Object.entries({ ...indexes, Release: release });
  return Object.fromEntries(served.map(([path, text]) => [`/debian/${suite}/${path}`, text]));
}

/** Has the listing, and says to whoever checks it that it lives. */
const server = (files: Record<string, string>) => `const files = ${JSON.stringify(files)};
export default {
  fetch({ method, url }) {
    const { pathname } = new URL(url);
    const text = files[pathname];
    if (text === undefined && pathname.includes("/dists/")) return new Response("", { status: 404 });
    const headers = { "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT" };
    if (method === "HEAD") headers["Content-Length"] = String(text?.length ?? ${size});
    return new Response(method === "HEAD" ? null : (text ?? "x"), { headers });
  },
};`;

/** Mirrors: enough for six places in a redirect, few enough that checks of them are no load. */
const mirrors = 20;

/** An object's first snapshot has the root alone; the next one the index as well, once a client has asked for it. */
const generation = 2;

/** A list whose origin and mirrors are one server, by as many addresses; every mirror has all there is. */
export function listOf(port: number): Views {
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
        carries: { debian: { http: at(`127.0.1.${index + 1}`), generation } },
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
          verify: "checksums",
          roots: [`${suite}/Release`],
          setup: {},
        },
      ],
    },
  };
}

/** Only where a file was found in the presence index. */
export const tells = "Repr-Digest";
/** A snapshot is made in a second; on a busy machine in several, ms. */
const snapshotWithinMs = 60_000;

/** A server that both ask about files, and how it ends. */
export interface StartedContest {
  /** By what is asked for. */
  contests: ReadonlyMap<string, Contest>;
  stop(): Promise<void>;
}

/**
 * The server that is origin and all mirrors.
 *
 * @param loadCpu where it runs, beside the load
 * @param more as in `listing`
 */
export function startListing(
  loadCpu: number,
  more: Readonly<Record<string, string>> = {},
): Promise<PlainWorkerd> {
  return startPlainWorkerd({ script: server(listing(more)), host: "0.0.0.0", cpu: loadCpu });
}

/** @param loadCpu as in `startListing` */
export async function startedContest(loadCpu: number): Promise<StartedContest> {
  const files = await startListing(loadCpu);
  const views = listOf(files.port);
  const servers = new Map([
    [
      plain,
      {
        script: await bundleWorker(views),
        vars: startedVars,
        data: databasePaths(),
        standIns: await standIns(loadedPaths),
      },
    ],
    [
      started,
      {
        script: "",
        start: (cpu: number) => startedOn(cpu, { views, vars: startedVars, ready: snapshotMade }),
      },
    ],
  ]);
  const telling = new Map([...servers].map(([name, one]) => [name, { ...one, tells }] as const));
  const pairs = [[started, plain]] as const;
  return {
    contests: new Map([
      ["a text", { servers, pairs, asks: text }],
      ["packages", { servers: telling, pairs, asks: packages }],
    ]),
    stop: () => files.stop(),
  };
}

/** How the service is started, and what is waited for. */
export interface StartedOptions {
  views: Views;
  vars: Readonly<Record<string, string>>;
  /** Resolves when it may be measured. @param url ends in a slash */
  ready(url: string): Promise<void>;
  /** As in `WorkerdOptions`. */
  under?: readonly string[] | undefined;
}

/** The service, with all its processes and threads on that processor. */
export async function startedOn(
  cpu: number,
  { views, vars, ready, under }: StartedOptions,
): Promise<PlainWorkerd> {
  const service = await startKillable({ views, vars, ...(under !== undefined && { under }) });
  for (const pid of [service.workerdPid, parentOf(service.workerdPid)]) {
    execFileSync("taskset", ["-acp", String(cpu), String(pid)]);
  }
  await ready(service.url);
  return {
    url: service.url,
    port: Number(new URL(service.url).port),
    pid: service.workerdPid,
    said: () => "",
    stop: () => service.stop(),
  };
}

/** Has the index read, as a client's first update does, and waits until packages are found in it. */
export async function snapshotMade(url: string): Promise<void> {
  const until = Date.now() + snapshotWithinMs;
  while (Date.now() < until) {
    const listed = await fetch(`${url}debian/${suite}/${index}`);
    await listed.body?.cancel();
    const redirect = await fetch(`${url}debian/${loadedPaths[0]}`, {
      method: "HEAD",
      redirect: "manual",
    });
    if (redirect.headers.has(tells)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("the started service makes no snapshot of the packages");
}

/** The process that started another one. */
function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}
