/** What was found lately, by presence and path: looked up on each request. */
import { fnvOfName } from "../../../runtime/fast-hash.ts";
import type { PresentFile } from "./presence-index.ts";

/** What an answer takes besides its path, bytes: the file, its hash, and its place in the map. */
const answerBytes = 300;
/** Paths of one hash, which are those of one name and length: more of them are somebody's who makes them up. */
const maxAlike = 16;

/** One path's answer. */
interface Answer {
  readonly path: string;
  /** `null`: it is known that the file isn't listed. */
  readonly file: PresentFile | null;
  /** Another path of the same hash. */
  readonly next: Answer | undefined;
  /** How many are behind it. */
  readonly behind: number;
}

/**
 * Of one presence, by a hash of the path: a Map of texts first interns the text that it is asked for, which takes longer
 * than all else here, and leaves it in the table of all texts until the next collection of the whole heap.
 */
type Answers = Map<number, Answer>;

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
  #young = new Map<string, Answers>();
  #old = new Map<string, Answers>();

  constructor(bytes: number) {
    this.#halfBytes = bytes / 2;
  }

  /** `null`: it is known that the file isn't listed. */
  get(head: string, path: string): PresentFile | null | undefined {
    const hash = hashOf(path);
    const young = find(this.#young.get(head)?.get(hash), path);
    if (young !== undefined) return young.file;
    const old = find(this.#old.get(head)?.get(hash), path);
    if (old === undefined) return undefined;
    this.set(head, path, old.file);
    return old.file;
  }

  /** @param file says the same as before, where there is an answer: a presence never says another thing of a path */
  set(head: string, path: string, file: PresentFile | null): void {
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
    const hash = hashOf(path);
    const alike = answers.get(hash);
    if (find(alike, path) !== undefined) return;
    const next = alike === undefined || alike.behind < maxAlike - 1 ? alike : undefined;
    answers.set(hash, { path, file, next, behind: next === undefined ? 0 : next.behind + 1 });
    this.#bytes += bytes;
  }
}

function find(first: Answer | undefined, path: string): Answer | undefined {
  let one = first;
  while (one !== undefined && one.path !== path) one = one.next;
  return one;
}

/** Cut to 30 bits: a small integer to V8, which it needs not allocate. */
function hashOf(path: string): number {
  return fnvOfName(path, path.length) & 0x3fffffff;
}
