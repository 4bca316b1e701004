/** What was found lately, by presence and path: looked up on each request. */
import type { PresentFile } from "./presence-index.ts";

/** What an answer takes besides its path, bytes: the file, its hash, and its place in the map. */
const answerBytes = 300;

/** By path, of each presence by its head. */
type Answers = Map<string, Map<string, PresentFile | null>>;

/**
 * Two generations of answers, each of half the size: when the younger one is full it becomes the older one, whose
 * answers go unless they were used since. To know the oldest of many by a Map's order costs more than all else here:
 * its iterator passes every place that was deleted.
 *
 * A presence that nobody asks about any more goes the same way, and no answer is ever given for another head.
 */
export class AnswersAtHand {
  readonly #halfBytes: number;
  #bytes = 0;
  #young: Answers = new Map();
  #old: Answers = new Map();

  constructor(bytes: number) {
    this.#halfBytes = bytes / 2;
  }

  /** `null`: it is known that the file isn't listed. */
  get(head: string, path: string): PresentFile | null | undefined {
    const young = this.#young.get(head)?.get(path);
    if (young !== undefined) return young;
    const old = this.#old.get(head)?.get(path);
    if (old !== undefined) this.set(head, path, old);
    return old;
  }

  set(head: string, path: string, answer: PresentFile | null): void {
    // Two bytes a character where one of them needs it.
    const bytes = answerBytes + 2 * path.length;
    if (this.#bytes + bytes > this.#halfBytes) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#bytes = 0;
    }
    let answers = this.#young.get(head);
    if (answers === undefined) {
      answers = new Map();
      this.#young.set(head, answers);
    }
    if (!answers.has(path)) this.#bytes += bytes;
    answers.set(path, answer);
  }
}
