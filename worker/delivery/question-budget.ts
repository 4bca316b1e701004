/** How many questions for files one server gets, whatever clients ask for. The clock is passed in. */
import { LastUsed } from "../runtime/last-used.ts";

/** Questions that one server gets of this isolate. */
export interface QuestionRate {
  /** At once, after a pause. */
  burst: number;
  perMinute: number;
}

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

interface Left {
  questions: number;
  /** Unix ms. */
  at: number;
}

export class QuestionBudget {
  readonly #rate: QuestionRate;
  /** By base URL. */
  readonly #left = new LastUsed<Left>(maxServers);

  constructor(rate: QuestionRate) {
    this.#rate = rate;
  }

  /** Takes a question to a server, where there is one left. @param now Unix ms */
  take(base: string, now: number): boolean {
    const { burst, perMinute } = this.#rate;
    const before = this.#left.get(base) ?? { questions: burst, at: now };
    const since = Math.max(0, now - before.at);
    const questions = Math.min(burst, before.questions + (since * perMinute) / 60_000);
    const isLeft = questions >= 1;
    this.#left.set(base, { questions: isLeft ? questions - 1 : questions, at: now });
    return isLeft;
  }
}
