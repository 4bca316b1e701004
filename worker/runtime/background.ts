/** Work behind an answer. */

/** Lets work go on after the answer; of one request. */
export interface Background {
  waitUntil(work: Promise<unknown>): void;
}
