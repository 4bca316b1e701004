/** The Worker on plain workerd, without miniflare or wrangler in front: for benchmarks and for raw requests. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parts } from "../program/parts.ts";
import { root, wasmModules } from "./bundle.ts";
import { embeddedCache, embeddedServices } from "./embedded-services.ts";
import { freePort } from "./free-port.ts";
import { compatibilityDate, compatibilityFlags } from "./platform.ts";

/** A workerd process serving one Worker. */
export interface PlainWorkerd {
  /** Base URL, ends in `/`. */
  url: string;
  port: number;
  pid: number;
  /** URL of what answers in the world's place, for what it tells of itself; absent: there is none. */
  world?: string;
  /** What it printed on its standard error, the first 4 KB. */
  said(): string;
  stop(): Promise<void>;
}

/**
 * Another Worker in the same process, in an isolate of its own, which stands in for what the platform hands the first.
 * Its `fetch` answers whatever the first one asks of the network.
 */
export interface StandIns {
  /** The module, which imports nothing but the platform. Without a `world` its `fetch` answers what is asked of the network. */
  script: string;
  /** A Worker in a process of its own that answers whatever the first one asks of the network. */
  world?: string;
  /** Its Durable Objects' classes by the first Worker's binding; they keep nothing. */
  objects: Readonly<Record<string, string>>;
  /** Its entrypoints' classes by the first Worker's binding. */
  entrypoints: Readonly<Record<string, string>>;
}

export interface PlainOptions {
  /** The Worker's module; `wasmModules` are beside it. */
  script: string;
  /** Text bindings. */
  vars?: Record<string, string>;
  /** Data bindings: name and path of the file. */
  data?: Record<string, string>;
  standIns?: StandIns;
  /** Processor to run on, as `taskset` takes it. */
  cpu?: number;
  /** The same for the world. */
  worldCpu?: number;
  /** A program with its arguments that runs it, as valgrind does; it then starts tens of times slower. */
  under?: readonly string[];
  /** Address to listen at; absent: 127.0.0.1. */
  host?: string;
  /** Header of a request in which it brings its `request.cf`, as JSON; absent: there is none. */
  cfHeader?: string;
  /** How V8 is set, for all isolates of the process. */
  v8Flags?: readonly string[];
  /** The script of the embedded stores, whose cache the Worker has; absent: it has none. */
  embedded?: string;
  /** No request is sent before it is handed over: its first one is the caller's. */
  isUnasked?: boolean;
  /**
   * The configuration is encoded by a workerd before: of a script of 1 MB reading it takes as long as all that an isolate
   * does to start, which no platform's isolate has.
   */
  isEncoded?: boolean;
}

/** The binary that the `workerd` package's install step puts there. */
export const workerd = parts.workerd;

/** workerd starts listening within this, ms; reading and compiling half a megabyte takes a tenth of it. */
const startDeadlineMs = 10_000;
/** Scripts and data of a configuration, bytes: the IP databases are the most. */
const maxEncodedBytes = 256 * 1024 * 1024;
/** The same under another program, ms. */
const slowStartDeadlineMs = 120_000;

/** Starts workerd with a configuration of its own. Throws with what workerd printed when it doesn't listen in time. */
export async function startPlainWorkerd(options: PlainOptions): Promise<PlainWorkerd> {
  const script = options.standIns?.world;
  if (script === undefined) return await startAlone(options, undefined);
  const { worldCpu } = options;
  const world = await startAlone(
    { script, ...(worldCpu !== undefined && { cpu: worldCpu }) },
    undefined,
  );
  try {
    const served = await startAlone(options, world.port);
    const stop = async () => {
      await served.stop();
      await world.stop();
    };
    return { ...served, world: world.url, stop };
  } catch (error) {
    await world.stop();
    throw error;
  }
}

