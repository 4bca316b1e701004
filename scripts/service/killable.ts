/** The service in a process group of its own, so that all of it can be ended at once, without a chance to tidy up. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ServiceOptions } from "../service.ts";

/** A running service that can be killed. */
export interface KillableService {
  /** Base URL, ends in `/`. */
  url: string;
  /** The process of workerd, for looking at what it uses. */
  workerdPid: number;
  /** SIGKILL to all of it. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Ends it in good order. */
  stop(): Promise<void>;
}

/** Starting takes two seconds; on a busy machine a few times as long, ms. */
const startDeadlineMs = 60_000;
/** The same under another program, ms. */
const slowStartDeadlineMs = 300_000;
/** A service that is stopped has this long before it is killed, ms. */
const stopDeadlineMs = 10_000;

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) killGroup(child);
});

/** Starts it; rejects with what the process said when it doesn't come up. */
export async function startKillable(options: ServiceOptions): Promise<KillableService> {
  const entry = fileURLToPath(new URL("killable-process.ts", import.meta.url));
  const child = fork(entry, [], { detached: true, stdio: ["ignore", "ignore", "pipe", "ipc"] });
  running.add(child);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      running.delete(child);
      resolve();
    });
  });
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-8000);
  });
  child.send(options);
  try {
    const deadlineMs = options.under === undefined ? startDeadlineMs : slowStartDeadlineMs;
    const { url, pid } = await told(child, () => said, deadlineMs);
    return {
      url,
      workerdPid: pid,
      async kill() {
        killGroup(child);
        await ended;
      },
      async stop() {
        const late = setTimeout(() => killGroup(child), stopDeadlineMs);
        if (child.connected) child.disconnect();
        await ended;
        clearTimeout(late);
        // workerd ends with its parent; should it not, nothing of it may stay.
        killGroup(child);
      },
    };
  } catch (error) {
    killGroup(child);
    throw error;
  }
}

/** What the process tells when its service runs. */
export interface StartedMessage {
  url: string;
  /** Of workerd. */
  pid: number;
}

function told(
  child: ChildProcess,
  said: () => string,
  deadlineMs: number,
): Promise<StartedMessage> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no service: ${said()}`)), deadlineMs);
    child.once("message", (message: StartedMessage) => {
      clearTimeout(late);
      resolve(message);
    });
    child.once("exit", () => {
      clearTimeout(late);
      reject(new Error(`the service ended: ${said()}`));
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of it is gone already.
  }
}
