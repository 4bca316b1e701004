/** The configuration of the workerd that serves: the edge's Worker at the socket, the watchers and the stores beside it. Pure. */
import { watchersAlone } from "../../worker/settings/table.ts";
import { wasmModules } from "./bundle.ts";
import { capnpList, capnpText } from "./capnp.ts";
import {
  controlSocket as controlSocketEntry,
  embeddedBindings,
  embeddedCache,
  embeddedServices,
  machineBinding,
} from "./embedded-services.ts";
import type { Network } from "./network.ts";
import { compatibilityDate, packagesBinding, watchers, watchersWorker } from "./platform.ts";
import { configFiles, serviceSocket } from "./run-folder.ts";

export interface WorkerdConfig {
  /** Address to listen at, as workerd takes it: `127.0.0.1:8080`, `*:80`. */
  address: string;
  isHttps: boolean;
  /** Path of the control socket, as seen from workerd's folder or absolute. */
  control: string;
  network: Network;
  /** PEM of authorities trusted besides those of browsers. */
  authorities: readonly string[];
  /** Variables of the Worker's settings, the same for both scripts but for those of `watchersAlone`. */
  vars: Readonly<Record<string, string>>;
  /** Folder of the IP databases, absolute; absent: there are none. */
  databases?: string;
  /** Bytes that the cache's database may have; absent: as many as is usual. */
  cacheMaxBytes?: number;
  /** The store's folders, absolute. */
  folders: { objects: string; embedded: string; blobs: string };
}

/**
 * How V8 collects. Each request leaves objects of workerd's behind, which are let go of only when V8's own heap has
 * grown; by itself V8 lets it grow first to hundreds of megabytes. Measured with 51,000 redirects: 381 MB without the
 * first two, 167 with them, which are megabytes, and as many requests a second. By the third the heap may grow by 30 %
 * from one collection to the next, where V8 allows more for a heap this small: 15 MB less after 5,000 clients. By the
 * fourth no threads of V8's own collect, each of which has caches: 6 MB.
 */
export const v8Flags = [
  "--max-semi-space-size=1",
  "--initial-old-space-size=4",
  "--heap-growing-percent=30",
  "--single-threaded-gc",
] as const;

/** The whole configuration as text. */
export function workerdConfig(options: WorkerdConfig): string {
  const { address, isHttps, control, vars, databases, folders, cacheMaxBytes } = options;
  const variables = (isTaken: (name: string) => boolean) =>
    Object.entries(vars)
      .filter(([name]) => isTaken(name))
      .map(([name, value]) => `(name = ${capnpText(name)}, text = ${capnpText(value)})`);
  const objects = watchers.map(
    ({ binding, className }) =>
      `(name = ${capnpText(binding)}, durableObjectNamespace = (serviceName = ${capnpText(watchersWorker)}, className = ${capnpText(className)}))`,
  );
  const bindings = [
    ...embeddedBindings,
    ...objects,
    ...variables((name) => !watchersAlone.has(name)),
  ];
  const ofWatchers = [...bindings, ...variables((name) => watchersAlone.has(name))];
  const packages = `(name = ${capnpText(packagesBinding.binding)}, service = (name = ${capnpText(watchersWorker)}, entrypoint = ${capnpText(packagesBinding.entrypoint)}))`;
  const embedded = embeddedServices(
    { module: configFiles.embedded, objects: folders.embedded, blobs: folders.blobs },
    {
      minute: `(name = "edge", entrypoint = "minute")`,
      ...(cacheMaxBytes !== undefined && { cacheMaxBytes }),
    },
  );
  // Read by the Worker: embedded in the configuration they would be copied five times, 79 MB for 16.
  const readDatabases =
    databases === undefined
      ? undefined
      : {
          service: `(name = "ip-databases", disk = (path = ${capnpText(databases)}))`,
          binding: `(name = "IP_DATABASES", service = "ip-databases")`,
        };
  const protocol = isHttps
    ? `https = (options = (), tlsOptions = (keypair = (
      privateKey = embed ${capnpText(configFiles.key)}, certificateChain = embed ${capnpText(configFiles.certificate)})))`
    : "http = ()";
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = ${capnpList(v8Flags.map(capnpText))},
  services = ${capnpList([
    `(name = "edge", worker = .edge)`,
    `(name = ${capnpText(watchersWorker)}, worker = .watching)`,
    `(name = "internet", network = ${networkOf(options)})`,
    ...(readDatabases === undefined ? [] : [readDatabases.service]),
    `(name = "objects", disk = (path = ${capnpText(folders.objects)}, writable = true))`,
    // Each with a comma behind it.
    embedded.trim().replace(/,$/, ""),
  ])},
  sockets = ${capnpList([
    `(name = ${capnpText(serviceSocket)}, address = ${capnpText(address)}, service = "edge", ${protocol})`,
    controlSocketEntry(`unix:${control}`),
  ])},
  logging = (structuredLogging = true),
);
${worker("edge", { main: configFiles.edge, bindings: [...bindings, machineBinding, packages, ...(readDatabases === undefined ? [] : [readDatabases.binding])] })}
${worker("watching", { main: configFiles.watchers, bindings: ofWatchers, objects: watchingObjects() })}
`;
}

function networkOf({ network, authorities }: WorkerdConfig): string {
  // "private" has loopback and link-local addresses with it.
  const allow = network === "public" ? ["public"] : ["public", "private"];
  return `(allow = [${allow.map(capnpText).join(", ")}], tlsOptions = (
      trustBrowserCas = true, trustedCertificates = [${authorities.map(certificateText).join(", ")}]))`;
}

/** A PEM: its lines end in escapes, as the language has no text of several lines. */
function certificateText(pem: string): string {
  return `"${pem.replace(/[\\"]/g, "\\$&").replace(/\r?\n/g, "\\n")}"`;
}

interface WorkerOptions {
  /** Its module's file. */
  main: string;
  bindings: readonly string[];
  /** Its own Durable Objects. */
  objects?: string;
}

function worker(name: string, { main, bindings, objects }: WorkerOptions): string {
  const modules = [
    `(name = ${capnpText(main)}, esModule = embed ${capnpText(main)})`,
    `(name = ${capnpText(configFiles.views)}, text = embed ${capnpText(configFiles.views)})`,
    ...Object.keys(wasmModules).map(
      (file) => `(name = ${capnpText(file)}, wasm = embed ${capnpText(file)})`,
    ),
  ];
  return `const ${name} :Workerd.Worker = (
  modules = ${capnpList(modules)},
  compatibilityDate = ${capnpText(compatibilityDate)},
  bindings = ${capnpList(bindings)},
  ${embeddedCache},
  globalOutbound = "internet",
  ${objects ?? ""}
);`;
}

function watchingObjects(): string {
  const namespaces = watchers.map(
    ({ className, storeKey }) =>
      `(className = ${capnpText(className)}, uniqueKey = ${capnpText(storeKey)}, enableSql = true)`,
  );
  return `durableObjectNamespaces = ${capnpList(namespaces)},
  durableObjectStorage = (localDisk = "objects"),`;
}
