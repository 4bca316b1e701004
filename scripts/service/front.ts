/**
 * The front of the service on this machine: a plain workerd that stands before miniflare.
 *
 * miniflare's own entry believes a client's `CF-Connecting-IP`, `X-Forwarded-Proto` and `MF-*` headers, and by then
 * the connection's own address is lost. workerd tells a Worker the address of a connection that it accepted itself.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compatibilityDate } from "./platform.ts";
import { workerd } from "./workerd.ts";

export interface FrontOptions {
  /** Address to listen at, as a host name, an IP address or `*`. */
  host: string;
  /** 0: any free port. */
  port: number;
  /** PEM: serve https with it instead of http. */
  https?: { cert: string; key: string };
  /** Base URL of miniflare's entry, plain http. */
  inside: URL;
  /** By which the Worker inside knows the front: it arrives as `request.cf.secret`. */
  secret: string;
}

export interface Front {
  /** Base URL at which this machine reaches it, ends in `/`. */
  url: string;
  /** Resolves with the reason when it ended without having been told to. */
  failed: Promise<string>;
  stop(): Promise<void>;
}

/** The configuration's name, by which the front's process is told from miniflare's. */
export const frontConfiguration = "front.capnp";

/** Of what the process printed, the last characters. */
const keptCharacters = 4096;

/** Starts it. Rejects with what workerd printed, as when the port is in use. */
export async function startFront(options: FrontOptions): Promise<Front> {
  const folder = await mkdtemp(join(tmpdir(), "nearmirror-front-"));
  try {
    const { https } = options;
    await writeFile(join(folder, "front.js"), await frontWorker());
    await writeFile(join(folder, frontConfiguration), configuration(options));
    if (https !== undefined) {
      await writeFile(join(folder, "cert.pem"), https.cert);
      await writeFile(join(folder, "key.pem"), https.key, { mode: 0o600 });
    }
    const child = spawn(workerd, ["serve", frontConfiguration, "--control-fd=3"], {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe", "pipe"],
    });
    return await started(child, options);
  } finally {
    // workerd has read all of it by the time at which it listens.
    await rm(folder, { recursive: true, force: true });
  }
}

async function started(child: ChildProcess, { host, https }: FrontOptions): Promise<Front> {
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const said = lastOf(child);
  const ended = once(child, "exit").finally(() => process.off("exit", kill));
  // Told below, or by `failed`.
  ended.catch(() => undefined);
  const port = await Promise.race([portOf(child), ended.then(() => undefined)]);
  if (port === undefined) throw new Error(`The front did not start: ${said()}`);
  let stopping = false;
  return {
    url: `${https === undefined ? "http" : "https"}://${reachable(host)}:${port}/`,
    failed: new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        // Ctrl-C reaches it from the terminal as well.
        if (!stopping && signal !== "SIGINT")
          resolve(`The front ended (${code ?? signal}): ${said()}`);
      });
    }),
    async stop() {
      stopping = true;
      // Told with SIGTERM, workerd waits until the last download is over.
      kill();
      await ended;
    },
  };
}

/** The port that workerd says it listens at. Doesn't settle where it never does. */
function portOf(child: ChildProcess): Promise<number> {
  const control = child.stdio[3];
  if (!(control instanceof Readable)) throw new Error("workerd was given no pipe to tell its port");
  return new Promise((resolve) => {
    createInterface({ input: control }).on("line", (line) => {
      const told: unknown = JSON.parse(line);
      const port: unknown = Reflect.get(Object(told), "port");
      if (typeof port === "number") resolve(port);
    });
  });
}

/** Where this machine reaches what listens at `host`. */
function reachable(host: string): string {
  if (host === "*" || host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

/** What a process printed on its standard error, the last of it. */
function lastOf(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    text = (text + chunk).slice(-keptCharacters);
  });
  return () => text;
}

function configuration({ host, port, https, inside, secret }: FrontOptions): string {
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const protocol =
    https === undefined
      ? "http = ()"
      : `https = (options = (), tlsOptions = (keypair = (
      privateKey = embed "key.pem", certificateChain = embed "cert.pem")))`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "front", worker = .front),
    (name = "inside", external = (address = ${JSON.stringify(inside.host)}, http = ())),
  ],
  sockets = [(name = "front", address = ${JSON.stringify(address)}, service = "front", ${protocol})],
);
const front :Workerd.Worker = (
  modules = [(name = "front.js", esModule = embed "front.js")],
  compatibilityDate = ${JSON.stringify(compatibilityDate)},
  bindings = [
    (name = "INSIDE", service = "inside"),
    (name = "SECRET", text = ${JSON.stringify(secret)}),
  ],
);
`;
}

async function frontWorker(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("front-worker.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    logLevel: "silent",
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error("the bundler gave no file");
  return bundle.text;
}
