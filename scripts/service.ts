/**
 * The service on this machine: both scripts in one workerd with embedded stores, behind a front that knows who asks.
 * `npm start` and the lab use it.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { Miniflare } from "miniflare";
import type { Views } from "../worker/mirrors/compiled-list.ts";
import { listProblemKey, viewsKey } from "../worker/views/views-key.ts";
import { root } from "./service/bundle.ts";
import { type Front, type FrontOptions, startFront } from "./service/front.ts";
import { type Network, networkOf, publicOutbound } from "./service/network.ts";
import { ownHosts } from "./service/own-hosts.ts";
import { edgeWorker } from "./service/platform.ts";
import { type LogLine, QuietLog } from "./service/quiet-log.ts";
import { serviceWorkers } from "./service/workers.ts";

/** A running service. */
export interface Service {
  /** Base URL, ends in `/`. */
  url: string;
  /** What is connected to; new views don't change it. */
  network: Network;
  /** Puts new views into the store and waits until the edge decides by them. */
  publish(views: Views): Promise<void>;
  /** Says to the service's alarms why the list on disk is not what is served; undefined: it is. */
  noteList(problem: string | undefined): Promise<void>;
  /** Resolves with the reason when nobody is served any more, though nobody stopped it. */
  failed: Promise<string>;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  views: Views;
  /** 0 or absent: any free port. */
  port?: number;
  /** Address to listen at; loopback unless told otherwise. */
  host?: string;
  /** Variables of `worker/settings.ts`, before the defaults of a service without a platform. */
  vars?: Record<string, string>;
  /** PEM: serve https with it instead of http. */
  https?: { cert: string; key: string };
  /** Folder for the embedded stores; absent: in memory. */
  persist?: string;
  /** Folder of the IP databases; absent: where they are built. */
  databases?: string;
  /** What may be connected to; absent: what the views need. */
  network?: Network;
}

/** How long new views may take to be seen, ms; the edge looks every `VIEWS_REFRESH_SECONDS`. */
const publishDeadlineMs = 10_000;

/** Starts the service. Throws when the port is taken or the Worker can't be built. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { host = "127.0.0.1", port = 0, network = networkOf(options.views) } = options;
  const log = new QuietLog({ now: Date.now, write: writeLine });
  const { OWN_HOSTS: alsoOwn = "", ...given } = options.vars ?? {};
  const vars: Record<string, string> = {
    CLIENT_PLACE: "database",
    VIEWS_REFRESH_SECONDS: "0.2",
    OWN_HOSTS: [...ownHosts(host, port), ...(alsoOwn === "" ? [] : [alsoOwn])].join(","),
    // Objects' ids are the same in all services that are started here.
    INSTANCE_ID: `nearmirror-${randomUUID()}`,
    ...given,
  };
  const outbound = network === "public" ? publicOutbound(root) : undefined;
  const secret = randomBytes(32).toString("hex");
  const workers = await serviceWorkers({
    views: options.views,
    vars,
    secret,
    ...(options.databases !== undefined && { databases: options.databases }),
    ...(outbound && { outboundService: outbound.outboundService }),
  });
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    // Opens a debugging port to every Worker, and tells it to whatever else is developed on this machine.
    enableDevRegistry: false,
    // Without this, miniflare asks the internet where this machine is.
    cf: false,
    telemetry: { enabled: false },
    logRequests: false,
    handleStructuredLogs: (line) => log.take(line),
    ...(options.persist === undefined ? {} : { resourcePersistencePath: options.persist }),
    workers: [
      workers.watchers,
      ...(outbound === undefined ? [] : [outbound.worker]),
      // Last: miniflare copies what it has written of its configuration at every few kilobytes that it adds, and the
      // IP databases are 16 MB. It costs a second at each start where they come first.
      workers.edge,
    ],
  });
  const { https } = options;
  const front = await startInFront(miniflare, { host, port, ...(https && { https }), secret });
  const { url, failed } = front;
  return {
    url,
    network,
    failed,
    async publish(views) {
      const store = await miniflare.getKVNamespace("VIEWS", edgeWorker);
      await store.put(viewsKey, JSON.stringify(views));
      await seen(url, views.roster.version);
    },
    async noteList(problem) {
      const store = await miniflare.getKVNamespace("VIEWS", edgeWorker);
      if (problem === undefined) await store.delete(listProblemKey);
      else await store.put(listProblemKey, problem);
    },
    async stop() {
      await front.stop();
      await miniflare.dispose();
    },
  };
}

/** Errors and warnings go to the standard error, as of any program. */
function writeLine({ level, message }: LogLine): void {
  if (level === "warn" || level === "error") console.error(message);
  else console.log(message);
}

/** Ends miniflare as well where the front can't start. */
async function startInFront(
  miniflare: Miniflare,
  options: Omit<FrontOptions, "inside">,
): Promise<Front> {
  try {
    return await startFront({ ...options, inside: await miniflare.ready });
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}

/** Asks the edge until it has that roster: asking is also what makes it look. */
async function seen(url: string, version: number): Promise<void> {
  const deadline = Date.now() + publishDeadlineMs;
  while (Date.now() < deadline) {
    const response = await fetch(`${url}api/v1/health`);
    if (listVersion(await response.json()) === version) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the edge has not taken roster ${version} within ${publishDeadlineMs} ms`);
}

/** Of `/api/v1/health`: the version of the list that the edge decides by. */
function listVersion(health: unknown): unknown {
  const roster: unknown = Reflect.get(Object(health), "roster");
  return Reflect.get(Object(roster), "list");
}
