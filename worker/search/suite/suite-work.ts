/** What the alarms of a suite's object do: one set at a time is built, and what nobody wants any more is dropped. */
import type { PackageReading } from "../../formats/package-reading.ts";
import { Manifests } from "../../repositories/chain/stored-manifests.ts";
import { reasonOf } from "../../runtime/reason.ts";
import type { SuiteState } from "../suite.ts";
import { SetBuilder, type SetJob } from "./build-set.ts";
import type { ChangeStore } from "./change-store.ts";
import { failureOf, nextAttempt } from "./failure.ts";
import { type GatheredIndex, gatherIndexes, type IndexSource } from "./gather-indexes.ts";
import { MissingIndexes } from "./missing-indexes.ts";
import { outlivedSets } from "./outlived-sets.ts";
import type { SuiteContext } from "./suite-context.ts";
import type { SetRole, StoredSet, SuiteStore } from "./suite-store.ts";
import { namesOf, type SetNames, stateKey, type WantedSets, wantedSets } from "./wanted-sets.ts";

/** An alarm that was cut off is rung again after this, ms: no longer than what failed once waits. */
const againMs = 60_000;
/** While another suite of the isolate is built, ms. */
export const gateWaitMs = 2000;
export interface SuiteWorkContext<Packages> extends SuiteContext<Packages> {
  store: SuiteStore;
  changes: ChangeStore;
}

/** A set that a state wants and that isn't there. */
interface Job {
  role: SetRole;
  /** Its name; of a state whose manifest couldn't be read yet, the state's key. */
  of: string;
  state: SuiteState;
  isPinned: boolean;
}

export class SuiteWork<Packages> {
  readonly #context: SuiteWorkContext<Packages>;
  readonly #builder: SetBuilder<Packages>;
  readonly #missing: MissingIndexes;
  #isWorking = false;
  /** Something new came while the alarm did something else. */
  #hasNews = false;
  #building: string | undefined;
  /** Of the set that waits for the gate. */
  #gathered: { of: string; indexes: GatheredIndex[] } | undefined;

  constructor(context: SuiteWorkContext<Packages>) {
    this.#context = context;
    this.#builder = new SetBuilder({ ...context, holder: this });
    this.#missing = new MissingIndexes(context.store, (state) => this.#source(state), context.now);
  }

  /** Name of the set that is being built. */
  get building(): string | undefined {
    return this.#building;
  }

  /** There is something new to do. @param isNew false: unless an alarm is set, which may wait for another try */
  async wake(isNew: boolean): Promise<void> {
    // What works sets the alarm itself, and a wake before would only come too early. What it looked through may have
    // been without the news.
    if (this.#isWorking) {
      this.#hasNews ||= isNew;
      return;
    }
    const { alarm, now } = this.#context;
    const set = await alarm.get();
    if (set === null || (isNew && set > now())) await alarm.set(now());
  }

  /** What the alarm is for. Never rejects. */
  async alarm(): Promise<void> {
    const { alarm, now, log, off } = this.#context;
    if (off !== undefined || this.#isWorking) return;
    this.#isWorking = true;
    try {
      // First of all, so that whatever breaks below doesn't end the work.
      await alarm.set(now() + againMs);
      await this.#dropRest();
      const next = await this.#next();
      if (next === undefined) await alarm.delete();
      else await alarm.set(next);
    } catch (error) {
      log(`The packages of a suite aren't read: ${reasonOf(error)}.`);
    }
    this.#isWorking = false;
    if (!this.#hasNews) return;
    this.#hasNews = false;
    await this.wake(true).catch((error: unknown) => {
      log(`The packages of a suite are read later: ${reasonOf(error)}.`);
    });
  }

  /**
   * Names of the sets that a state wants.
   * @throws Error where its manifest can't be read
   */
  async names(state: SuiteState): Promise<SetNames> {
    const { store, files } = this.#context;
    const key = stateKey(state, files);
    const known = store.namesOf(key);
    if (known !== undefined) return known;
    const names = namesOf(await this.#wanted(state));
    store.keepNames(key, names);
    return names;
  }

  async #wanted(state: SuiteState): Promise<WantedSets> {
    const { blobs, files } = this.#context;
    // Read anew each time: a parsed one takes 2 MB, and a suite wants it some times a day.
    const manifest = await new Manifests(blobs(state.repository)).read(state.root.manifest);
    return wantedSets(state, manifest, { reading: this.#reading(state), files });
  }

  #reading({ kind }: SuiteState): PackageReading {
    const reading = this.#context.readingOf(kind);
    if (reading === undefined) throw new Error(`${kind} has no packages`);
    return reading;
  }

  /** Does the next thing that is due. @returns when to go on, Unix ms; undefined: there is nothing left */
  async #next(): Promise<number | undefined> {
    const { store, now } = this.#context;
    let later = Number.POSITIVE_INFINITY;
    for (const job of await this.#jobs()) {
      const due = store.failure(job.of)?.next ?? 0;
      if (due <= now()) return (await this.#do(job)) ? now() : now() + gateWaitMs;
      later = Math.min(later, due);
    }
    await this.#clear();
    later = Math.min(later, await this.#missing.pull());
    return later === Number.POSITIVE_INFINITY ? undefined : later;
  }

  /** What isn't built yet: packages before files, which take longer; what is pinned between. */
  async #jobs(): Promise<Job[]> {
    const { store } = this.#context;
    const jobs: Job[] = [];
    const ofFiles: Job[] = [];
    for (const one of this.#wantedStates()) {
      const names = await this.#namesOr(one, jobs);
      if (names === undefined) continue;
      if (!one.isPinned) this.#touch(one.state, names);
      const sets = store.sets();
      const lacks = (role: SetRole) =>
        names[role] !== "" &&
        !sets.some((set) => set.role === role && set.name === names[role] && isWhole(set));
      if (lacks("packages")) jobs.push({ role: "packages", of: names.packages, ...one });
      // A hundred megabytes for one question about the past are too much.
      if (!one.isPinned && lacks("files")) ofFiles.push({ role: "files", of: names.files, ...one });
    }
    return [...jobs, ...ofFiles];
  }

  #wantedStates(): { state: SuiteState; isPinned: boolean }[] {
    const { current, pinned } = this.#context.store;
    return [
      ...(current === undefined ? [] : [{ state: current, isPinned: false }]),
      ...pinned.map(({ state }) => ({ state, isPinned: true })),
    ];
  }

  /** Names of a state's sets; where they can't be told, that is a job to be done again later. */
  async #namesOr(
    wanted: { state: SuiteState; isPinned: boolean },
    jobs: Job[],
  ): Promise<SetNames | undefined> {
    const { store, files, now } = this.#context;
    const of = stateKey(wanted.state, files);
    try {
      const names = await this.names(wanted.state);
      store.setFailure(of, undefined);
      return names;
    } catch (error) {
      const failure = store.failure(of);
      if ((failure?.next ?? 0) <= now()) this.#fail(of, nextAttempt(failure), reasonOf(error));
      jobs.push({ role: "packages", of, ...wanted });
      return undefined;
    }
  }

  /** A newer state has the same sets: they are its own now. */
  #touch({ at, snapshot }: SuiteState, names: SetNames): void {
    const { store } = this.#context;
    for (const { role, name, at: was, number, facts } of store.sets()) {
      if (facts === undefined || names[role] !== name || was >= at) continue;
      store.finish(number, { ...facts, snapshot }, at);
    }
  }

