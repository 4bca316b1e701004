/** How much of the past is kept as rosters. */
export const dayMs = 86_400_000;

/** Rosters are kept for so long, ms: as snapshots are, by which a decision's file is explained. */
export const rosterHistoryMs = 7 * dayMs;

/** What is kept; each is reckoned for the history of 1,576 mirrors to stay below 50 MB on disk. */
export interface HistoryLimits {
  /**
   * Bytes of all that is kept, reckoned: with SQLite's own pages 47 MB on disk. Reached only where clocks jump; then the
   * oldest goes first.
   */
  maxBytes: number;
  /** Bytes that may be used at once after quiet days: 50 rosters of 1,576 mirrors that change whole. */
  burstBytes: number;
  /**
   * Bytes a day that the allowance grows by. The oldest checkpoint may be a day older than what can be asked for, so eight
   * days of it and one burst make `maxBytes`. Ordinary days need two thirds of it.
   */
  bytesPerDay: number;
  /**
   * Bytes of changes until the next checkpoint: a roster made of half a megabyte is there in 20 ms. A checkpoint of 1,576
   * mirrors has two fifths of it.
   */
  checkpointBytes: number;
  /** Time until the next checkpoint, ms: what is too old is dropped by whole checkpoints. */
  checkpointMs: number;
}

const burstBytes = 6e6;
const maxBytes = 42e6;

export const historyLimits: HistoryLimits = {
  maxBytes,
  burstBytes,
  bytesPerDay: (maxBytes - burstBytes) / 8,
  checkpointBytes: 5e5,
  checkpointMs: dayMs,
};
