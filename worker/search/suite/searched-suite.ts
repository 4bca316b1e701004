/**
 * A suite that is searched: told of its states, it has their packages read, and answers from the sets that are ready.
 * Knows no platform: database, blobs, alarm and clock are passed in.
 */
import { reasonOf } from "../../runtime/reason.ts";
import type { AnsweredState, SuiteState, ToldIndex } from "../suite.ts";
import type { SuiteAnswer, SuiteFound, SuiteObject, SuiteQuestion } from "../suite-question.ts";
import { newest } from "./build-set.ts";
import { ChangeStore } from "./change-store.ts";
import type { SuiteContext } from "./suite-context.ts";
import { fileRole, type StoredSet, SuiteStore } from "./suite-store.ts";
import { SuiteWork } from "./suite-work.ts";
import { type SetNames, stateKey } from "./wanted-sets.ts";

/** Pinned states whose packages are kept, the ones that were asked for last. */
export const maxPinned = 2;
/**
 * How exactly it is remembered when they were, ms: each time is a row written. For so long no third state takes the
 * place of one: reading a suite takes 20 s of processor time, and three states that are asked for in turn would have it
 * read for ever, before any files.
 */
export const pinnedStepMs = 600_000;

/** The sets that answer. */
interface Chosen {
  packages: StoredSet;
  files?: StoredSet;
}

export class SearchedSuite<Packages> implements SuiteObject {
  readonly #context: SuiteContext<Packages>;
  readonly #store: SuiteStore;
  readonly #changes: ChangeStore;
  readonly #work: SuiteWork<Packages>;

  constructor(context: SuiteContext<Packages>) {
    this.#context = context;
    this.#store = new SuiteStore(context.sql);
    this.#changes = new ChangeStore(context.sql);
    this.#work = new SuiteWork({ ...context, store: this.#store, changes: this.#changes });
  }

  /** As `SuiteObject.follow`. */
  async follow(state: SuiteState): Promise<void> {
    if (this.#context.off !== undefined) return;
    if (this.#isNews(state)) await this.#work.wake(true);
  }

  /** As `SuiteObject.ask`. Rejects only as its database does. */
  async ask(state: SuiteState, questions: readonly SuiteQuestion[]): Promise<SuiteAnswer> {
    const { off } = this.#context;
    if (off !== undefined) return { unready: "failed", why: off };
    const isNews = state.isPinned === true ? this.#isNewPin(state) : this.#isNews(state);
    if (isNews) await this.#work.wake(true);
    const names = await this.#names(state);
    const chosen = this.#choose(state, names);
    // A version before read it otherwise, and no newer state has come since: nothing else would begin the work.
    if (this.#isOutdated(state, names, chosen)) await this.#work.wake(false);
    if (chosen !== undefined) {
      const found = this.#find(state, chosen, questions);
      if (found !== undefined) {
        const told = this.#told(state, names, chosen);
        return { state: told, found: found.map((one) => withReason(one, told)) };
      }
    }
    return this.#unready(state, names);
  }

  /** What the alarm is for. Never rejects. */
  async alarm(): Promise<void> {
    await this.#work.alarm();
  }

  /** Whether a state that is the newest wasn't known yet; it is from now on. */
  #isNews(state: SuiteState): boolean {
    const { current } = this.#store;
    if (current !== undefined) {
      if (state.at < current.at) return false;
      if (state.snapshot === current.snapshot && this.#key(state) === this.#key(current)) {
        return false;
      }
    }
    const { isPinned: _, ...kept } = state;
    this.#store.current = kept;
    return true;
  }

  /**
   * Whether a pinned state wasn't known yet; it is from now on, and the one that nobody asked for goes. Where all were
   * asked for just now, it stays unknown.
   */
  #isNewPin(state: SuiteState): boolean {
    const at = this.#context.now();
    const key = this.#key(state);
    const { pinned } = this.#store;
    const known = pinned.find((one) => this.#key(one.state) === key);
    if (known !== undefined && at - known.used < pinnedStepMs) return false;
    if (known === undefined && this.#isFull(pinned)) return false;
    const others = pinned.filter((one) => one !== known);
    this.#store.pinned = [{ state, used: at }, ...others].slice(0, maxPinned);
    return known === undefined;
  }

  #isFull(pinned: SuiteStore["pinned"]): boolean {
    const after = this.#context.now() - pinnedStepMs;
    return pinned.filter(({ used }) => used > after).length >= maxPinned;
  }

  /** Whether sets of another name than the newest state wants answer for it. */
  #isOutdated(state: SuiteState, names: SetNames | string, chosen: Chosen | undefined): boolean {
    const { current } = this.#store;
    if (typeof names === "string" || chosen === undefined || current === undefined) return false;
    const { packages, files } = chosen;
    const hasOwnFiles = names.files === "" || files?.name === names.files;
    if (packages.name === names.packages && hasOwnFiles) return false;
    return state.isPinned !== true && this.#key(state) === this.#key(current);
  }

  #key(state: SuiteState): string {
    return stateKey(state, this.#context.files);
  }

  /** Names of the state's sets; a sentence where they can't be told. */
  async #names(state: SuiteState): Promise<SetNames | string> {
    try {
      return await this.#work.names(state);
    } catch (error) {
      return `${reasonOf(error)}.`;
    }
  }