  /** @returns false: another suite of the isolate is being built, and nothing was done */
  async #do({ role, of, state, isPinned }: Job): Promise<boolean> {
    const { store, gate, now, log } = this.#context;
    const attempt = nextAttempt(store.failure(of));
    try {
      const wanted = (await this.#wanted(state))[role];
      if (wanted === undefined) return true;
      const source = this.#source(state);
      const held = this.#gathered?.of === of ? this.#gathered.indexes : undefined;
      const gathered = held ?? (await gatherIndexes(wanted.indexes, source));
      this.#gathered = { of, indexes: gathered };
      if (!gate.enter(this, role, now())) return false;
      this.#gathered = undefined;
      this.#building = of;
      // Before it is begun: what ends the isolate isn't tried again at once.
      this.#fail(of, attempt, "reading was cut off");
      const job: SetJob = { role, state, reading: this.#reading(state), wanted, isPinned };
      await this.#builder.build(job, gathered, source);
      store.setFailure(of, undefined);
    } catch (error) {
      this.#fail(of, attempt, reasonOf(error));
      log(`${state.repository} ${state.suite}: its ${role} aren't read: ${reasonOf(error)}.`);
    } finally {
      this.#building = undefined;
      gate.leave(this);
    }
    return true;
  }

  #source({ repository }: SuiteState): IndexSource {
    const { blobs, pull } = this.#context;
    return {
      blobs: blobs(repository),
      pull: (path, sha256) => pull(repository, path, sha256),
    };
  }

  #fail(of: string, attempts: number, why: string): void {
    const { store, now } = this.#context;
    store.setFailure(of, failureOf(attempts, why, now()));
  }

  /** Drops what a life before left in the middle, and sets that have no row any more. */
  async #dropRest(): Promise<void> {
    const { store, stores, pause } = this.#context;
    for (const { number, facts } of store.sets()) {
      if (facts === undefined) store.remove(number);
    }
    const known = store.sets();
    for (const role of ["packages", "files"] as const) {
      const kept = new Set(known.filter((one) => one.role === role).map(({ number }) => number));
      for (const number of stores[role].numbers()) {
        if (kept.has(number)) continue;
        for (const _ of stores[role].dropping(number)) await pause();
      }
    }
  }

  /** Forgets the sets that nobody wants any more; their bytes go by steps. */
  async #clear(): Promise<void> {
    const { store, changes } = this.#context;
    const pinned = await Promise.all(
      store.pinned.map(({ state }) => this.names(state).catch(() => undefined)),
    );
    const names = new Set(pinned.flatMap((one) => (one === undefined ? [] : [one.packages])));
    const outlived = outlivedSets(store.sets(), names);
    if (outlived.length === 0) return;
    store.transaction(() => {
      for (const { role, number } of outlived) {
        if (role === "packages") changes.forget(number);
        store.remove(number);
      }
    });
    await this.#dropRest();
  }
}

/** Whether it is finished, and no index that it lacked has come since. */
function isWhole({ facts }: StoredSet): boolean {
  return facts !== undefined && facts.isPart !== true;
}
