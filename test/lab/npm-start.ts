/**
 * `npm start` as a process of its own, without the test runner: for tests and trials of what clients really meet. The
 * processes are ended by their ids; whatever ends this one ends them too.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { labSecret } from "./operator.ts";

export interface NpmStartOptions {
  /** As behind `npm start --`. */
  args: readonly string[];
  /** Soft limit of open files that it is started with, as a shell's `ulimit -Sn`. */
  openFiles?: number;
  env?: Record<string, string>;
  /** The program's file; absent: this checkout's. */
  script?: string;
}

/** A started service. */
export interface NpmStart {
  /** Base URL, ends in `/`. */
  url: string;
  port: number;
  /** The launcher. */
  pid: number;
  /** Of the whole service at this moment: the launcher first, then all that it started. */
  processes(): number[];
  /** Both streams as they came, the last of them. */
  printed(): string;
  /** Exit code or signal of the launcher. */
  ended: Promise<number | string>;
  /** SIGTERM, then SIGKILL for whatever is left. Resolves when nothing of it runs. */
  stop(): Promise<void>;
}

const ownScript = fileURLToPath(new URL("../../scripts/nearmirror.js", import.meta.url));
/** Two seconds on a free processor, many times that on a busy one. */
const startDeadlineMs = 60_000;
const stopDeadlineMs = 10_000;
const keptCharacters = 1_000_000;

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const { pid } of running) for (const one of family(pid ?? 0)) signal(one, "SIGKILL");
});

/** Starts it and waits for its greeting. Rejects with what it printed where it ends before. */
export async function npmStart(options: NpmStartOptions): Promise<NpmStart> {
  const { args, openFiles, env, script = ownScript } = options;
  const command = [process.execPath, script, "serve", ...args];
  const limited =
    openFiles === undefined
      ? command
      : ["/bin/sh", "-c", `ulimit -Sn ${openFiles} && exec "$@"`, "sh", ...command];
  const [program = "", ...rest] = limited;
  const child = spawn(program, rest, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NEARMIRROR_BOOTSTRAP_SECRET: labSecret, ...env },
  });
  running.add(child);
  let text = "";
  let look = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text = (text + chunk).slice(-keptCharacters);
      look();
    });
  }
  const ended = new Promise<number | string>((resolve) => {
    child.once("exit", (code, signalled) => {
      running.delete(child);
      resolve(code ?? signalled ?? "");
    });
  });
  const greeting = /serves at (https?:\/\/[^\s"]+)/;
  const url = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => fail("took too long to start"), startDeadlineMs);
    const fail = (why: string) => {
      clearTimeout(late);
      reject(new Error(`npm start ${why}:\n${text}`));
    };
    look = () => {
      const found = greeting.exec(text)?.[1];
      if (found === undefined) return;
      clearTimeout(late);
      look = () => {};
      resolve(found);
    };
    ended.then((how) => fail(`ended (${how})`));
  }).catch((error: unknown) => {
    for (const one of family(child.pid ?? 0)) signal(one, "SIGKILL");
    throw error;
  });
  const pid = child.pid ?? 0;
  return {
    url,
    port: Number(new URL(url).port),
    pid,
    processes: () => family(pid),
    printed: () => text,
    ended,
    async stop() {
      const all = family(pid);
      signal(pid, "SIGTERM");
      const late = setTimeout(() => {
        for (const one of all) signal(one, "SIGKILL");
      }, stopDeadlineMs);
      await ended;
      clearTimeout(late);
      for (const one of all) signal(one, "SIGKILL");
    },
  };
}

/** A process and all below it, as the kernel tells them; without those that have ended. */
export function family(pid: number): number[] {
  if (!isRunning(pid)) return [];
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    const below = children === "" ? [] : children.split(" ").map(Number);
    return [pid, ...below.flatMap(family)];
  } catch {
    return [pid];
  }
}

/** Whether a process runs; one that nobody has buried yet does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Sends a signal to that process alone; one that has ended gets none. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    if (pid > 0) process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
}
