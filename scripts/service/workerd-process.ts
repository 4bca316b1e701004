/** The workerd that serves, as a process: started, watched, and ended with this one. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { guard } from "./guardian.ts";
import { eachLine } from "./lines.ts";
import type { LogLine } from "./quiet-log.ts";
import { readLogLine } from "./workerd-log.ts";

export interface WorkerdOptions {
  /** The program. */
  program: string;
  /** Another program with its arguments that runs it, as valgrind does; absent: none. */
  under?: readonly string[];
  /** Where its configuration is, and what that embeds. */
  folder: string;
  /** Name of the configuration in it. */
  config: string;
  /** Sockets that it is to listen at; it has started when it listens at all of them. */
  sockets: readonly string[];
  /** Sockets that are open already: file descriptors of this process by name. */
  openSockets?: Readonly<Record<string, number>>;
  /** Where sockets listen in place of what the configuration says. */
  addresses?: Readonly<Record<string, string>>;
  log(line: LogLine): void;
}

/** A running workerd. */
export interface WorkerdProcess {
  pid: number;
  /** Its ports by socket; 0 for a Unix socket. */
  ports: ReadonlyMap<string, number>;
  /** Resolves with the reason when it ended without having been told to. */
  failed: Promise<string>;
  /**
   * Ends it: it takes no more connections, and what it still sends may go on for so long.
   * @param graceMs then it is killed
   */
  stop(graceMs: number): Promise<void>;
}

/** Lines kept of what it said, for the reason of its end. */
const keptLines = 8;

/** The file descriptor at which it tells its ports. The ones after it are sockets that were open. */
const controlDescriptor = 3;

/** Starts it. Rejects with what it said, as when the port is in use. */
export async function startWorkerd(options: WorkerdOptions): Promise<WorkerdProcess> {
  const { folder, config, sockets, openSockets = {}, addresses = {}, log } = options;
  const [program = "", ...before] = [...(options.under ?? []), options.program];
  const given = Object.entries(openSockets);
  const args = [
    ...before,
    "serve",
    config,
    `--control-fd=${controlDescriptor}`,
    ...Object.entries(addresses).map(([name, address]) => `--socket-addr=${name}=${address}`),
    ...given.map(([name], index) => `--socket-fd=${name}=${controlDescriptor + 1 + index}`),
  ];
  const child = spawn(program, args, {
    cwd: folder,
    // In a group of its own: Ctrl-C at the terminal is for this process, which ends it in good order.
    detached: true,
    env: { ...process.env, GLIBC_TUNABLES: tunables() },
    stdio: ["ignore", "pipe", "pipe", "pipe", ...given.map(([, descriptor]) => descriptor)],
  });
  const { pid } = child;
  const ended = once(child, "exit");
  // Told below, or by `failed`.
  ended.catch(() => undefined);
  if (pid === undefined) {
    const [error]: unknown[] = await once(child, "error");
    throw new Error(`${program} could not be started: ${String(error)}`);
  }
  const guardian = guard(pid);
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => {
    guardian.release();
    process.off("exit", kill);
  });
  const said = logged(child, log);
  const ports = await Promise.race([portsOf(child, sockets), ended.then(() => undefined)]);
  if (ports === undefined) throw new Error(`workerd did not start: ${said()}`);
  let isStopping = false;
  return {
    pid,
    ports,
    failed: new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        if (!isStopping) resolve(`workerd ended (${code ?? signal}): ${said()}`);
      });
    }),
    async stop(graceMs) {
      isStopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      if (graceMs > 0) child.kill("SIGTERM");
      const late = setTimeout(kill, graceMs);
      await ended;
      clearTimeout(late);
    },
  };
}

/** The ports that workerd says it listens at. Doesn't settle where it never listens at all of the sockets. */
function portsOf(child: ChildProcess, sockets: readonly string[]): Promise<Map<string, number>> {
  const control = child.stdio[controlDescriptor];
  if (!(control instanceof Readable))
    throw new Error("workerd was given no pipe to tell its ports");
  const ports = new Map<string, number>();
  return new Promise((resolve) => {
    eachLine(control, (line) => {
      const told: unknown = JSON.parse(line);
      const socket: unknown = Reflect.get(Object(told), "socket");
      const port: unknown = Reflect.get(Object(told), "port");
      if (typeof socket === "string" && typeof port === "number") ports.set(socket, port);
      if (sockets.every((name) => ports.has(name))) resolve(ports);
    });
  });
}

/** Hands its lines on, and keeps the last. */
function logged(child: ChildProcess, log: (line: LogLine) => void): () => string {
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    eachLine(stream, (text) => {
      const line = readLogLine(text);
      if (line === undefined) return;
      last.push(line.message);
      if (last.length > keptLines) last.shift();
      log(line);
    });
  }
  return () => last.join("\n");
}

/**
 * glibc 2.35 and newer takes the kernel's restartable sequences for itself, and workerd's allocator then keeps a cache
 * for each thread in place of one for each processor (google/tcmalloc, docs/rseq.md): 3 MB more here.
 */
function tunables(): string {
  const { GLIBC_TUNABLES: own } = process.env;
  return [own, "glibc.pthread.rseq=0"].filter(Boolean).join(":");
}
