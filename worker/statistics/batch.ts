/** What an isolate counted, on its way to the object that adds all isolates up. */
import type { CountedRows } from "./redirect-counts.ts";

/** One isolate's counts of some seconds. The same batch may come twice: it is counted once. */
export interface CountBatch {
  /** Random name of the isolate. */
  isolate: string;
  /** Grows from batch to batch of an isolate, which sends the next one when this one has arrived. */
  number: number;
  /** Unix ms. */
  takenAt: number;
  counted: CountedRows;
}

/** What became of a batch. `late`: it is too old to be told from one that was counted, and isn't. */
export type Taken = "counted" | "known" | "late";

/** A batch is sent again and again for so long, ms; what could not be sent is lost then, and the log says so. */
export const giveUpMs = 6 * 3_600_000;
/** For so long it is known which batch of an isolate was counted last, ms: longer than any is sent, by clocks that differ. */
export const knownMs = 8 * 3_600_000;
