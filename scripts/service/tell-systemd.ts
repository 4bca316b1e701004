/**
 * What a service of `Type=notify` tells systemd (sd_notify(3)). It goes to a Unix datagram socket, which Node doesn't
 * have: `systemd-notify`, a program that systemd brings, sends it. The unit must have `NotifyAccess=all`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";

/** The parts of the environment that systemd sets for such a service. */
export interface SystemdEnvironment {
  NOTIFY_SOCKET?: string | undefined;
  /** Microseconds within which systemd wants to hear of the process whose id is `WATCHDOG_PID`. */
  WATCHDOG_USEC?: string | undefined;
  WATCHDOG_PID?: string | undefined;
}

/** What it depends on. */
export interface TellingWorld {
  environment: SystemdEnvironment;
  pid: number;
  /** Sends one message, as `READY=1`. Never rejects. */
  send(message: string): Promise<void>;
  /** Calls it again and again, after so many milliseconds each. @returns what ends that */
  every(ms: number, call: () => void): () => void;
}

/** Of a service to systemd. Where nobody listens, nothing is done. */
export interface TellSystemd {
  /**
   * It serves: whoever waited for it is started.
   * @param answers whether the service still answers; where it doesn't, or never settles, systemd isn't told, and ends it
   */
  ready(answers: () => Promise<boolean>): Promise<void>;
  /** It ends, because it was told to. */
  stopping(): Promise<void>;
}

/** The process must have been heard of in this time, ms; undefined: systemd doesn't wait for it. */
export function watchdogMs(environment: SystemdEnvironment, pid: number): number | undefined {
  const { WATCHDOG_USEC = "", WATCHDOG_PID = String(pid) } = environment;
  const microseconds = Number(WATCHDOG_USEC);
  return WATCHDOG_PID === String(pid) && microseconds > 0 ? microseconds / 1000 : undefined;
}

/** Told so often within the time of the watchdog: one message may be late, and one lost. */
const tellsPerWatchdog = 4;

/** @param world of this process unless given */
export function tellSystemd(world: TellingWorld = thisWorld()): TellSystemd {
  const { environment, pid, send, every } = world;
  if (!environment.NOTIFY_SOCKET) {
    return { ready: async () => undefined, stopping: async () => undefined };
  }
  const withinMs = watchdogMs(environment, pid);
  let end = () => {};
  return {
    async ready(answers) {
      await send("READY=1");
      if (withinMs === undefined) return;
      let isAsked = false;
      end = every(withinMs / tellsPerWatchdog, () => {
        if (isAsked) return;
        isAsked = true;
        answers()
          .then((isWell) => (isWell ? send("WATCHDOG=1") : undefined))
          .catch(() => undefined)
          .finally(() => {
            isAsked = false;
          });
      });
    },
    async stopping() {
      end();
      await send("STOPPING=1");
    },
  };
}

function thisWorld(): TellingWorld {
  return {
    environment: process.env,
    pid: process.pid,
    async send(message) {
      const child = spawn("systemd-notify", [message], { stdio: "ignore" });
      // Not there: systemd then ends a service that it hasn't heard of, and says so.
      await once(child, "exit").catch(() => undefined);
    },
    every(ms, call) {
      const timer = setInterval(call, ms);
      return () => clearInterval(timer);
    },
  };
}
