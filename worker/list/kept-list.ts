/**
 * The list that the running service goes by, as operators see and change it. Until somebody changes it here, the files'
 * list is in force, as the launcher or the last deployment gave it. The first change takes that list over: from then on
 * it is the service's own, and files are only compared with it and applied.
 */
import type { Views } from "../mirrors/compiled-list.ts";
import { reasonOf } from "../runtime/reason.ts";
import { changesBetween, describeChanges, type EntryChange } from "./diff.ts";
import {
  type EntryChanges,
  type EntryValue,
  type JudgedEntries,
  judgeEntries,
  type ListEntries,
  withChanges,
} from "./entries.ts";
import { limitsOf } from "./list-limits.ts";
import type { ListStore, ListVersion } from "./list-store.ts";
import type { Problem } from "./problem.ts";

/** The list in force. */
export interface ListInForce {
  version: number;
  entries: ListEntries;
  /** Who keeps it: the folder of files that it was compiled from, or the service itself. */
  owner: "folder" | "service";
}

/** What a change would do. */
export interface ListPlan {
  /** The version that it is a plan for. */
  base: number;
  changes: EntryChange[];
  errors: Problem[];
  warnings: Problem[];
}

/** What became of a change. */
export type ListChange =
  /** It is in force. */
  | { version: number; changes: EntryChange[]; warnings: Problem[] }
  /** Somebody changed the list, or the entry, since: nothing was written. */
  | { conflict: number; places: string[] }
  /** The list would have errors: nothing was written. */
  | { errors: Problem[]; warnings: Problem[] }
  /** There is nothing to change: nothing was written. */
  | { unchanged: number }
  /** There is no list with entries to begin with. */
  | { absent: true };

/** A change, as somebody asks for it. */
export interface AskedChange {
  /** The list's version that it was made for; absent: whichever is in force. */
  base?: number;
  /** Versions that entries were last changed at, as whoever asks knows them; `null`: the entry isn't there. */
  expected?: ReadonlyMap<string, number | null>;
  /** Made of the list in force: of the whole, or of the entries that change. */
  changes: (entries: ListEntries) => EntryChanges;
  by: string;
  why: string;
}

export interface KeptListOptions {
  store: ListStore;
  /**
   * The files' list, as entries; undefined where nobody gave one.
   *
   * @param isRead as it is at this very moment; else one that was read a moment ago will do
   */
  given(isRead: boolean): Promise<{ version: number; entries: ListEntries } | undefined>;
  /** Gives views to everybody, who take those of the greatest version. Rejects where it can't be. */
  publish(views: Views, version: number): Promise<void>;
  /** Versions of the lists that others have put where everybody finds them. Rejects where that can't be told. */
  lists(): Promise<ListsElsewhere>;
  /** Unix ms. */
  now(): number;
  log(sentence: string): void;
}

/** Versions of lists; 0: there is none. */
export interface ListsElsewhere {
  /** In the script: that of the files, as the deployment or the start found them. */
  shipped: number;
  /** In the store of views: what was given out last, by the service or by somebody with files. */
  stored: number;
}

/** A store of views that is spread over the world may tell what it had before for a minute, ms. */
const storeSettlesMs = 120_000;

export class KeptList {
  readonly #options: KeptListOptions;
  /** The list that was judged last, with what came of it: nearly always the one in force. */
  #judged: { entries: ListEntries; judged: JudgedEntries } | undefined;
  /** When the list was given out last by this process, Unix ms. */
  #gaveOutAt = Number.NEGATIVE_INFINITY;
  /** Versions are given out one after the other: an older one must not come last. */
  #publishing: Promise<void> = Promise.resolve();
  /** So are changes: one that comes too late is refused before it is judged. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(options: KeptListOptions) {
    this.#options = options;
  }

  /**
   * The list in force; undefined where there is none with entries.
   *
   * @param isRead it is about to be changed: one that was in force a moment ago won't do
   */
  async inForce(isRead = false): Promise<ListInForce | undefined> {
    const { store, given } = this.#options;
    const { version } = store;
    if (version !== 0) return { version, entries: store.entries(), owner: "service" };
    const files = await given(isRead);
    return files && { ...files, owner: "folder" };
  }

  /** What would change if the list were this one. Writes nothing. */
  async plan(wanted: (entries: ListEntries) => EntryChanges): Promise<ListPlan | undefined> {
    const list = await this.inForce();
    if (list === undefined) return undefined;
    const changes = effective(list.entries, wanted(list.entries));
    const { errors, warnings } = await this.#judge(list.entries, changes);
    return {
      base: list.version,
      changes: describeChanges(list.entries, changes),
      errors,
      warnings: ofThese(warnings, changes),
    };
  }

