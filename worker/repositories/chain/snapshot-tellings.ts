/** Who is told of each current snapshot, until they have heard of it. */
import type { Repository } from "../catalogue.ts";
import type { SnapshotState, SnapshotStore } from "./snapshot-store.ts";

export interface SnapshotListeners {
  /** Keeps the current snapshot where edges find it without the object; absent: nowhere. */
  publish?(name: string, json: string): Promise<void>;
  /** Tells the objects of its suites; absent: packages aren't searched. */
  search?(listed: Repository, json: string): Promise<void>;
}

interface Listener {
  /** Under which the id is remembered that it has heard of. */
  state: SnapshotState;
  /** What is said where it can't be told. */
  unless: string;
  tell(listed: Repository, json: string): Promise<void>;
}

/** Does the work; false: it failed, and that was said. */
export type Attempt = (unless: string, work: () => Promise<void>) => Promise<boolean>;

export class SnapshotTellings {
  readonly #store: Pick<SnapshotStore, "current" | "state" | "setState">;
  readonly #listeners: readonly Listener[];

  constructor(
    { publish, search }: SnapshotListeners,
    store: Pick<SnapshotStore, "current" | "state" | "setState">,
  ) {
    this.#store = store;
    this.#listeners = [
      ...(publish === undefined
        ? []
        : [
            {
              state: "published" as const,
              unless: "is not told to its edges",
              tell: ({ name }: Repository, json: string) => publish(name, json),
            },
          ]),
      ...(search === undefined
        ? []
        : [{ state: "searched" as const, unless: "is not told to its suites", tell: search }]),
    ];
  }

  /** Whether all have heard of the current snapshot, where there is one. */
  get isDone(): boolean {
    const id = this.#store.current()?.id;
    return (
      id === undefined || this.#listeners.every(({ state }) => this.#store.state(state) === id)
    );
  }

  /** Tells those who haven't. @returns whether all have heard of it by then; rejects as the store does */
  async tell(listed: Repository, attempt: Attempt): Promise<boolean> {
    const current = this.#store.current();
    if (current === undefined) return true;
    let isDone = true;
    for (const { state, unless, tell } of this.#listeners) {
      if (this.#store.state(state) === current.id) continue;
      const hasHeard = await attempt(unless, () => tell(listed, current.json));
      if (hasHeard) this.#store.setState(state, current.id);
      isDone &&= hasHeard;
    }
    return isDone;
  }
}
