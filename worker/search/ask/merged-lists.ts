/** Lists of many suites, each had page by page, read as one. */
import type { AnsweredState } from "../suite.ts";
import type { Paging, SuiteFound, SuiteQuestion } from "../suite-question.ts";
import { askSuites } from "./ask-suites.ts";
import type { ChosenSuite, Unanswered } from "./choose-suites.ts";
import { type Cursor, stateKey } from "./page-token.ts";
import type { Deadline, PackageSources } from "./sources.ts";

/**
 * Times that pages of suites are asked for at most, for one page of ours: the second is for names that one suite has
 * many times over. A page that ends early for it is followed by another.
 */
const maxRounds = 4;

/**
 * Of one page of a suite, at most: twice the largest page of ours, which has 10,000 files. A place of a page is a
 * client's text, and may say that any number was given.
 */
export const maxOfSuite = 20_000;

/** The list of one suite, as far as it was asked for. */
export interface SuiteList<Item> {
  readonly chosen: ChosenSuite;
  /** Its place among the suites that are asked. */
  readonly at: number;
  /** Undefined: it hasn't answered. */
  state?: AnsweredState;
  /** Of the first page that was asked for. */
  first?: Pick<SuiteFound, "total" | "isAtLeast" | "refused">;
  cursor: Cursor;
  /** The state has changed since the page before. */
  isChanged?: true;
  /** At hand, and not taken yet. */
  waiting: Item[];
  /** `next` of the page that `waiting` is the rest of. */
  next: string | undefined;
  /** It gave no answer: what it has stays where it is. */
  isSilent?: true;
  /** All of its list, where one page has it. */
  whole?: readonly Item[];
  /** Of pages whose names are whole: all that they had, taken or not. */
  given: Item[];
}

/** What is asked of each suite, and what of the answer is its list. */
export interface ListQuestion<Item> {
  question(page: Paging): SuiteQuestion;
  items(found: SuiteFound): readonly Item[];
  /** Below 0: `one` comes first. Each list keeps its own order. */
  order(one: Taken<Item>, other: Taken<Item>): number;
  limit: number;
}

export interface Taken<Item> {
  item: Item;
  list: SuiteList<Item>;
}

export class MergedLists<Item> {
  readonly lists: readonly SuiteList<Item>[];
  readonly unanswered: Unanswered[] = [];
  readonly #sources: PackageSources;
  readonly #asked: ListQuestion<Item>;
  readonly #deadline: Deadline;
  #rounds = 0;

  /** @param cursors one for each suite, where its list goes on */
  constructor(
    sources: PackageSources,
    asked: ListQuestion<Item>,
    suites: readonly { chosen: ChosenSuite; cursor: Cursor }[],
    deadline: Deadline,
  ) {
    this.#sources = sources;
    this.#asked = asked;
    this.#deadline = deadline;
    this.lists = suites.map(({ chosen, cursor }, at) => ({
      chosen,
      at,
      cursor,
      waiting: [],
      given: [],
      next: undefined,
    }));
  }

  /** The next of all; undefined: there is none, or the lists were asked often enough for one page. */
  async take(): Promise<Taken<Item> | undefined> {
    while (this.lists.some(isDry)) {
      if (this.#rounds >= maxRounds) return undefined;
      this.#rounds++;
      await this.#ask();
    }
    let best: Taken<Item> | undefined;
    for (const list of this.lists) {
      const [item] = list.waiting;
      if (item === undefined) continue;
      const head = { item, list };
      if (best === undefined || this.#asked.order(head, best) < 0) best = head;
    }
    if (best !== undefined) advance(best.list);
    return best;
  }

  /** Whether a suite that answers has more than was taken. */
  get hasMore(): boolean {
    return this.lists.some(({ isSilent, cursor }) => !isSilent && cursor.isEnd === undefined);
  }

  /** Those that answered, with the state that they answered of. */
  get states(): AnsweredState[] {
    return this.lists.flatMap(({ state }) => state ?? []);
  }

  async #ask(): Promise<void> {
    const dry = this.lists.filter(isDry);
    const { answers, unanswered } = await askSuites(
      this.#sources,
      dry.map(({ chosen }) => chosen),
      (at) => {
        const list = dry[at];
        if (list === undefined) return [];
        const { after, skip } = list.cursor;
        // What was given of the page comes again; where that is much, it comes alone, and the list goes on behind it.
        const most = this.#asked.limit;
        const limit = Math.min(skip > most ? skip : most + skip, maxOfSuite);
        const page = after === undefined ? { limit } : { limit, after };
        return [this.#asked.question(page)];
      },
      this.#deadline,
    );
    this.unanswered.push(...unanswered);
    for (const [at, list] of dry.entries()) {
      const answer = answers[at];
      const found = answer?.found[0];
      if (answer === undefined || found === undefined) list.isSilent = true;
      else this.#fill(list, answer.state, found);
    }
  }

  #fill(list: SuiteList<Item>, state: AnsweredState, found: SuiteFound): void {
    const { after, skip, state: before } = list.cursor;
    const key = stateKey(state.snapshot);
    if (before !== undefined && before !== key) list.isChanged = true;
    list.state = state;
    list.first ??= found;
    const items = this.#asked.items(found);
    if (after === undefined && found.next === undefined) list.whole = items;
    if (found.areNamesWhole) list.given.push(...items);
    list.waiting = items.slice(skip);
    list.next = found.next;
    list.cursor = { ...list.cursor, state: key };
    if (list.waiting.length > 0) return;
    // The page is shorter than what was given of it: its rest is in the next one.
    if (found.next === undefined) list.cursor = { skip: 0, isEnd: true };
    else list.cursor = { after: found.next, skip: Math.max(0, skip - items.length), state: key };
  }
}

function isDry({ waiting, cursor, isSilent }: SuiteList<unknown>): boolean {
  return waiting.length === 0 && cursor.isEnd === undefined && !isSilent;
}

function advance(list: SuiteList<unknown>): void {
  const { after, skip, state } = list.cursor;
  list.waiting.shift();
  const place = { ...(state !== undefined && { state }) };
  if (list.waiting.length > 0) {
    list.cursor = { ...(after !== undefined && { after }), skip: skip + 1, ...place };
  } else if (list.next === undefined) list.cursor = { skip: 0, isEnd: true };
  else list.cursor = { after: list.next, skip: 0, ...place };
}

/** What suites refuse of a question, and what else is to be told of the answer. */
export function faultsOf(lists: readonly SuiteList<unknown>[]): {
  refused: string[];
  unanswered: Unanswered[];
} {
  const without = lists.filter(({ first }) => first?.refused !== undefined);
  // What is being read is answered soon: the question isn't wrong.
  const coming = without.filter(({ state }) => state?.areFilesComing);
  const refusing = without.filter(({ state }) => !state?.areFilesComing);
  const sentences = [...new Set(refusing.flatMap(({ first }) => first?.refused ?? []))];
  const isEveryOnes = refusing.length === lists.length;
  const changed = lists.filter(({ isChanged }) => isChanged);
  const names = changed.map(({ chosen: { state } }) => `${state.repository} ${state.suite}`);
  const change = `${names.join(", ")} changed since the page before: a name may be missing or be there twice. Begin again without after=.`;
  return {
    refused: [...(isEveryOnes ? sentences : []), ...(changed.length > 0 ? [change] : [])],
    unanswered: (isEveryOnes ? coming : without).map(({ chosen: { state }, first }) => ({
      repository: state.repository,
      suite: state.suite,
      why: first?.refused ?? "",
    })),
  };
}
