/** A service on this machine whose only repository is made of real files of suites, until it is searchable. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { LabServer } from "../../test/lab/server.ts";
import { makeSigningKey } from "../../test/lab/signing-key.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import type { Repository } from "../../worker/repositories/catalogue.ts";
import { exactCpuMs } from "../bench/exact-cpu.ts";
import { mostHeld, sum } from "../bench/object-heaps.ts";
import { freePort } from "../service/free-port.ts";
import { watchersWorker } from "../service/platform.ts";
import { startService } from "../service.ts";
import { Asker } from "./asker.ts";
import { writeSuite } from "./origin-tree.ts";
import type { OtherKind } from "./other-origin.ts";
import type { SuiteFiles } from "./suite-files.ts";
import { indexesOf, type ToldIndex } from "./told-answers.ts";

/** A repository as an origin that has it. */
export interface ServedOrigin {
  kind: "apt" | OtherKind;
  /** Below the origin's URL; the root of each suite, in their order. */
  roots: string[];
  suites: string[];
  verify: NonNullable<Repository["verify"]>;
  keys: Repository["keys"];
  /** Key files by name, Base64. */
  keyFiles: Record<string, string>;
  directory: string;
}

/** What building took, of workerd alone: it has all of the service in it. */
export interface BuildCosts {
  /** From the service's start until every suite answers with all of its indexes. */
  seconds: number;
  cpuSeconds: number;
  /** The most memory that the process had (`VmHWM`), and what it had before it was asked, MB. */
  peakMb: number;
  idleMb: number;
  /** The most that the watchers' isolate held, MB, garbage included, of all its objects; absent: nobody looked. */
  heapMb?: number;
  /** SQLite files of all objects, bytes. */
  databaseBytes: number;
  /** Until every suite answered about packages, with files or without: time, and processor time. */
  packagesSeconds: number;
  packagesCpuSeconds: number;
  indexes: ToldIndex[];
}

export interface ServeOptions {
  /** Folder for the service's state; empty. */
  store: string;
  /** Takes what is waited for. */
  progress: (text: string) => void;
  /** Whether isolates are looked into by V8's inspector, which doesn't answer on a machine that is too busy. */
  hasInspector?: boolean;
}

type Searched = Pick<BuildCosts, "packagesSeconds" | "packagesCpuSeconds" | "indexes">;

export interface ServedSuites extends Pick<ServedOrigin, "kind" | "suites"> {
  url: string;
  /** Of the first suite's indexes, at the origin. */
  folder: string;
  repository: string;
  pid(): number;
  costs: BuildCosts;
  stop(): Promise<void>;
}

const servedRepository = "debian";
const keyFile = "judge.asc";
/** What is said of an index whose reading isn't over, or is tried again. Other reasons stay. */
const coming = /being read|can't be read yet/;
/** Between two questions whether it is searchable, ms. */
const betweenMs = 200;
/** A whole distribution's files on a busy machine, ms. */
const deadlineMs = 10 * 60_000;

/** An apt repository of these suites, below `directory`. */
export async function aptOrigin(
  directory: string,
  suites: readonly SuiteFiles[],
): Promise<ServedOrigin> {
  const key = await makeSigningKey(directory);
  try {
    const origin = join(directory, "origin");
    for (const suite of suites) await writeSuite(origin, suite, key, new Date());
    return {
      kind: "apt",
      roots: suites.map(({ suite }) => `dists/${suite}/InRelease`),
      suites: suites.map(({ suite }) => suite),
      verify: "signed",
      keys: [{ file: keyFile, fingerprints: [key.fingerprint] }],
      keyFiles: { [keyFile]: readFileSync(key.publicFile).toString("base64") },
      directory: origin,
    };
  } finally {
    await key.end();
  }
}

/**
 * Starts origin and service, and waits until each suite answers with all indexes that it has.
 *
 */
