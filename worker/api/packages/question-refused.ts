/** Why a question about packages isn't answered. */

/** Thrown while a question is read or answered; `answer-packages.ts` makes a problem of it. */
export class QuestionRefused extends Error {
  readonly status: number;
  /** Seconds until it may be asked again; absent: asking again doesn't help. */
  readonly retryAfter: number | undefined;

  /** @param detail a sentence: what, where and what to do */
  constructor(status: number, detail: string, retryAfter?: number) {
    super(detail);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}
