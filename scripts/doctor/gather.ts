/** Gathers what the doctor judges: reads files, asks the service and, where that is wanted, the origins. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Reader } from "mmdb-lib";
import { formatProblem } from "../../worker/list/problem.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { askHealth } from "../health/ask-health.ts";
import { compileMirrorList } from "../mirrors/compile.ts";
import { parts } from "../program/parts.ts";
import { versions } from "../program/version.ts";
import { addressFault } from "../service/check-address.ts";
import { reachableUrl } from "../service/reachable-url.ts";
import type { ServeSettings } from "../settings/serve-settings.ts";
import type { AddressFacts, DatabaseFacts, Facts, ListFacts, ProgramFacts } from "./facts.ts";
import { askOrigins } from "./gather-network.ts";
import { gatherStore } from "./gather-store.ts";

/** What is asked on this machine, or under its own name, ms. */
const askMs = 5000;

/** Google's resolvers: every database of countries or networks has them. */
const knownAddresses = ["8.8.8.8", "2001:4860:4860::8888"];

export interface Gathering {
  settings: ServeSettings;
  /** Path of the file of settings that holds. */
  config?: string;
  /** The origins are asked too. */
  network: boolean;
}

/** Takes some seconds where something doesn't answer. */
export async function gatherFacts({ settings, config, network }: Gathering): Promise<Facts> {
  const publicUrl = settings.vars.PUBLIC_URL ?? "";
  const store = gatherStore(settings.store, settings.diskMarginBytes);
  // Whether the address is free is found by listening there for a moment: no other question may meet that.
  const address = await gatherAddress(settings);
  const [list, asked] = await Promise.all([
    gatherList(settings.list),
    publicUrl === "" ? undefined : askHealth(withSlash(publicUrl), askMs),
  ]);
  const openFiles = openFilesOf(store.lockedBy);
  return {
    now: Date.now(),
    command: parts.command,
    settings,
    ...(config !== undefined && { config: configFacts(config) }),
    uid: process.getuid?.() ?? 0,
    program: programFacts(),
    address,
    store,
    list: list.facts,
    databases: ["country.mmdb", "asn.mmdb"].map((name) => databaseFacts(settings.databases, name)),
    ...(asked !== undefined && { publicUrl: { url: publicUrl, answer: asked } }),
    ...(openFiles !== undefined && { openFiles }),
    ...(network && { network: await askOrigins(list.views) }),
  };
}

function configFacts(path: string): NonNullable<Facts["config"]> {
  const { mode, uid } = statSync(path);
  return { path, mode: mode & 0o777, uid };
}

function programFacts(): ProgramFacts {
  const { workerd, node } = versions();
  const isWell = workerd.startsWith("workerd ");
  const file = join(parts.root, parts.layout === "folder" ? "VERSION" : "package.json");
  return {
    workerd: isWell ? { version: workerd } : { fault: workerd.replace(/^doesn't run: /, "") },
    node,
    builtAt: statSync(file).mtimeMs,
    hasAuthorities: hasAuthorities(process.env),
  };
}

/** Where the TLS of workerd (BoringSSL) looks: a file, or a folder of files. */
function hasAuthorities({ SSL_CERT_FILE, SSL_CERT_DIR }: NodeJS.ProcessEnv): boolean {
  if (existsSync(SSL_CERT_FILE ?? "/etc/ssl/cert.pem")) return true;
  const folder = SSL_CERT_DIR ?? "/etc/ssl/certs";
  return existsSync(folder) && readdirSync(folder).length > 0;
}

async function gatherAddress({ host, port }: ServeSettings): Promise<AddressFacts> {
  const url = reachableUrl(host, port);
  const fault = await addressFault(host, port);
  if (fault === undefined) return { url };
  const inUse = await askHealth(url, askMs);
  // Another fault than that something listens there: nothing can.
  return /is in use/.test(fault) ? { url, inUse } : { url, fault };
}

async function gatherList(folder: string): Promise<{ facts: ListFacts; views?: Views }> {
  const none = { folder, mirrors: 0, repositories: 0, errors: [] };
  try {
    const { views, errors } = await compileMirrorList(folder, Date.now());
    const changedAt = newestIn([join(folder, "mirrors"), join(folder, "repositories")]);
    const facts: ListFacts = {
      folder,
      mirrors: views?.roster.mirrors.length ?? 0,
      repositories: views?.catalogue.repositories.length ?? 0,
      errors: errors.map(formatProblem),
      ...(changedAt !== undefined && { changedAt }),
    };
    return { facts, ...(views && { views }) };
  } catch (error) {
    return { facts: { ...none, fault: error instanceof Error ? error.message : String(error) } };
  }
}

function newestIn(folders: readonly string[]): number | undefined {
  const times = folders.flatMap((folder) =>
    readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs),
  );
  return times.length === 0 ? undefined : times.reduce((newest, at) => Math.max(newest, at));
}

function databaseFacts(folder: string, name: string): DatabaseFacts {
  const file = join(folder, name);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if (Reflect.get(Object(error), "code") === "ENOENT") return { file, isThere: false };
    return { file, isThere: true, fault: error instanceof Error ? error.message : String(error) };
  }
  try {
    const reader = new Reader(bytes);
    // One that has lost its end has its metadata no more; one that has lost its middle doesn't know these.
    const unknown = knownAddresses.find((address) => reader.get(address) === null);
    if (unknown !== undefined) {
      return { file, isThere: true, fault: `it has nothing on ${unknown}, which everyone knows` };
    }
    return { file, isThere: true, builtAt: reader.metadata.buildEpoch.getTime() };
  } catch (error) {
    return { file, isThere: true, fault: error instanceof Error ? error.message : String(error) };
  }
}

/** Of the process that has the store, as proc(5) tells it; else of this one. */
function openFilesOf(pid: string | undefined): Facts["openFiles"] {
  const found = limitsIn(`/proc/${pid}/limits`);
  if (found !== undefined) return { ...found, of: "service" };
  const own = limitsIn("/proc/self/limits");
  return own && { ...own, of: "doctor" };
}

function limitsIn(file: string): { soft: number; hard: number } | undefined {
  try {
    const [, soft, hard] =
      /^Max open files\s+(\d+)\s+(\d+)/m.exec(readFileSync(file, "utf8")) ?? [];
    if (soft === undefined || hard === undefined) return undefined;
    return { soft: Number(soft), hard: Number(hard) };
  } catch {
    return undefined;
  }
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
