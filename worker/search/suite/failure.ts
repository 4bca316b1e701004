/** When what failed is tried again. Pure. */

/** Reading something that failed, or was cut off. */
export interface Failure {
  attempts: number;
  /** It is tried again then, Unix ms. */
  next: number;
  /** The end of a sentence. */
  why: string;
}

/** After the first attempt, ms; after each further one twice as long. */
export const retryMs = 60_000;
/** At most, ms: what an origin gives again after a day is had within the hour. */
const maxRetryMs = 3_600_000;

/** @param attempts from 1 @param now Unix ms */
export function failureOf(attempts: number, why: string, now: number): Failure {
  return { attempts, next: now + Math.min(retryMs * 2 ** (attempts - 1), maxRetryMs), why };
}

/** Number of the attempt that follows. */
export function nextAttempt(failure: Failure | undefined): number {
  return 1 + (failure?.attempts ?? 0);
}
