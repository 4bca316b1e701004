/** The service with its operations on R2 counted, in this process: the Worker with another module around it. */
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { bundleScript, root, wasmModules } from "../../scripts/service/bundle.ts";
import { compatibilityDate, compatibilityFlags, watchers } from "../../scripts/service/platform.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { labSecret } from "../lab/operator.ts";
import { megabytesOf, processorSeconds } from "./metadata-costs-process.ts";

/** Operations on R2 since the start, by kind, and bytes read and written. */
export interface Counts {
  put: number;
  get: number;
  head: number;
  list: number;
  delete: number;
  bytesPut: number;
  bytesGot: number;
}

export interface CountedService {
  /** Base URL, ends in `/`. */
  url: string;
  counts(): Promise<Counts>;
  /** Processor time of its workerd so far, seconds. */
  cpuSeconds(): number;
  /** Memory of its workerd, MB: now, and the most since the last `forgetPeak`. */
  megabytes(): { now: number; peak: number };
  forgetPeak(): void;
  stop(): Promise<void>;
}

const workerName = "nearmirror";
const countsPath = "counts-of-r2";

/** All objects and the edge are one isolate, so that one set of counters sees them all. */
const around = `
import service from "./index.js";
import { Fleet, Operations, PackageSearch, Prober, Repository as Plain, Statistics, Torrents } from "./watchers.js";
const counts = { put: 0, get: 0, head: 0, list: 0, delete: 0, bytesPut: 0, bytesGot: 0 };
const counted = (bucket) => ({
  async get(key, options) {
    counts.get += 1;
    const found = await bucket.get(key, options);
    if (found !== null) counts.bytesGot += found.range?.length ?? found.size;
    return found;
  },
  async put(key, value, options) {
    counts.put += 1;
    const put = await bucket.put(key, value, options);
    if (put !== null) counts.bytesPut += put.size;
    return put;
  },
  head(key) { counts.head += 1; return bucket.head(key); },
  list(options) { counts.list += 1; return bucket.list(options); },
  delete(keys) { counts.delete += 1; return bucket.delete(keys); },
});
const within = new WeakMap();
const wrap = (env) => {
  if (!within.has(env)) within.set(env, { ...env, BLOBS: counted(env.BLOBS) });
  return within.get(env);
};
export class Repository extends Plain {
  constructor(state, env) { super(state, wrap(env)); }
}
export { Fleet, Operations, PackageSearch, Prober, Statistics, Torrents };
export default {
  fetch: (request, env, ctx) =>
    new URL(request.url).pathname === "/${countsPath}"
      ? Response.json(counts)
      : service.fetch(request, wrap(env), ctx),
};
`;

/** @param persist folder for the embedded stores */
export async function startCounted(views: Views, persist: string): Promise<CountedService> {
  const before = new Set(workerds());
  const wasm = Object.entries(wasmModules).map(
    async ([name, path]) =>
      [name, { type: "wasm" as const, contents: await readFile(join(root, path)) }] as const,
  );
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    logRequests: false,
    resourcePersistencePath: persist,
    workers: [
      {
        config: {
          name: workerName,
          compatibilityDate,
          compatibilityFlags,
          manifest: {
            mainModule: "counted.js",
            modulesRoot: root,
            modules: {
              "counted.js": { type: "esm", contents: around },
              "index.js": { type: "esm", contents: (await bundleScript("edge", { views })).text },
              "watchers.js": {
                type: "esm",
                contents: (await bundleScript("watchers", { views })).text,
              },
              ...Object.fromEntries(await Promise.all(wasm)),
            },
          },
          env: {
            VIEWS: { type: "kv", id: "views" },
            BLOBS: { type: "r2", name: "blobs" },
            BOOTSTRAP_SECRET: { type: "text", value: labSecret },
            CLIENT_PLACE: { type: "text", value: "database" },
            VIEWS_REFRESH_SECONDS: { type: "text", value: "0.2" },
            ...Object.fromEntries(
              watchers.map(({ binding, className }) => [
                binding,
                { type: "durable-object" as const, worker: workerName, exportName: className },
              ]),
            ),
          },
          exports: Object.fromEntries(
            watchers.map(({ className }) => [
              className,
              { type: "durable-object" as const, storage: "sqlite" as const },
            ]),
          ),
        },
        dev: { rootPath: root },
      },
    ],
  });
  const url = (await miniflare.ready).href;
  const pid = workerds().find((one) => !before.has(one));
  if (pid === undefined) throw new Error("the service has no workerd");
  return {
    url,
    async counts() {
      const counts: Counts = await (await fetch(url + countsPath)).json();
      return counts;
    },
    cpuSeconds: () => processorSeconds(pid),
    megabytes: () => megabytesOf(pid),
    forgetPeak: () => megabytesOf(pid).forgetPeak(),
    stop: () => miniflare.dispose(),
  };
}

/** Processes of workerd that this process has started. */
function workerds(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const text = readFileSync(`/proc/${name}/status`, "utf8");
        return /^Name:\s+workerd$/m.test(text) && text.includes(`\nPPid:\t${process.pid}\n`);
      } catch {
        return false; // It ended meanwhile.
      }
    })
    .map(Number);
}
