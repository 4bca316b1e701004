/** Indexes that couldn't be had when their set was built: they are tried again, as their origin may be well by now. */
import { reasonOf } from "../../runtime/reason.ts";
import type { SuiteState } from "../suite.ts";
import { newest } from "./build-set.ts";
import { failureOf, nextAttempt } from "./failure.ts";
import type { IndexSource } from "./gather-indexes.ts";
import type { MissingIndex, SuiteStore } from "./suite-store.ts";

export class MissingIndexes {
  readonly #store: SuiteStore;
  readonly #source: (state: SuiteState) => Pick<IndexSource, "pull">;
  readonly #now: () => number;

  /** @param now Unix ms */
  constructor(
    store: SuiteStore,
    source: (state: SuiteState) => Pick<IndexSource, "pull">,
    now: () => number,
  ) {
    this.#store = store;
    this.#source = source;
    this.#now = now;
  }

  /**
   * Pulls what the current sets lack, where that is due; a set of which something came is a part from then on.
   *
   * @returns when to go on, Unix ms; infinity: nothing is missing
   */
  async pull(): Promise<number> {
    const store = this.#store;
    const state = store.current;
    let later = Number.POSITIVE_INFINITY;
    for (const role of ["packages", "files"] as const) {
      const set = newest(store.sets(), role);
      if (state === undefined || set?.facts === undefined) continue;
      const { number, name, at, facts } = set;
      if (facts.missing.length === 0) continue;
      const of = `missing ${name}`;
      const failure = store.failure(of);
      const isDue = failure !== undefined && failure.next <= this.#now();
      if (isDue && (await this.#someCame(state, facts.missing))) {
        store.setFailure(of, undefined);
        store.finish(number, { ...facts, missing: [], isPart: true }, at);
        return this.#now();
      }
      // What was tried just now, while the set was built, isn't tried again at once.
      if (failure === undefined || isDue) {
        store.setFailure(of, failureOf(nextAttempt(failure), "it can't be had", this.#now()));
      }
      later = Math.min(later, store.failure(of)?.next ?? later);
    }
    return later;
  }

  async #someCame(state: SuiteState, missing: readonly MissingIndex[]): Promise<boolean> {
    const { pull } = this.#source(state);
    for (const { path, sha256 } of missing) {
      if ((await pull(path, sha256).catch(reasonOf)) === "stored") return true;
    }
    return false;
  }
}
