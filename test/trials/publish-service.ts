/** The service in a process of its own, of which each line that it writes is kept with its time. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { StartedMessage } from "../../scripts/service/killable.ts";
import type { ServiceOptions } from "../../scripts/service.ts";

export interface LoggedService {
  /** Base URL, ends in `/`. */
  url: string;
  /** What it wrote since then, Unix ms; the last lines. */
  lines(since: number): string[];
  stop(): Promise<void>;
}

const maxLines = 5000;
/** Starting takes two seconds; on a busy machine a few times as long, ms. */
const startDeadlineMs = 60_000;
/** A service that is stopped has this long before it is killed, ms. */
const stopDeadlineMs = 10_000;

/** Starts it. @throws Error with what it wrote when it doesn't come up. */
export async function startLogged(options: ServiceOptions): Promise<LoggedService> {
  const entry = fileURLToPath(
    new URL("../../scripts/service/killable-process.ts", import.meta.url),
  );
  // Ends with its parent: it hears of it by the channel.
  const child = fork(entry, [], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const ended = once(child, "exit");
  const kept: { time: number; line: string }[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => {
      kept.push({ time: Date.now(), line });
      if (kept.length > maxLines) kept.shift();
    });
  }
  const lines = (since: number) =>
    kept
      .filter(({ time }) => time >= since)
      .map(({ time, line }) => `${new Date(time).toISOString()} ${line}`);
  child.send(options);
  try {
    const url = await told(child, () => lines(0).join("\n"));
    return {
      url,
      lines,
      async stop() {
        const late = setTimeout(() => child.kill("SIGKILL"), stopDeadlineMs);
        if (child.connected) child.disconnect();
        await ended;
        clearTimeout(late);
      },
    };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

function told(child: ChildProcess, said: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no service: ${said()}`)), startDeadlineMs);
    child.once("message", ({ url }: StartedMessage) => {
      clearTimeout(late);
      resolve(url);
    });
    child.once("exit", () => {
      clearTimeout(late);
      reject(new Error(`the service ended: ${said()}`));
    });
  });
}
