/** `npm start` as a process of its own: what it prints, how it ends, and which processes it has. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const script = fileURLToPath(new URL("../../../scripts/nearmirror.js", import.meta.url));
/** A start takes one or two seconds on a free processor, and many times that on a busy one. */
const deadlineMs = 45_000;

/** Killed at once when it hasn't ended this long after it was told to. */
const patienceMs = 5_000;

/** A started command. */
export interface Started {
  pid: number;
  /** What it printed so far, both streams as they came. */
  printed(): string;
  /** Waits until what was printed from `after` on matches; the match. Fails with the output when it ends or takes too long. */
  shows(pattern: RegExp, after?: number): Promise<RegExpExecArray>;
  /** Waits for its end: the exit code, or the signal's name. */
  ended: Promise<number | string>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts it with stores of its own. It never outlives the test. */
export function start(...args: string[]): Started {
  return startBy([process.execPath, script, "serve"], args);
}

/** As people do, by `npm start --`. The process is npm's. */
export function startByNpm(...args: string[]): Started {
  return startBy(["npm", "start", "--"], args);
}

function startBy([program = "", ...before]: string[], args: string[]): Started {
  const store = mkdtempSync(join(tmpdir(), "nearmirror-store-"));
  const child = spawn(program, [...before, "--place", "DE 50.1 8.7", "--store", store, ...args], {
    cwd: join(script, "../.."),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let runs = true;
  let text = "";
  const looks = new Set<() => void>();
  const look = () => {
    for (const one of looks) one();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      look();
    });
  }
  const ended = new Promise<number | string>((resolve) => {
    child.once("close", (code, signal) => {
      runs = false;
      rmSync(store, { recursive: true, force: true });
      resolve(code ?? signal ?? "");
      look();
    });
  });
  onTestFinished(async () => {
    if (!runs) return;
    // Not killed at once: it has a workerd to end.
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), patienceMs);
    await ended;
    clearTimeout(timer);
  });
  return {
    pid: child.pid ?? 0,
    printed: () => text,
    ended,
    kill: (signal) => child.kill(signal),
    shows(pattern, after = 0) {
      return new Promise((resolve, reject) => {
        const give = (why: string) => {
          done();
          reject(new Error(`${why} before it printed ${pattern}:\n${text}`));
        };
        const timer = setTimeout(() => give(`${deadlineMs} ms passed`), deadlineMs);
        const done = () => {
          clearTimeout(timer);
          looks.delete(check);
        };
        const check = () => {
          const match = pattern.exec(text.slice(after));
          if (match !== null) {
            done();
            resolve(match);
          } else if (!runs) give("it ended");
        };
        looks.add(check);
        check();
      });
    },
  };
}

/** Processes that this one started, by the kernel's word. */
export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

/** Whether it still runs; one that nobody has buried yet does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