  /** The sets that answer; undefined: none is ready. */
  #choose(state: SuiteState, names: SetNames | string): Chosen | undefined {
    const sets = this.#store.sets().filter(({ facts }) => facts !== undefined);
    const exactly = (role: "packages" | "files") =>
      typeof names === "string"
        ? undefined
        : sets.findLast((one) => one.role === role && one.name === names[role]);
    const other = (role: "packages" | "files") =>
      state.isPinned === true ? undefined : newest(sets, role);
    const packages = exactly("packages") ?? other("packages");
    if (packages === undefined) return undefined;
    const files = exactly("files") ?? other("files");
    return { packages, ...(files && { files }) };
  }

  #find(
    { kind }: SuiteState,
    { packages, files }: Chosen,
    questions: readonly SuiteQuestion[],
  ): SuiteFound[] | undefined {
    const { stores, readingOf, log } = this.#context;
    const reading = readingOf(kind);
    const opened = stores.packages.open(packages.number);
    if (opened === undefined || reading === undefined) {
      log(`The package set ${packages.number} is finished and can't be opened.`);
      return undefined;
    }
    const ofFiles = files && stores.files.open(files.number);
    const sets = { packages: opened, reading, ...(ofFiles && { files: ofFiles }) };
    return questions.map((question) =>
      question.ask === "changes"
        ? this.#changes.changes(question.names, question)
        : stores.answer(question, sets),
    );
  }

  #told(state: SuiteState, names: SetNames | string, { packages, files }: Chosen): AnsweredState {
    const { repository, kind, suite } = state;
    const isWanted = typeof names !== "string" && packages.name === names.packages;
    const { snapshot = state.snapshot, indexes = [] } = packages.facts ?? {};
    const hasItsFiles = typeof names !== "string" && files?.name === names.files;
    const own = isWanted ? state.snapshot : snapshot;
    const filesOf = hasItsFiles && isWanted ? own : files?.facts?.snapshot;
    return {
      repository,
      kind,
      suite,
      snapshot: own,
      at: isWanted ? state.at : packages.at,
      ...(!isWanted && packages.at <= state.at && { isFormer: true }),
      indexes: [...indexes, ...(files?.facts?.indexes ?? this.#filesToCome(state, names))],
      ...(filesOf !== undefined && { filesOf }),
      ...(this.#areFilesComing(state, names, files) && { areFilesComing: true }),
      untold: this.#context.readingOf(kind)?.untold ?? [],
    };
  }

  #areFilesComing(
    { isPinned }: SuiteState,
    names: SetNames | string,
    files: StoredSet | undefined,
  ): boolean {
    if (isPinned === true) return false;
    return typeof names === "string" || (names.files !== "" && files?.name !== names.files);
  }

  /** What is told of indexes of files that aren't read. */
  #filesToCome({ isPinned }: SuiteState, names: SetNames | string): ToldIndex[] {
    if (typeof names === "string" || names.files === "") return [];
    const failure = this.#store.failure(names.files);
    const why =
      isPinned === true
        ? "Files of former states aren't read."
        : failure === undefined || this.#work.building === names.files
          ? "They are being read."
          : `They can't be read yet: ${failure.why}.`;
    return [{ name: "files", role: "files", why }];
  }

  async #unready(state: SuiteState, names: SetNames | string): Promise<SuiteAnswer> {
    const { repository, suite } = state;
    if (typeof names !== "string" && names.packages === "") {
      const why = `${repository} ${suite} names no index of packages that can be verified.`;
      return { unready: "failed", why };
    }
    const { pinned } = this.#store;
    const isKnown = pinned.some((one) => this.#key(one.state) === this.#key(state));
    if (state.isPinned === true && !isKnown) {
      const why = `${maxPinned} other past states of ${repository} ${suite} were asked for just now, and no more are read at a time. Ask again in ${pinnedStepMs / 60_000} minutes.`;
      return { unready: "failed", why };
    }
    await this.#work.wake(false);
    const of = typeof names === "string" ? this.#key(state) : names.packages;
    const failure = this.#store.failure(of);
    const said = failure?.why ?? (typeof names === "string" ? names.replace(/\.$/, "") : undefined);
    if (said === undefined || this.#work.building === of) {
      const which = `The packages of ${repository} ${suite}`;
      const why =
        state.isPinned === true
          ? `${which} as of ${state.snapshot} are being read: a past state is read once somebody asks for it, which takes a minute or two. Ask again then.`
          : `${which} are being read.`;
      return { unready: "coming", why };
    }
    const why = `The packages of ${repository} ${suite} can't be read yet: ${said}. It is tried again.`;
    return { unready: "failed", why };
  }
}

/** Without a set of files nobody knows whether there will be one: why there is none is told by the state. */
function withReason(found: SuiteFound, { indexes, filesOf }: AnsweredState): SuiteFound {
  if (found.refused === undefined || found.files === undefined || filesOf !== undefined)
    return found;
  const why = indexes.find(({ role, entries }) => role === fileRole && entries === undefined)?.why;
  return why === undefined ? found : { ...found, refused: `Its files can't be searched. ${why}` };
}
