/**
 * Running other programs with a deadline: the archive tools that build the lab's repositories, and the
 * package managers under test. What is started here is ended by its own process id, never by name.
 */

import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** What a program did. */
export interface Outcome {
  /** The program and its arguments, for evidence. */
  command: string;
  /** Exit code; -1 when it was ended by a signal or by the deadline. */
  code: number;
  /** True when the deadline ended it. */
  timedOut: boolean;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  /** The whole environment; without it, this process's own. */
  env?: Record<string, string>;
  /** Default 60,000. */
  deadlineMs?: number;
  /** Bytes kept of each stream, the last ones. Default 8 MiB. */
  keepBytes?: number;
  /** Ends the program like the deadline does. */
  signal?: AbortSignal;
}

/** Ended with this process, whatever ends it; see `scratch.ts` for what may. */
const running = new Set<number>();
process.on("exit", () => {
  for (const pid of running) endGroup(pid);
});

const defaultKeepBytes = 8 * 1024 * 1024;

/**
 * Where a program is on the PATH (sbin directories included, since tools like dpkg expect them).
 * @returns its absolute path, or undefined when it isn't installed.
 */
export function findProgram(name: string): string | undefined {
  const directories = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  for (const directory of directories) {
    const candidate = join(directory, name);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this directory.
    }
  }
  return undefined;
}

/**
 * Runs a program to its end or to its deadline, with no standard input.
 * The program leads its own process group, so that ending it ends its children (apt's methods, dpkg) as well.
 * @returns the outcome, whatever the exit code; rejects only when the program can't be started.
 */
export function run(program: string, args: string[], options: RunOptions = {}): Promise<Outcome> {
  const keepBytes = options.keepBytes ?? defaultKeepBytes;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const { pid } = child;
    if (pid !== undefined) running.add(pid);
    let timedOut = false;
    const stdout = tail(keepBytes);
    const stderr = tail(keepBytes);
    child.stdout.on("data", stdout.add);
    child.stderr.on("data", stderr.add);
    const end = () => {
      timedOut = true;
      if (pid !== undefined) endGroup(pid);
    };
    const timer = setTimeout(end, options.deadlineMs ?? 60_000);
    if (options.signal?.aborted) end();
    options.signal?.addEventListener("abort", end, { once: true });
    const settle = () => {
      clearTimeout(timer);
      if (pid !== undefined) running.delete(pid);
      options.signal?.removeEventListener("abort", end);
    };
    child.on("error", (error) => {
      settle();
      reject(new Error(`${program} could not be started: ${error.message}`));
    });
    child.on("close", (code) => {
      settle();
      resolve({
        command: [program, ...args].join(" "),
        code: timedOut ? -1 : (code ?? -1),
        timedOut,
        stdout: stdout.text(),
        stderr: stderr.text(),
      });
    });
  });
}

/**
 * Runs a program that must succeed.
 * @returns what it wrote to standard output.
 * @throws Error with the command and the end of its messages when the exit code isn't 0.
 */
export async function runOrThrow(
  program: string,
  args: string[],
  options: RunOptions = {},
): Promise<string> {
  const outcome = await run(program, args, options);
  if (outcome.code !== 0) throw new Error(describe(outcome));
  return outcome.stdout;
}

/** One paragraph of evidence: the command, how it ended, and the last lines it wrote. */
export function describe(outcome: Outcome, lines = 12): string {
  const ended = outcome.timedOut ? "was ended at its deadline" : `exit code ${outcome.code}`;
  const written = `${outcome.stdout}\n${outcome.stderr}`
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-lines);
  return [`${outcome.command}: ${ended}`, ...written].join("\n");
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Already gone.
  }
}

function tail(keepBytes: number): { add(chunk: Buffer): void; text(): string } {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    add(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= 2 * keepBytes) return;
      chunks = [Buffer.concat(chunks).subarray(-keepBytes)];
      size = keepBytes;
    },
    text: () => Buffer.concat(chunks).subarray(-keepBytes).toString("utf8"),
  };
}
