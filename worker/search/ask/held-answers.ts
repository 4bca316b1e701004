/** Answers that an isolate holds, and those under way: the same question about the same states is answered once. */
import type { Background } from "../../runtime/background.ts";
import { charactersOf } from "../../runtime/characters-of.ts";
import { LastUsed } from "../../runtime/last-used.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import { SharedWork } from "../../runtime/shared-work.ts";
import type { ToldSuites } from "../package-service.ts";
import type { ChosenSuites } from "./choose-suites.ts";

/** An answer is given again for so long, ms: a page that is read by many, and the next one's neighbours. */
const heldMs = 60_000;
/** Characters of held answers as JSON, of each kind of question; in memory they take two to four times as many bytes. */
export const heldCharacters = 512 * 1024;
/** A larger answer isn't held, characters of its JSON: it would drive out too many others. */
const maxHeldCharacters = 128 * 1024;

/** An answer, and whether it has all that it may have besides the suites' answers. */
export interface AnswerMade<Answer> {
  answer: Answer;
  isComplete: boolean;
}

/** Of one kind of question. */
export class HeldAnswers<Answer extends ToldSuites> {
  /** `until` is Unix ms. */
  readonly #held = new LastUsed<{ answer: Answer; until: number }>(heldCharacters);
  readonly #making: SharedWork<Answer>;

  /** @param deadlineMs nobody waits longer for an answer that another request began, ms: it has ended by then, or never will */
  constructor(deadlineMs: number) {
    this.#making = new SharedWork(deadlineMs);
  }

  /**
   * The answer to a question, made where it isn't held or is too old, once for all who ask meanwhile. Only what every
   * suite answered, of the state that was wanted and with its files, is held. Rejects as `make` does, or with `Late`.
   *
   * @param question all that the answer depends on besides the suites
   * @param now Unix ms
   * @param make ends by itself, whether or not the client of the request that begins it has left
   */
  async of(
    { question, chosen }: { question: unknown; chosen: ChosenSuites },
    { now, background }: { now: number; background: Background },
    make: () => Promise<AnswerMade<Answer>>,
  ): Promise<Answer> {
    const key = keyOf(question, chosen);
    const held = this.#held.get(key);
    if (held !== undefined && now < held.until) return held.answer;
    const making = async () => {
      const made = await make();
      if (isWhole(made, chosen)) this.#hold(key, made.answer, now + heldMs);
      return made.answer;
    };
    return await this.#making.run(key, making, background);
  }

  /** @param until Unix ms */
  #hold(key: string, answer: Answer, until: number): void {
    const size = charactersOf(answer, maxHeldCharacters) + key.length;
    if (size <= maxHeldCharacters) this.#held.set(key, { answer, until }, size);
  }
}

function isWhole<Answer extends ToldSuites>(
  { answer: { states }, isComplete }: AnswerMade<Answer>,
  { suites }: ChosenSuites,
): boolean {
  return (
    isComplete &&
    states.length === suites.length &&
    states.every(({ isFormer, areFilesComing }) => !isFormer && !areFilesComing)
  );
}

/**
 * Of the same question to the same suites in the same states it is the same. Made for each request: what suites of one
 * snapshot share is written once, and the hash is cheaper than looking a text of 2,500 characters up.
 */
function keyOf(question: unknown, { suites, unanswered }: ChosenSuites): string {
  let text = JSON.stringify([question, unanswered]);
  let last: ChosenSuites["suites"][number]["state"] | undefined;
  for (const { state } of suites) {
    const { repository, snapshot, isPinned = false } = state;
    const isSame =
      repository === last?.repository &&
      snapshot === last.snapshot &&
      isPinned === (last.isPinned ?? false);
    if (!isSame) text += `\n${repository}\n${snapshot}\n${isPinned}`;
    text += `\n/${state.root.path}`;
    last = state;
  }
  return sha256Of(text);
}
