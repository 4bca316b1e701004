/** Makes all that a service on this machine has before its workerd starts; the launcher starts and watches that. */
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ListEntries } from "../../worker/list/entries.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { parts } from "../program/parts.ts";
import type { ViewsInFolder } from "./give-list.ts";
import { extraAuthorities, type Network, networkOf } from "./network.ts";
import { ownHosts } from "./own-hosts.ts";
import { putList } from "./put-list.ts";
import { configFiles } from "./run-folder.ts";
import { databasesFolder, putScripts } from "./service-scripts.ts";
import { socketAddress } from "./socket-address.ts";
import type { StoreLayout } from "./store-layout.ts";
import { workerdConfig } from "./workerd-config.ts";

export interface ReadyOptions {
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
}

/** What the launcher needs to know of it, as JSON takes it. The rest is in workerd's folder. */
export interface ReadyService {
  host: string;
  /** 0: any that is free. */
  port: number;
  isHttps: boolean;
  /** A socket that listens already: a file descriptor of the process that starts workerd. */
  listening?: number;
  network: Network;
  /** The control socket's path. */
  control: string;
  /** A folder that is to be made for the control socket, and that goes with the service. */
  controlFolder?: string;
  /** Stands in the configuration's text where a port is to stand that isn't known yet, and is of this start alone. */
  mark: string;
  /** The workerd binary. */
  workerd: string;
  /** How long downloads may go on when it is stopped, ms. */
  stopGraceMs: number;
  diskMarginBytes?: number;
}

/** A Unix socket's path has 108 bytes at most (unix(7)), 104 on other systems. */
const maxSocketPath = 100;

/** Fills workerd's folder. Rejects where the Worker can't be built. */
export async function readyService(
  options: ReadyOptions,
  layout: StoreLayout,
): Promise<ReadyService> {
  const { host = "127.0.0.1", port = 0, https, views, listening, diskMarginBytes } = options;
  const network = options.network ?? ("roster" in views ? networkOf(views) : views.network);
  if ("roster" in views) {
    await putScripts(layout.run);
    await putList(layout.run, views, options.entries);
  }
  if (https !== undefined) {
    writeFileSync(join(layout.run, configFiles.certificate), https.cert);
    writeFileSync(join(layout.run, configFiles.key), https.key, { mode: 0o600 });
  }
  const databases = databasesFolder(options.databases);
  const control = controlIn(layout.run);
  const mark = randomUUID();
  // One that is free is chosen when workerd starts.
  const isOpen = port === 0 && listening === undefined;
  const config = workerdConfig({
    address: socketAddress(host, isOpen ? mark : port),
    isHttps: https !== undefined,
    control: control.path,
    network,
    authorities: extraAuthorities(),
    vars: variablesOf(
      options,
      ownHosts(host, port).map((one) => (isOpen ? `${one}:${mark}` : one)),
    ),
    ...(databases !== undefined && { databases }),
    ...(options.cacheMaxBytes !== undefined && { cacheMaxBytes: options.cacheMaxBytes }),
    folders: layout,
  });
  await writeFile(join(layout.run, configFiles.config), `# ${mark}\n${config}`);
  return {
    host,
    port,
    isHttps: https !== undefined,
    ...(listening !== undefined && { listening }),
    network,
    control: control.path,
    ...(control.folder !== undefined && { controlFolder: control.folder }),
    mark,
    workerd: parts.workerd,
    stopGraceMs: options.stopGraceMs ?? 0,
    ...(diskMarginBytes !== undefined && { diskMarginBytes }),
  };
}

/** Where the control socket is: in workerd's folder, or where that path is too long for one, in a folder of its own. */
function controlIn(run: string): { path: string; folder?: string } {
  const path = join(run, "control.sock");
  if (Buffer.byteLength(path) <= maxSocketPath) return { path };
  const folder = join(tmpdir(), `nearmirror-${randomUUID()}`);
  return { path: join(folder, "control.sock"), folder };
}

function variablesOf(options: ReadyOptions, hosts: readonly string[]): Record<string, string> {
  const { OWN_HOSTS: alsoOwn = "", ...given } = options.vars ?? {};
  return {
    CLIENT_PLACE: "database",
    VIEWS_REFRESH_SECONDS: "0.2",
    OWN_HOSTS: [...hosts, ...(alsoOwn === "" ? [] : [alsoOwn])].join(","),
    // Objects' ids are the same in all services that are started here.
    INSTANCE_ID: `nearmirror-${randomUUID()}`,
    ...given,
  };
}
