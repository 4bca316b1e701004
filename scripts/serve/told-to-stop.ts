/** What ends a service that runs well: a signal, or the end of the `npm` that started it. */

/** npm passes on a signal that the terminal has sent to both already; one after this is a second wish, ms. */
const sameWishMs = 1_000;
/** How soon the end of npm is seen, ms. Killed by -9 it tells nobody, and would leave the port and the store taken. */
const lookMs = 1_000;

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface StopWorld {
  onSignal(signal: NodeJS.Signals, told: () => void): void;
  /** The process that started this one. */
  startedBy: number;
  /** The parent of this process as it is now: another one when that process is gone. */
  parent(): number;
  /** Whether npm runs this process as one of its scripts. */
  isUnderNpm: boolean;
  /** Calls again and again, without keeping the process for it. */
  every(ms: number, look: () => void): void;
  /** Monotonic clock, ms. */
  now(): number;
  /** Ends without waiting for downloads. */
  endAtOnce(): void;
}

/**
 * Resolves when the service is to stop. Whoever says so once more, a second later or more, doesn't want to wait for
 * downloads. Node doesn't keep an ignored SIGHUP ignored, so `nohup` doesn't hold; a closed terminal stops the service.
 *
 * @returns a sentence for the log where it isn't plain why; undefined: a signal
 */
export function toldToStop(world: StopWorld): Promise<string | undefined> {
  return new Promise((resolve) => {
    let toldAt: number | undefined;
    for (const signal of signals) {
      world.onSignal(signal, () => {
        if (toldAt === undefined) {
          toldAt = world.now();
          resolve(undefined);
        } else if (world.now() - toldAt >= sameWishMs) world.endAtOnce();
      });
    }
    if (!world.isUnderNpm) return;
    world.every(lookMs, () => {
      if (world.parent() !== world.startedBy) {
        resolve(
          `npm (process ${world.startedBy}), which started this, is gone: the service stops.`,
        );
      }
    });
  });
}

/** Known from the first moment on: npm may be gone before anybody waits for its end. */
const startedBy = process.ppid;

/** The world of this process. */
export function thisStopWorld(): StopWorld {
  return {
    onSignal: (signal, told) => process.on(signal, told),
    startedBy,
    parent: () => process.ppid,
    // Not any script of npm's: one may start a service that is to go on without it.
    isUnderNpm: ["start", "nearmirror"].includes(process.env.npm_lifecycle_event ?? ""),
    every: (ms, look) => void setInterval(look, ms).unref(),
    now: () => performance.now(),
    endAtOnce: () => process.exit(130),
  };
}
