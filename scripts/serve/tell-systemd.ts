/**
 * Tells systemd how the service is (sd_notify(3)): that it is ready, from time to time that it still answers, that it ends.
 * Node can't send to a socket of datagrams, so `systemd-notify` does: the unit needs `NotifyAccess=all`.
 */
import { spawn } from "node:child_process";

/** systemd takes a word within a moment; what hangs there must not hold anything up, ms. */
const tellMs = 5000;
/** Without `WATCHDOG_USEC` nobody waits for a sign of life. A sign comes this often, or in half of what is allowed, ms. */
const signEveryMs = 10_000;

export interface SystemdWorld {
  environment: Readonly<Record<string, string | undefined>>;
  /** Runs `systemd-notify` with these words. Never rejects. */
  tell(...words: string[]): Promise<void>;
  /** Whether the service answers, asked of it itself. */
  answers(): Promise<boolean>;
  every(ms: number, run: () => void): { end(): void };
}

export interface ToldSystemd {
  /** The service ends. */
  stopping(): Promise<void>;
}

/** Says that the service is ready, once it has answered. Does nothing where systemd doesn't wait for a word. */
export async function tellSystemd(world: SystemdWorld): Promise<ToldSystemd> {
  const { environment, tell, answers, every } = world;
  if ((environment.NOTIFY_SOCKET ?? "") === "") return { stopping: async () => undefined };
  if (await answers()) await tell("READY=1", "STATUS=Serving.");
  const allowedMs = Number(environment.WATCHDOG_USEC ?? "0") / 1000;
  const signs =
    allowedMs > 0
      ? every(Math.min(signEveryMs, allowedMs / 2), () => {
          // One that doesn't answer gives no sign, and is killed by systemd.
          answers().then((well) => (well ? tell("WATCHDOG=1") : undefined));
        })
      : undefined;
  return {
    async stopping() {
      signs?.end();
      await tell("STOPPING=1");
    },
  };
}

/** The world of this process. @param answers as in `SystemdWorld` */
export function systemdWorld(answers: () => Promise<boolean>): SystemdWorld {
  return {
    environment: process.env,
    answers,
    tell: (...words) =>
      new Promise((resolve) => {
        const child = spawn("systemd-notify", words, { stdio: "ignore", timeout: tellMs });
        child.once("error", () => resolve());
        child.once("exit", () => resolve());
      }),
    every(ms, run) {
      const timer = setInterval(run, ms);
      return { end: () => clearInterval(timer) };
    },
  };
}
