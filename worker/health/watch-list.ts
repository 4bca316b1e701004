/** What one Prober watches: its assignment, and every target of it from one probe to the next. Kept in its store. */

import type { SampleFile } from "../repositories/baseline/baseline.ts";
import type { Repository } from "../repositories/catalogue.ts";
import type { Assignment } from "./assignment.ts";
import type { Observation } from "./observation.ts";
import type { ProberStore } from "./prober-store.ts";
import type { Seen } from "./report.ts";
import type { Rules } from "./rules.ts";
import { targetKey } from "./target.ts";
import {
  afterBlindProbe,
  afterProbe,
  bytesDoubtedAfter,
  rootsAfter,
  type Watched,
  watchAll,
} from "./watched.ts";

export interface WatchListOptions {
  store: ProberStore;
  rules: Rules;
  /** Unix ms. */
  now: () => number;
  /** In [0, 1). */
  random: () => number;
}

export class WatchList {
  readonly #options: WatchListOptions;
  #name = "";
  #assignment: Assignment | undefined;
  #watched = new Map<string, Watched>();

  /** Goes on with the assignment in the store, where there is one. */
  constructor(options: WatchListOptions) {
    this.#options = options;
    const stored = options.store.assignment();
    if (stored !== undefined) this.#take(stored.name, JSON.parse(stored.json));
  }

  /** The Prober's name, as `weur-0`; empty: it was never given an assignment. */
  get name(): string {
    return this.#name;
  }

  /** The assignment's; empty: there is none. */
  get version(): string {
    return this.#assignment?.version ?? "";
  }

  /** As `Assignment.listVersion`; 0: not known. */
  get listVersion(): number {
    return this.#assignment?.listVersion ?? 0;
  }

  /** How many mirrors are assigned. */
  get mirrors(): number {
    return this.#assignment?.mirrors.length ?? 0;
  }

  /** Nothing is to be probed. */
  get empty(): boolean {
    return this.#watched.size === 0;
  }

  all(): Watched[] {
    return [...this.#watched.values()];
  }

  /** @param key as `targetKey` */
  get(key: string): Watched | undefined {
    return this.#watched.get(key);
  }

  /** A repository of the assignment. */
  repository(name: string): Repository | undefined {
    return this.#assignment?.repositories.find((one) => one.name === name);
  }

  /** Takes an assignment, unless it is the one at hand. Rejects it as a whole where it can't be written. */
  follow(name: string, assignment: Assignment): void {
    if (assignment.version === this.#assignment?.version && name === this.#name) return;
    // Written first: one that can't be is given again, and a restart must not find the one before.
    const keys = assignment.mirrors.flatMap(({ targets }) => targets.map(targetKey));
    this.#options.store.setAssignment(name, assignment, new Set(keys));
    this.#take(name, assignment);
  }

  #take(name: string, assignment: Assignment): void {
    const { store, rules, now, random } = this.#options;
    const memos = store.memos();
    this.#name = name;
    this.#assignment = assignment;
    this.#watched = watchAll(assignment, this.#watched, memos, { now: now(), rules, random });
  }

  /** All targets of these mirrors are due now, and their bytes are compared. */
  doubt(mirrors: readonly string[]): void {
    const now = this.#options.now();
    for (const [key, watched] of this.#watched) {
      if (!mirrors.includes(watched.watch.mirror)) continue;
      const watch = { ...watched.watch, dueAt: now };
      this.#watched.set(key, { ...watched, watch, bytesDoubted: true });
    }
  }

  /** Files of a target that its next probe checks again. */
  suspect(key: string, suspects: readonly SampleFile[]): void {
    const watched = this.#watched.get(key);
    if (watched !== undefined) this.#watched.set(key, { ...watched, suspects });
  }

  /** The other targets that a host-wide failure of this one says something of: on its host, over its scheme. */
  sharingHost({ watch, target }: Watched): string[] {
    return [...this.#watched].flatMap(([key, other]) => {
      const same = other.watch.host === watch.host && other.target.scheme === target.scheme;
      return same && key !== watch.key ? [key] : [];
    });
  }

  /**
   * Takes in an observation that counts. Written where the target turned from answering to failing or back.
   *
   * @returns what Fleet is told of it; undefined where the target isn't watched any more
   */
  believe(key: string, observation: Observation): Seen | undefined {
    const watched = this.#watched.get(key);
    if (watched === undefined) return undefined;
    const { store, rules, now, random } = this.#options;
    const ok = observation.failure === undefined;
    const before = watched.watch;
    const doubtedAt = lacksFile(observation) ? observation.at : watched.doubtedAt;
    const doubted = doubtedAt !== undefined && observation.at - doubtedAt < rules.settledMs;
    const watch = afterProbe(
      before,
      { ok, doubted, at: observation.at },
      { now: now(), rules, random },
    );
    const { roots: _roots, ...told } = observation;
    const { generation: seen, bytesDoubted: _doubted, ...rest } = watched;
    const generation = ok ? observation.generation : seen;
    this.#watched.set(key, {
      ...rest,
      watch,
      roots: rootsAfter(watched, observation),
      ...(generation !== undefined && { generation }),
      ...(doubtedAt !== undefined && { doubtedAt }),
      ...(bytesDoubtedAfter(watched, observation) && { bytesDoubted: true }),
    });
    if (before.ok !== ok) {
      const { run, downSince } = watch;
      store.setMemo(key, {
        lastAt: observation.at,
        ok,
        run,
        ...(downSince !== undefined && { downSince }),
      });
    }
    const { mirror, repository, scheme, family } = watched.target;
    const target = { mirror, repository, scheme, family };
    return { target, own: watched.own, run: watch.run, observation: told };
  }

  /**
   * A probe of the target isn't believed: the target is tried again soon.
   *
   * @param at when that probe began, Unix ms
   */
  disbelieve(key: string, at: number): void {
    const watched = this.#watched.get(key);
    if (watched === undefined) return;
    const { rules, now } = this.#options;
    const watch = afterBlindProbe(watched.watch, at, now(), rules);
    this.#watched.set(key, { ...watched, watch });
  }
}

/** Whether a file was missing or wrong, though the target as a whole may be well. */
export function lacksFile({ files }: Pick<Observation, "files">): boolean {
  return files.some(({ failure }) => failure !== undefined);
}
