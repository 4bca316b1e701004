/** Keeps workerd running: one that ended though nobody stopped it is started again, unless it ends again and again. A start that fails counts as an end. */
import type { LogLine } from "./quiet-log.ts";
import type { WorkerdProcess } from "./workerd-process.ts";

/** A process that ends so often within `whileMs` isn't started again: something is wrong that a start doesn't mend. */
const mostEnds = 5;
const whileMs = 60_000;
/** After a start that failed, ms: what had its port or the machine's memory meanwhile may be gone. */
const againAfterMs = 1000;

export interface KeptRunning {
  /** The process as it is now. */
  readonly current: WorkerdProcess;
  /** Resolves with the reason when it isn't started again. */
  failed: Promise<string>;
  /** Ends it for good. */
  stop(graceMs: number): Promise<void>;
}

export interface KeepOptions {
  /** Starts one; called anew after each end. */
  start(): Promise<WorkerdProcess>;
  /** After each start but the first. */
  startedAgain(process: WorkerdProcess): void;
  log(line: LogLine): void;
  /** Monotonic clock, ms. */
  now(): number;
  pause(ms: number): Promise<void>;
}

/** Starts the first; rejects when that can't be had. */
export async function keepRunning(options: KeepOptions): Promise<KeptRunning> {
  const { start, startedAgain, log, now, pause } = options;
  let current = await start();
  let isStopping = false;
  const ends: number[] = [];
  const failed = Promise.withResolvers<string>();
  /** Handles one end. @returns whether it runs again */
  const again = async (reason: string): Promise<boolean> => {
    ends.push(now());
    while ((ends[0] ?? 0) < now() - whileMs) ends.shift();
    if (ends.length > mostEnds) {
      failed.resolve(
        `${reason}\nIt ended ${ends.length} times within a minute and isn't started again.`,
      );
      return false;
    }
    log({ level: "error", message: `${reason}\nIt is started again.` });
    try {
      current = await start();
    } catch (error) {
      await pause(againAfterMs);
      if (isStopping) return false;
      return await again(error instanceof Error ? error.message : String(error));
    }
    return true;
  };
  const watch = async () => {
    for (;;) {
      const reason = await current.failed;
      if (isStopping || !(await again(reason))) return;
      // Told to stop while it was starting.
      if (isStopping) return current.stop(0);
      startedAgain(current);
    }
  };
  void watch();
  return {
    get current() {
      return current;
    },
    failed: failed.promise,
    async stop(graceMs) {
      isStopping = true;
      await current.stop(graceMs);
    },
  };
}
