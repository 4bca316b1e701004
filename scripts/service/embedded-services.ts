/** The embedded stores in a configuration of workerd: the services, and the bindings of the Workers that use them. */
import { compatibilityDate } from "./platform.ts";

/** Service of the embedded stores' Worker. */
export const embeddedService = "embedded";

/** Where things are; folders are there already. */
export interface EmbeddedPaths {
  /** The bundle of `worker/embedded/`, relative to the file of the configuration (`embed`). */
  module: string;
  /** Folder of the databases, relative to workerd's working directory. */
  objects: string;
  /** Folder of the blobs, relative to workerd's working directory. */
  blobs: string;
}

export interface EmbeddedOptions {
  /** Designates what is asked once a minute, as the launcher says; absent: nothing. */
  minute?: string;
  /** Bytes that the cache's database may have; absent: `usualCacheBytes` of `worker/embedded/`. */
  cacheMaxBytes?: number;
}

/**
 * The objects of the stores. A namespace's `uniqueKey` is the folder of its databases, and part of its objects' ids:
 * it never changes, or the stores begin empty.
 */
export const keysFolder = "embedded-keys";
export const embeddedObjects = [
  { binding: "KEY_STORE", className: "KeyStore", uniqueKey: keysFolder },
  { binding: "CACHE_STORE", className: "CacheStore", uniqueKey: "embedded-cache" },
] as const;

/** Entries of `services`, each with a comma behind it. */
export function embeddedServices(paths: EmbeddedPaths, options: EmbeddedOptions = {}): string {
  const { cacheMaxBytes, minute } = options;
  const bindings = [
    ...embeddedObjects.map(
      ({ binding, className }) => `(name = "${binding}", durableObjectNamespace = "${className}")`,
    ),
    `(name = "BLOB_FILES", service = "${embeddedService}-blobs")`,
    ...(minute === undefined ? [] : [`(name = "MINUTE", service = ${minute})`]),
    ...(cacheMaxBytes === undefined
      ? []
      : [`(name = "CACHE_MAX_BYTES", text = "${cacheMaxBytes}")`]),
  ];
  const namespaces = embeddedObjects.map(
    // An object that is evicted when it is idle would open its database anew for the next request.
    ({ className, uniqueKey }) =>
      `(className = "${className}", uniqueKey = "${uniqueKey}", enableSql = true, preventEviction = true)`,
  );
  return `(name = "${embeddedService}", worker = (
  modules = [(name = "embedded.js", esModule = embed ${quoted(paths.module)})],
  compatibilityDate = ${quoted(compatibilityDate)},

  bindings = [
    ${bindings.join(",\n    ")},
  ],
  durableObjectNamespaces = [
    ${namespaces.join(",\n    ")},
  ],
  durableObjectStorage = (localDisk = "${embeddedService}-objects"),
  globalOutbound = "${embeddedService}-blobs",
)),
(name = "${embeddedService}-objects", disk = (path = ${quoted(paths.objects)}, writable = true)),
(name = "${embeddedService}-blobs", disk = (path = ${quoted(paths.blobs)}, writable = true)),
`;
}

/** Designates an entrypoint of the embedded stores' Worker. */
function entrypoint(name: string): string {
  return `(name = "${embeddedService}", entrypoint = "${name}")`;
}

/** Entries of `bindings`, of a Worker that uses the stores. */
export const embeddedBindings: readonly string[] = [
  `(name = "VIEWS", kvNamespace = ${entrypoint("KeyValues")})`,
  `(name = "BLOBS", r2Bucket = ${entrypoint("Blobs")})`,
];

/** An entry of `bindings`: what the launcher told last of the machine. */
export const machineBinding = `(name = "MACHINE", service = ${entrypoint("Machine")})`;

/** A field of a Worker that uses the cache. */
export const embeddedCache = `cacheApiOutbound = ${entrypoint("Cache")}`;

/** An entry of `sockets`: the launcher's own, which nobody else may reach. @param address `unix:PATH` */
export function controlSocket(address: string): string {
  return `(name = "control", address = ${quoted(address)}, http = (), service = ${entrypoint("Control")})`;
}

/** As the text form of Cap'n Proto takes texts and lists of them. */
function quoted(value: string | readonly string[]): string {
  return JSON.stringify(value);
}