export async function serveSuites(
  origin: ServedOrigin,
  { store, progress, hasInspector = false }: ServeOptions,
): Promise<ServedSuites> {
  const server = new LabServer({ name: "origin", host: "127.0.0.1", root: () => origin.directory });
  await server.start();
  const from = performance.now();
  const inspector = hasInspector ? await freePort() : undefined;
  const service = await startService({
    views: viewsOf(origin, server.url),
    vars: { PROBING: "off" },
    persist: store,
    log: () => undefined,
    ...(inspector !== undefined && { under: inspected(inspector) }),
  }).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  const stop = async () => {
    await service.stop();
    await server.stop();
  };
  try {
    const idleMb = memoryMb(service.pid(), "VmRSS");
    const cpuBefore = exactCpuMs(service.pid());
    const asker = new Asker(service.url);
    // The first question has the repository followed.
    await asker.ask(`${servedRepository}/${origin.roots[0] ?? ""}`);
    const seconds = () => (performance.now() - from) / 1000;
    const cpuSeconds = () => (exactCpuMs(service.pid()) - cpuBefore) / 1000;
    const clocks = { seconds, cpuSeconds };
    let searched: Searched | undefined;
    const search = async () => {
      searched = await searchable(asker, origin, clocks, progress);
    };
    let heapMb: number | undefined;
    if (inspector === undefined) await search();
    else {
      const held = (await mostHeld(inspector, search)).get(watchersWorker);
      if (held !== undefined) heapMb = sum(held);
    }
    asker.end();
    if (searched === undefined) throw new Error("nothing was searched");
    const costs: BuildCosts = {
      ...searched,
      seconds: seconds(),
      cpuSeconds: cpuSeconds(),
      peakMb: memoryMb(service.pid(), "VmHWM"),
      idleMb,
      ...(heapMb !== undefined && { heapMb }),
      databaseBytes: bytesBelow(join(store, "do")),
    };
    const { kind, suites, directory, roots } = origin;
    const folder = join(directory, (roots[0] ?? "").replace(/\/.*/, ""));
    const { url, pid } = service;
    return { url, repository: servedRepository, pid, costs, stop, kind, suites, folder };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs workerd with V8's inspector at a port of loopback. */
function inspected(port: number): string[] {
  return ["/bin/sh", "-c", `exec "$@" --inspector-addr=127.0.0.1:${port}`, "sh"];
}

function viewsOf(origin: ServedOrigin, url: string): Views {
  const repository: Repository = {
    name: servedRepository,
    kind: origin.kind,
    title: "Suites that are judged",
    origin: url,
    architectures: origin.kind === "apt" ? ["amd64"] : ["x86_64"],
    roots: origin.roots,
    freshness: {},
    verify: origin.verify,
    keys: origin.keys,
    follow: "always",
    ...(origin.kind === "apt" && { ahead: ["amd64"] }),
    setup: origin.kind === "apt" ? { suites: origin.suites.join(" "), components: "main" } : {},
  };
  const version = Date.now();
  return {
    roster: { version, mirrors: [] },
    catalogue: { version, repositories: [repository] },
    keys: origin.keyFiles,
  };
}

/** @throws Error that says what is missing, when it takes too long */
async function searchable(
  asker: Asker,
  { suites }: ServedOrigin,
  { seconds, cpuSeconds }: { seconds: () => number; cpuSeconds: () => number },
  progress: (text: string) => void,
): Promise<Searched> {
  const until = performance.now() + deadlineMs;
  let packages: { packagesSeconds: number; packagesCpuSeconds: number } | undefined;
  for (;;) {
    const told: ToldIndex[] = [];
    const missing: string[] = [];
    let answered = 0;
    for (const suite of suites) {
      const indexes = await indexesOf({ asker, repository: servedRepository, suite });
      if (indexes === undefined) missing.push(`${suite} doesn't answer`);
      else {
        answered++;
        told.push(...indexes);
        const unread = indexes.filter(({ isRead, why }) => !isRead && coming.test(why ?? ""));
        missing.push(...unread.map(({ name, why }) => `${suite} ${name}: ${why ?? ""}`));
        if (indexes.length === 0) missing.push(`${suite} has no indexes`);
      }
    }
    const now = { packagesSeconds: seconds(), packagesCpuSeconds: cpuSeconds() };
    if (answered === suites.length) packages ??= now;
    if (missing.length === 0) return { ...(packages ?? now), indexes: told };
    progress(`${seconds().toFixed(0)} s: ${missing[0]}`);
    if (performance.now() > until) throw new Error(`Not searchable: ${missing.join("; ")}`);
    await setTimeout(betweenMs);
  }
}

/** @param field of proc(5), in kB */
function memoryMb(pid: number, field: "VmHWM" | "VmRSS"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return (Number(new RegExp(`^${field}:\\s*(\\d+)`, "m").exec(status)?.[1]) * 1024) / 1e6;
}

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
