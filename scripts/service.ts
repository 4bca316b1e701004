/**
 * The service on this machine: one workerd, whose socket is the edge's Worker, with the watchers and embedded stores beside
 * it. Made ready and run in this process: the lab and tests use it. `npm start` runs what another process made ready.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Views } from "../worker/mirrors/compiled-list.ts";
import type { ViewsInFolder } from "./service/give-list.ts";
import { takeOwnViews } from "./service/own-list.ts";
import { putList } from "./service/put-list.ts";
import { type LogLine, QuietLog } from "./service/quiet-log.ts";
import { type ReadyOptions, type ReadyService, readyService } from "./service/ready-service.ts";
import { type RunningService, runService } from "./service/run-service.ts";
import { type OpenedStore, openStore } from "./service/store.ts";

/** A running service. */
export interface Service extends RunningService {
  /** As `ListCalls`, and views that aren't in workerd's folder. */
  publish(views: Views | ViewsInFolder): Promise<void>;
}

export interface ServiceOptions extends ReadyOptions {
  /** Folder for the embedded stores; absent: a folder that goes with the service. */
  persist?: string;
  /** Takes the log's lines; absent: they are printed. */
  log?: (line: LogLine) => void;
  /** As in `WorkerdOptions`. */
  under?: readonly string[];
}

/** Starts the service. Throws when the port is taken, the store can't be used or the Worker can't be built. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const own = options.persist === undefined ? ownFolder() : undefined;
  const forget = () => {
    if (own !== undefined) rmSync(own, { recursive: true, force: true });
  };
  try {
    const store = await openStore(resolve(options.persist ?? own ?? ""), new Date());
    const quiet = new QuietLog({ now: Date.now, write: options.log ?? writeLine });
    const log = (line: LogLine) => quiet.take(line);
    const ready = await readyIn(store, options);
    takeOwnViews(store.layout, log);
    const { under } = options;
    const running = await runService(ready, { store, log, ...(under !== undefined && { under }) });
    return {
      ...running,
      async publish(views) {
        // A workerd that is started again begins with it.
        if ("roster" in views) await putList(store.layout.run, views, undefined);
        const version = "roster" in views ? views.roster.version : views.version;
        await running.publish({ version, network: running.network });
      },
      async stop() {
        await running.stop();
        forget();
      },
    };
  } catch (error) {
    forget();
    throw error;
  }
}

function ownFolder(): string {
  const folder = join(tmpdir(), `nearmirror-${randomUUID()}`);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

async function readyIn(store: OpenedStore, options: ServiceOptions): Promise<ReadyService> {
  try {
    return await readyService(options, store.layout);
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Errors and warnings go to the standard error, as of any program. */
function writeLine({ level, message }: LogLine): void {
  if (level === "warn" || level === "error") console.error(message);
  else console.log(message);
}
