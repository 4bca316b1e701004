/** Answers that an isolate holds, for the same question about the same states. */
import { LastUsed } from "../../runtime/last-used.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import type { ToldSuites } from "../package-service.ts";
import type { ChosenSuites } from "./choose-suites.ts";

/** An answer is given again for so long, ms: a page that is read by many, and the next one's neighbours. */
const heldMs = 60_000;
/** Characters of held answers as JSON, of each kind of question; in memory they take two to four times as many bytes. */
export const heldCharacters = 512 * 1024;
/** A larger answer isn't held, characters of its JSON: it would drive out too many others. */
const maxHeldCharacters = 128 * 1024;

/** Of one kind of question. */
export class HeldAnswers<Answer extends ToldSuites> {
  /** `until` is Unix ms. */
  readonly #held = new LastUsed<{ answer: Answer; until: number }>(heldCharacters);

  /**
   * The answer to a question, made where it isn't held or is too old. Only what every suite answered, of the state that
   * was wanted and with its files, is held.
   *
   * @param question all that the answer depends on besides the suites
   * @param now Unix ms
   * @param make makes the answer, and says whether it has all that it may have besides the suites' answers
   */
  async of(
    { question, chosen }: { question: unknown; chosen: ChosenSuites },
    now: number,
    make: () => Promise<{ answer: Answer; isComplete: boolean }>,
  ): Promise<Answer> {
    const key = keyOf(question, chosen);
    const held = this.#held.get(key);
    if (held !== undefined && now < held.until) return held.answer;
    const { answer, isComplete } = await make();
    const isWhole =
      isComplete &&
      answer.states.length === chosen.suites.length &&
      answer.states.every(({ isFormer, areFilesComing }) => !isFormer && !areFilesComing);
    if (!isWhole) return answer;
    const size = JSON.stringify(answer).length + key.length;
    if (size <= maxHeldCharacters) this.#held.set(key, { answer, until: now + heldMs }, size);
    return answer;
  }
}

/** Of the same question to the same suites in the same states it is the same. */
function keyOf(question: unknown, { suites, unanswered }: ChosenSuites): string {
  const states = suites.map(({ state }) => [
    state.repository,
    state.root.path,
    state.snapshot,
    state.isPinned ?? false,
  ]);
  return sha256Of(JSON.stringify([question, states, unanswered]));
}
