/** Keeps a process small that waits nearly all the time. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * How often, ms. V8 by itself collects all that nobody refers to only when its heap has grown far; until then each look
 * at the machine leaves a little, 5 MB after an hour. To collect takes some milliseconds.
 */
const everyMs = 60_000;

/** Collects from time to time, without keeping the process for it. @param every calls again and again, as `setInterval` */
export function collectGarbage(every: (ms: number, run: () => void) => void): void {
  const collect = collector();
  if (collect !== undefined) every(everyMs, collect);
}

/** What has V8 collect at once; undefined where it can't be told to. */
export function collector(): (() => void) | undefined {
  setFlagsFromString("--expose-gc");
  // Only a context that is made from now on has it.
  const collect: unknown = runInNewContext("gc");
  return typeof collect === "function" ? () => void collect() : undefined;
}
