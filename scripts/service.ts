/**
 * The service on this machine: one workerd, whose socket is the edge's Worker, with the watchers and embedded stores beside
 * it. `npm start` and the lab use it.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { ListEntries } from "../worker/list/entries.ts";
import type { Views } from "../worker/mirrors/compiled-list.ts";
import { parts } from "./program/parts.ts";
import { openControl } from "./service/control.ts";
import { everyMinute } from "./service/every-minute.ts";
import { atFreePort } from "./service/free-port.ts";
import {
  giveList,
  type ListCalls,
  listCalls,
  putList,
  type ViewsInFolder,
} from "./service/give-list.ts";
import { servedAtGiven } from "./service/given-socket.ts";
import { keepRunning } from "./service/kept-running.ts";
import { type MachineWatch, watchMachine } from "./service/machine-watch.ts";
import { extraAuthorities, type Network, networkOf } from "./service/network.ts";
import { ownHosts } from "./service/own-hosts.ts";
import { putOwnViews } from "./service/own-list.ts";
import { type LogLine, QuietLog } from "./service/quiet-log.ts";
import { databasesFolder, putScripts } from "./service/service-scripts.ts";
import { type OpenedStore, openStore } from "./service/store.ts";
import type { StoreLayout } from "./service/store-layout.ts";
import { removeUnfinishedBlobs } from "./service/take-over.ts";
import {
  configFiles,
  controlSocket,
  serviceSocket,
  workerdConfig,
} from "./service/workerd-config.ts";
import { startWorkerd, type WorkerdProcess } from "./service/workerd-process.ts";

/** A running service. */
export interface Service extends ListCalls {
  /** Base URL at which this machine reaches it, ends in `/`. */
  url: string;
  /** The process that serves, as it is now. */
  pid(): number;
  /** What is connected to; new views don't change it. */
  network: Network;
  /** Resolves with the reason when nobody is served any more, though nobody stopped it. */
  failed: Promise<string>;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  /** What is served, or word that it is in workerd's folder already, and the scripts as well. */
  views: Views | ViewsInFolder;
  /** What the views were compiled of, where they aren't in workerd's folder; absent: nobody knows. */
  entries?: ListEntries;
  /** 0 or absent: any free port. */
  port?: number;
  /** Address to listen at, as a host name, an IP address or `*`; loopback unless told otherwise. */
  host?: string;
  /** A socket that listens already, as of systemd: its file descriptor. `host` and `port` say where it does. */
  listening?: number;
  /** Variables of `worker/settings.ts`, before the defaults of a service without a platform. */
  vars?: Record<string, string>;
  /** PEM: serve https with it instead of http. */
  https?: { cert: string; key: string };
  /** The embedded stores, or the folder for them; absent: a folder that goes with the service. */
  persist?: string | OpenedStore;
  /** Folder of the IP databases; absent: where they are built. */
  databases?: string;
  /** What may be connected to; absent: what the views need. */
  network?: Network;
  /** Bytes that the cache's database may have; absent: as many as is usual. */
  cacheMaxBytes?: number;
  /** Bytes of the store's disk that are to stay free; absent: by the size of the disk. */
  diskMarginBytes?: number | undefined;
  /** How long downloads may go on when it is stopped, ms; absent: not at all. */
  stopGraceMs?: number;
  /** Takes the log's lines; absent: they are printed. */
  log?: (line: LogLine) => void;
}

/** A Unix socket's path has 108 bytes at most (unix(7)), 104 on other systems. */
const maxSocketPath = 100;

