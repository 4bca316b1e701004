/** The records of all targets in memory; each change of a state is written, with its history, before it counts. */
import type { Records } from "./compose-roster.ts";
import type { FleetStore } from "./fleet-store.ts";
import { isTargetRecord, type TargetRecord, type Transition } from "./states.ts";
import type { Target } from "./target.ts";

/** Puts a target's next record, with what changed in it. */
export type PutRecord = (
  key: string,
  next: TargetRecord,
  transitions: readonly Transition[],
) => void;

export class TargetRecords {
  readonly #store: FleetStore;
  readonly #target: (key: string) => Target | undefined;
  readonly #records = new Map<string, TargetRecord>();
  /** Keys whose record differs from the stored one in figures. */
  readonly #unwritten = new Set<string>();

  /**
   * Holds what is stored; a record of another shape is begun anew.
   *
   * @param target of the list, by its key
   */
  constructor(store: FleetStore, target: (key: string) => Target | undefined) {
    this.#store = store;
    this.#target = target;
    for (const [key, known] of store.targets()) {
      if (isTargetRecord(known)) this.#records.set(key, known);
    }
  }

  get all(): Records {
    return this.#records;
  }

  /** Of targets that were dropped from the store. */
  forget(keys: readonly string[]): void {
    for (const key of keys) {
      this.#records.delete(key);
      this.#unwritten.delete(key);
    }
  }

  /** Writes the figures that changed since the last time. */
  flush(): void {
    this.#store.together(() => {
      for (const key of this.#unwritten) {
        const known = this.#records.get(key);
        if (known !== undefined) this.#store.setTarget(key, known);
      }
    });
    this.#unwritten.clear();
  }

  /**
   * Runs changes; those with transitions are written with their history in one transaction.
   *
   * @returns whether there were transitions
   */
  change(work: (put: PutRecord) => void): boolean {
    const changes: { key: string; next: TargetRecord; transitions: readonly Transition[] }[] = [];
    const before = new Map<string, TargetRecord | undefined>();
    work((key, next, transitions) => {
      if (!before.has(key)) before.set(key, this.#records.get(key));
      this.#records.set(key, next);
      this.#unwritten.add(key);
      if (transitions.length > 0) changes.push({ key, next, transitions });
    });
    if (changes.length === 0) return false;
    try {
      this.#store.together(() => {
        for (const { key, next, transitions } of changes) {
          this.#store.setTarget(key, next);
          const target = this.#target(key);
          if (target !== undefined) this.#addHistory(target, transitions);
        }
      });
    } catch (error) {
      // What isn't written hasn't happened: the Prober hears of the failure and tells it again.
      for (const [key, old] of before) {
        if (old === undefined) this.#records.delete(key);
        else this.#records.set(key, old);
      }
      throw error;
    }
    for (const { key } of changes) this.#unwritten.delete(key);
    return true;
  }

  #addHistory(target: Target, transitions: readonly Transition[]): void {
    const { mirror, repository, scheme, family } = target;
    for (const { at, axis, from, to, why, evidence } of transitions) {
      this.#store.addHistory({
        at,
        mirror,
        repository,
        scheme,
        family,
        axis,
        from,
        to,
        why,
        evidence: JSON.stringify(evidence),
      });
    }
  }
}
