/** How many questions for files one server gets, whatever clients ask for. The clock is passed in. */
import { LastUsed } from "../runtime/last-used.ts";
import { type Rate, TokenBucket } from "../runtime/token-bucket.ts";

/** Questions that one server gets of this isolate. */
export type QuestionRate = Rate;

/**
 * For files that somebody has told the size of: of a tree that no index lists each file is asked for once in ten
 * minutes, and what is over this comes from the edge meanwhile.
 */
export const toldRate: QuestionRate = { burst: 600, perMinute: 1200 };
/**
 * For names that nobody has told anything of: with the origin gone anybody makes up as many as they like, and each is
 * six questions to mirrors. So few still find what people really want.
 */
export const untoldRate: QuestionRate = { burst: 30, perMinute: 30 };
/** Servers remembered; one that is forgotten begins anew. */
const maxServers = 1024;

export class QuestionBudget {
  readonly #rate: QuestionRate;
  /** By base URL. */
  readonly #left = new LastUsed<TokenBucket>(maxServers);

  constructor(rate: QuestionRate) {
    this.#rate = rate;
  }

  /** Takes a question to a server, where there is one left. @param now Unix ms */
  take(base: string, now: number): boolean {
    const left = this.#left.get(base) ?? new TokenBucket(this.#rate);
    this.#left.set(base, left);
    return left.take(now);
  }
}