  /**
   * Changes the list, all of it or nothing, and gives it to everybody.
   *
   * @param alongside what is to be written in the same transaction; gets the changes in full
   */
  async change(
    asked: AskedChange,
    alongside: (version: number, before: ListEntries, changes: EntryChanges) => void = () => {},
  ): Promise<ListChange> {
    return await this.alone(() => this.#changeAlone(asked, alongside));
  }

  /** Does what no change of the list may be under way with, in their turn. */
  async alone<Result>(work: () => Promise<Result> | Result): Promise<Result> {
    const working = this.#changing.then(work);
    this.#changing = working.catch(() => undefined);
    return await working;
  }

  async #changeAlone(
    asked: AskedChange,
    alongside: (version: number, before: ListEntries, changes: EntryChanges) => void,
  ): Promise<ListChange> {
    const { store, now } = this.#options;
    const list = await this.inForce(true);
    if (list === undefined) return { absent: true };
    const conflict = conflictOf(list, store, asked);
    if (conflict !== undefined) return conflict;
    const changes = effective(list.entries, asked.changes(list.entries));
    if (changes.size === 0) return { unchanged: list.version };
    const judged = await this.#judge(list.entries, changes);
    const { errors } = judged;
    const warnings = ofThese(judged.warnings, changes);
    if (errors.length > 0) return { errors, warnings };
    if (list.owner === "folder") {
      store.adopt(list.entries, { version: list.version, at: now() });
    }
    const version = Math.max(now(), list.version + 1, store.givenOut.as + 1);
    const { by, why } = asked;
    store.change({ version, at: now(), by, why, changes }, () =>
      alongside(version, list.entries, changes),
    );
    this.#judged = { entries: store.entries(), judged };
    await this.publishDue();
    return { version, changes: describeChanges(list.entries, changes), warnings };
  }

  /**
   * Gives the newest version to everybody, where they don't have it, or have a list of files in its place: a deployment
   * or a start that didn't know whose the list is. Never rejects: it is tried again.
   */
  async publishDue(): Promise<void> {
    const publishing = this.#publishing.then(() => this.#publishNewest());
    this.#publishing = publishing;
    await publishing;
  }

  async #publishNewest(): Promise<void> {
    const { store, publish, lists, now, log } = this.#options;
    const { version } = store;
    if (version === 0) return;
    try {
      const as = this.#versionToGive(version, await lists());
      if (as === undefined) return;
      const { views } = await this.#judge(store.entries(), new Map());
      if (views === undefined) throw new Error("it has errors");
      await publish(views(as), as);
      store.givenOut = { version, as };
      this.#gaveOutAt = now();
    } catch (error) {
      const said = `Version ${version} of the list couldn't be given out, which is tried again`;
      log(`${said}: ${reasonOf(error)}`);
    }
  }

  /** Under which version the list has to be given out; undefined: everybody has it. */
  #versionToGive(version: number, { shipped, stored }: ListsElsewhere): number | undefined {
    const { givenOut } = this.#options.store;
    const newest = Math.max(shipped, stored);
    if (givenOut.version !== version) return Math.max(version, givenOut.as + 1, newest + 1);
    if (newest > givenOut.as) {
      this.#options.log(
        `A list of files of version ${newest} was put over the service's own, which is given out again.`,
      );
      return newest + 1;
    }
    if (stored === givenOut.as) return undefined;
    return this.#options.now() - this.#gaveOutAt < storeSettlesMs ? undefined : givenOut.as;
  }

  /** As `ListStore.versions`; none where the files' list is in force. */
  versions(limit: number, before?: number): ListVersion[] {
    return this.#options.store.versions(limit, before);
  }

  async #judge(entries: ListEntries, changes: EntryChanges): Promise<JudgedEntries> {
    const after = changes.size === 0 ? entries : withChanges(entries, changes);
    const tooMuch = limitsOf(after, changes);
    if (tooMuch.length > 0) return { sites: [], repositories: [], errors: tooMuch, warnings: [] };
    if (this.#judged?.entries === after) return this.#judged.judged;
    const judged = await judgeEntries(after, this.#options.now());
    this.#judged = { entries: after, judged };
    return judged;
  }
}

/** The changes that make the list in force into a whole other one. */
export function wholeList(wanted: ListEntries): AskedChange["changes"] {
  return (entries) => changesBetween(entries, wanted);
}

/** Changes that change something. */
function effective(entries: ListEntries, changes: EntryChanges): Map<string, EntryValue | null> {
  const after = withChanges(entries, changes);
  return changesBetween(entries, after);
}

function conflictOf(
  list: ListInForce,
  store: ListStore,
  { base, expected }: AskedChange,
): { conflict: number; places: string[] } | undefined {
  const { version, entries, owner } = list;
  if (base !== undefined && base !== version) {
    const since = owner === "service" ? placesSince(store, base) : [];
    return { conflict: version, places: since };
  }
  const other = [...(expected ?? [])].filter(([place, known]) => {
    const now =
      owner === "service" ? store.changed(place) : entries.has(place) ? version : undefined;
    return known === null ? now !== undefined : now !== known;
  });
  return other.length === 0
    ? undefined
    : { conflict: version, places: other.map(([place]) => place) };
}

/** Versions looked through for what changed since; a plan that is older is made anew anyway. */
const maxSince = 100;

function placesSince(store: ListStore, base: number): string[] {
  const since = store.versions(maxSince).filter(({ version }) => version > base);
  return [
    ...new Set(since.flatMap(({ version }) => store.changesOf(version).map(({ place }) => place))),
  ].sort();
}

/** Warnings that a change is the reason of, or is told again with: those of its own entries. */
function ofThese(warnings: readonly Problem[], changes: EntryChanges): Problem[] {
  return warnings.filter(({ file }) => changes.has(file));
}