/** @param world port of what answers in the world's place; undefined: the stand-ins do, or the network */
async function startAlone(options: PlainOptions, world: number | undefined): Promise<PlainWorkerd> {
  const folder = await mkdtemp(join(tmpdir(), "nearmirror-workerd-"));
  const port = await freePort();
  await writeFile(join(folder, "index.js"), options.script);
  for (const [name, path] of Object.entries(wasmModules)) {
    await copyFile(join(root, path), join(folder, name));
  }
  const data = Object.entries(options.data ?? {});
  for (const [name, path] of data) await symlink(path, join(folder, name));
  const { vars = {}, standIns, cfHeader, v8Flags = [], embedded } = options;
  if (embedded !== undefined) await putEmbedded(folder, embedded);
  if (standIns !== undefined) await writeFile(join(folder, "stand-ins.js"), standIns.script);
  const names = data.map(([name]) => name);
  const address = `${options.host ?? "127.0.0.1"}:${port}`;
  const hasCache = embedded !== undefined;
  const of = { address, vars, data: names, standIns, world, cfHeader, v8Flags, hasCache };
  const config = configuration(of);
  await writeFile(join(folder, "config.capnp"), config);
  const { under = [] } = options;
  const given = options.isEncoded === true ? ["--binary", encode(folder)] : ["config.capnp"];
  const command = [...under, workerd, "serve", ...given];
  if (options.cpu !== undefined) command.unshift("taskset", "-c", String(options.cpu));
  const [program = "", ...args] = command;
  const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const { pid } = child;
  const said = collect(child);
  try {
    if (pid === undefined) throw new Error(`${program} could not be started`);
    await listening(child, {
      withinMs: under.length > 0 ? slowStartDeadlineMs : startDeadlineMs,
      tried: () => (options.isUnasked === true ? connected : answered)(port),
    });
  } catch (error) {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    throw new Error(`workerd did not start: ${said()}`, { cause: error });
  }
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    pid,
    said,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGTERM");
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Encodes the configuration in a folder, with all that it embeds. @returns the file's name there */
function encode(folder: string): string {
  const args = ["compile", "--config-only", "config.capnp"];
  const encoded = execFileSync(workerd, args, { cwd: folder, maxBuffer: maxEncodedBytes });
  writeFileSync(join(folder, "config.bin"), encoded);
  return "config.bin";
}

interface Configured {
  address: string;
  vars: Record<string, string>;
  data: readonly string[];
  standIns: StandIns | undefined;
  world: number | undefined;
  cfHeader: string | undefined;
  v8Flags: readonly string[];
  /** By the embedded stores. */
  hasCache: boolean;
}

/** Where the embedded stores are in the process's folder. */
const embeddedPaths = { module: "embedded.js", objects: "objects", blobs: "blobs" };

async function putEmbedded(folder: string, script: string): Promise<void> {
  await writeFile(join(folder, embeddedPaths.module), script);
  for (const one of [embeddedPaths.objects, embeddedPaths.blobs]) await mkdir(join(folder, one));
}

function configuration(configured: Configured): string {
  const { address, vars, data, standIns, world, cfHeader, v8Flags, hasCache } = configured;
  const quoted = JSON.stringify;
  const http = cfHeader === undefined ? "()" : `(cfBlobHeader = ${quoted(cfHeader)})`;
  const bindings = [
    ...Object.entries(standIns?.objects ?? {}).map(
      ([name, className]) =>
        `(name = ${quoted(name)}, durableObjectNamespace = (className = ${quoted(className)}, serviceName = "standIns"))`,
    ),
    ...Object.entries(standIns?.entrypoints ?? {}).map(
      ([name, entrypoint]) =>
        `(name = ${quoted(name)}, service = (name = "standIns", entrypoint = ${quoted(entrypoint)}))`,
    ),
    ...Object.entries(vars).map(
      ([name, text]) => `(name = ${quoted(name)}, text = ${quoted(text)})`,
    ),
    ...data.map((name) => `(name = ${quoted(name)}, data = embed ${quoted(name)})`),
  ];
  const modules = [
    `(name = "index.js", esModule = embed "index.js")`,
    ...Object.keys(wasmModules).map((name) => `(name = "${name}", wasm = embed "${name}")`),
  ];
  const compatibility = `compatibilityDate = ${quoted(compatibilityDate)},
  compatibilityFlags = ${quoted(compatibilityFlags)}`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = [${v8Flags.map((flag) => quoted(flag)).join(", ")}],
  services = [
    (name = "main", worker = .main),
    ${standIns === undefined ? "" : `(name = "standIns", worker = .standIns),`}
    ${hasCache ? embeddedServices(embeddedPaths) : ""}
    (name = "internet", network = (allow = ["local"])),
    ${world === undefined ? "" : `(name = "world", external = (address = "127.0.0.1:${world}", http = ())),`}
  ],
  sockets = [(name = "http", address = "${address}", http = ${http}, service = "main")],
);
const main :Workerd.Worker = (
  modules = [${modules.join(", ")}],
  ${compatibility},
  bindings = [${bindings.join(", ")}],
  ${outbound(standIns, world)}
  ${hasCache ? `${embeddedCache},` : ""}
);
${standIns === undefined ? "" : standInsWorker(standIns, compatibility)}`;
}

/** What answers what is asked of the network. */
function outbound(standIns: StandIns | undefined, world: number | undefined): string {
  if (world !== undefined) return `globalOutbound = "world",`;
  return standIns === undefined ? "" : `globalOutbound = "standIns",`;
}

function standInsWorker({ objects }: StandIns, compatibility: string): string {
  const namespaces = Object.values(objects).map(
    (name) => `(className = "${name}", uniqueKey = "${name.toLowerCase()}")`,
  );
  return `const standIns :Workerd.Worker = (
  modules = [(name = "stand-ins.js", esModule = embed "stand-ins.js")],
  ${compatibility},
  durableObjectNamespaces = [${namespaces.join(", ")}],
  durableObjectStorage = (inMemory = void),
);
`;
}

/** What the process printed, up to 4 KB. */
function collect(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    text = (text + chunk).slice(0, 4096);
  });
  return () => text;
}

interface Listening {
  withinMs: number;
  /** Rejects where nothing listens yet. */
  tried: () => Promise<void>;
}

async function listening(child: ChildProcess, { withinMs, tried }: Listening): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline && child.exitCode === null) {
    try {
      await tried();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error("nothing listens at its port");
}

/** Rejects where it doesn't answer. */
async function answered(port: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { redirect: "manual" });
  await response.body?.cancel();
}

/** Rejects where it takes no connection. */
async function connected(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
  } finally {
    socket.destroy();
  }
}