/** Starts the service. Throws when the port is taken, the store can't be used or the Worker can't be built. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { host = "127.0.0.1", port = 0, https, views } = options;
  const network = options.network ?? ("roster" in views ? networkOf(views) : views.network);
  const ended: (() => Promise<void> | void)[] = [];
  let machine: MachineWatch | undefined;
  const end = async () => {
    for (const one of ended.splice(0).reverse()) await one();
  };
  try {
    const log = new QuietLog({ now: Date.now, write: options.log ?? writeLine });
    const store = await storeOf(options.persist, ended);
    ended.push(() => store.close());
    for (const message of store.notes) log.take({ level: "warn", message });
    const { layout } = store;
    if ("roster" in options.views) {
      await putScripts(layout.run);
      await putList(layout.run, options.views, options.entries);
    }
    const databases = databasesFolder(options.databases);
    const { path: socketPath, remove } = socketIn(layout.run);
    ended.push(remove);
    if (https !== undefined) {
      writeFileSync(join(layout.run, configFiles.certificate), https.cert);
      writeFileSync(join(layout.run, configFiles.key), https.key, { mode: 0o600 });
    }
    const configFor = (port: number) => ({
      address: addressOf(host, port),
      isHttps: https !== undefined,
      control: socketPath,
      network,
      authorities: extraAuthorities(),
      vars: variablesOf(options, host, port),
      ...(databases !== undefined && { databases }),
      ...(options.cacheMaxBytes !== undefined && { cacheMaxBytes: options.cacheMaxBytes }),
      folders: layout,
    });
    const runAt = async (port: number) => {
      await writeFile(join(layout.run, configFiles.config), workerdConfig(configFor(port)));
      return await keepRunning({
        start: starter({ layout, socketPath, options, log }),
        startedAgain: () => void machine?.look(),
        log: (line) => log.take(line),
        now: () => performance.now(),
        pause: (ms) => setTimeout(ms),
      });
    };
    const isChosen = port !== 0 || options.listening !== undefined;
    const running = await (isChosen ? runAt(port) : atFreePort(host, runAt));
    ended.push(() => running.stop(options.stopGraceMs ?? 0));
    const control = openControl(socketPath);
    for (const { key, bytes } of store.values) await control.put(key, bytes);
    store.valuesTaken();
    await giveList(control, layout.run);
    machine = await watchMachine({
      folder: store.folder,
      pid: () => running.current.pid,
      control,
      notes: store.notes,
      diskMarginBytes: options.diskMarginBytes,
      log: (line) => log.take(line),
    });
    ended.push(machine.end);
    ended.push(everyMinute(control));
    const scheme = https === undefined ? "http" : "https";
    const url = `${scheme}://${reachable(host)}:${running.current.ports.get(serviceSocket)}/`;
    return {
      url,
      network,
      failed: running.failed,
      pid: () => running.current.pid,
      ...listCalls(url, control, layout.run),
      stop: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

interface Starting {
  layout: StoreLayout;
  socketPath: string;
  options: ServiceOptions;
  log: QuietLog;
}

/** A workerd that is started again has the service's list; where that can't be had just now, the one of the last start. */
function takeOwnViews(layout: StoreLayout, log: QuietLog): void {
  try {
    putOwnViews(layout);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The service's own mirror list could not be put in place (${reason}): for a moment it may be an older one.`;
    log.take({ level: "warn", message });
  }
}

/** Starts workerd; again at the port of the first time. */
function starter({ layout, socketPath, options, log }: Starting): () => Promise<WorkerdProcess> {
  const { host = "127.0.0.1", listening } = options;
  let address: string | undefined;
  return async () => {
    // One that was killed leaves it.
    rmSync(socketPath, { force: true });
    removeUnfinishedBlobs(layout.blobs);
    takeOwnViews(layout, log);
    const starting = startWorkerd({
      program: parts.workerd,
      folder: layout.run,
      config: configFiles.config,
      sockets: [serviceSocket, controlSocket],
      ...(listening !== undefined && { openSockets: { [serviceSocket]: listening } }),
      ...(address !== undefined && { addresses: { [serviceSocket]: address } }),
      log: (line) => log.take(line),
    });
    if (listening !== undefined) return await servedAtGiven(starting, serviceSocket);
    const started = await starting;
    address = addressOf(host, started.ports.get(serviceSocket) ?? 0);
    return started;
  };
}

/** As workerd takes it. */
function addressOf(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** @param ended takes what is to be done when the service ends */
async function storeOf(
  given: ServiceOptions["persist"],
  ended: (() => Promise<void> | void)[],
): Promise<OpenedStore> {
  if (typeof given === "object") return given;
  const folder = resolve(given ?? join(tmpdir(), `nearmirror-${randomUUID()}`));
  if (given === undefined) {
    mkdirSync(folder, { mode: 0o700 });
    ended.push(() => rm(folder, { recursive: true, force: true }));
  }
  return openStore(folder, new Date());
}

/** Where the control socket is: in workerd's folder, or where that path is too long for one, in a folder of its own. */
function socketIn(run: string): { path: string; remove(): Promise<void> } {
  const path = join(run, "control.sock");
  if (Buffer.byteLength(path) <= maxSocketPath) return { path, remove: async () => undefined };
  const folder = join(tmpdir(), `nearmirror-${randomUUID()}`);
  mkdirSync(folder, { mode: 0o700 });
  return {
    path: join(folder, "control.sock"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function variablesOf(options: ServiceOptions, host: string, port: number): Record<string, string> {
  const { OWN_HOSTS: alsoOwn = "", ...given } = options.vars ?? {};
  return {
    CLIENT_PLACE: "database",
    VIEWS_REFRESH_SECONDS: "0.2",
    OWN_HOSTS: [...ownHosts(host, port), ...(alsoOwn === "" ? [] : [alsoOwn])].join(","),
    // Objects' ids are the same in all services that are started here.
    INSTANCE_ID: `nearmirror-${randomUUID()}`,
    ...given,
  };
}

/** Errors and warnings go to the standard error, as of any program. */
function writeLine({ level, message }: LogLine): void {
  if (level === "warn" || level === "error") console.error(message);
  else console.log(message);
}

/** Where this machine reaches what listens at `host`. */
function reachable(host: string): string {
  if (host === "*" || host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
