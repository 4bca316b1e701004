/**
 * Starts workerd on what was made ready, keeps it running, and tells it how its machine stands. A process that does
 * nothing else imports little: no settings, no bundler, no configuration.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openControl } from "./control.ts";
import { everyMinute } from "./every-minute.ts";
import { atFreePort } from "./free-port.ts";
import { giveList, type ListCalls, listCalls } from "./give-list.ts";
import { servedAtGiven } from "./given-socket.ts";
import type { HeldStore } from "./held-store.ts";
import { keepRunning } from "./kept-running.ts";
import { type MachineWatch, watchMachine } from "./machine-watch.ts";
import type { Network } from "./network.ts";
import type { LogLine } from "./quiet-log.ts";
import { reachableUrl } from "./reachable-url.ts";
import type { ReadyService } from "./ready-service.ts";
import { configFiles, controlSocket, serviceSocket } from "./run-folder.ts";
import { socketAddress } from "./socket-address.ts";
import { startWorkerd, type WorkerdProcess } from "./workerd-process.ts";

/** A running service. */
export interface RunningService extends ListCalls {
  /** Base URL at which this machine reaches it, ends in `/`. */
  url: string;
  /** The process that serves, as it is now. */
  pid(): number;
  /** What is connected to; new views don't change it. */
  network: Network;
  /** Resolves with the reason when nobody is served any more, though nobody stopped it. */
  failed: Promise<string>;
  /** Ends it, and lets its store go. */
  stop(): Promise<void>;
}

export interface RunOptions {
  store: HeldStore;
  log(line: LogLine): void;
  /** As in `WorkerdOptions`. */
  under?: readonly string[];
}

/** Rejects with what workerd said where it doesn't start; nothing is left of it, and the store is closed. */
export async function runService(
  ready: ReadyService,
  { store, log, under }: RunOptions,
): Promise<RunningService> {
  const { host, port, listening } = ready;
  const { layout } = store;
  const ended: (() => Promise<void> | void)[] = [() => store.close()];
  let machine: MachineWatch | undefined;
  const end = async () => {
    for (const one of ended.splice(0).reverse()) await one();
  };
  try {
    const { controlFolder } = ready;
    if (controlFolder !== undefined) {
      mkdirSync(controlFolder, { mode: 0o700 });
      ended.push(() => rmSync(controlFolder, { recursive: true, force: true }));
    }
    for (const message of store.notes) log({ level: "warn", message });
    const configured = readFileSync(join(layout.run, configFiles.config), "utf8");
    const runAt = async (port: number) => {
      const config = configured.replaceAll(ready.mark, String(port));
      writeFileSync(join(layout.run, configFiles.config), config);
      return await keepRunning({
        start: starter(ready, { store, log, ...(under !== undefined && { under }) }),
        startedAgain: () => void machine?.look(),
        log,
        now: () => performance.now(),
        pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      });
    };
    const isChosen = port !== 0 || listening !== undefined;
    const running = await (isChosen ? runAt(port) : atFreePort(host, runAt));
    ended.push(() => running.stop(ready.stopGraceMs));
    const control = openControl(ready.control);
    for (const { key, bytes } of store.values) await control.put(key, bytes);
    await store.valuesTaken();
    await giveList(control, layout.run);
    machine = await watchMachine({
      folder: store.folder,
      pid: () => running.current.pid,
      control,
      notes: store.notes,
      diskMarginBytes: ready.diskMarginBytes,
      log,
    });
    ended.push(machine.end);
    ended.push(everyMinute(control));
    const reached = reachableUrl(host, running.current.ports.get(serviceSocket) ?? 0);
    const url = ready.isHttps ? reached.replace(/^http:/, "https:") : reached;
    return {
      url,
      network: ready.network,
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

/** Starts workerd; again at the port of the first time. */
function starter(
  ready: ReadyService,
  { store, log, under }: RunOptions,
): () => Promise<WorkerdProcess> {
  const { host, listening } = ready;
  let address: string | undefined;
  let isAgain = false;
  return async () => {
    // One that was killed leaves it.
    rmSync(ready.control, { force: true });
    if (isAgain) await tidy({ store, log });
    isAgain = true;
    const starting = startWorkerd({
      program: ready.workerd,
      ...(under !== undefined && { under }),
      folder: store.layout.run,
      config: configFiles.config,
      sockets: [serviceSocket, controlSocket],
      ...(listening !== undefined && { openSockets: { [serviceSocket]: listening } }),
      ...(address !== undefined && { addresses: { [serviceSocket]: address } }),
      log,
    });
    if (listening !== undefined) return await servedAtGiven(starting, serviceSocket);
    const started = await starting;
    address = socketAddress(host, started.ports.get(serviceSocket) ?? 0);
    return started;
  };
}

/** A workerd is better started without it than not at all. */
async function tidy({ store, log }: RunOptions): Promise<void> {
  try {
    // Not above: the launcher needs neither while all is well.
    const { removeUnfinishedBlobs } = await import("./unfinished-blobs.ts");
    removeUnfinishedBlobs(store.layout.blobs);
    const { takeOwnViews } = await import("./own-list.ts");
    takeOwnViews(store.layout, log);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `What a workerd before left could not be tidied up (${reason}).`;
    log({ level: "warn", message });
  }
}
