/**
 * Holds off the collection of blobs from those that are being written. All in memory: when the process ends, so do the
 * writings, and what they left is collected.
 *
 * The trap: a writer that finds a blob stored doesn't store it again, and the collection may be about to remove it. So
 * a writer holds its blobs first, which waits for a removal under way; and a collection spares whatever was held at any
 * time since its beginning, as the snapshots it knows of may be older than that.
 */
export class RetentionHolds {
  readonly #held = new Map<string, number>();
  /** What the collection under way must not remove. */
  #spared: Set<string> | undefined;
  #removing: { names: ReadonlySet<string>; done: Promise<unknown> } | undefined;

  /** Holds these blobs until the returned function is called. */
  async hold(names: Iterable<string>): Promise<() => void> {
    const list = [...names];
    for (const name of list) {
      this.#held.set(name, (this.#held.get(name) ?? 0) + 1);
      this.#spared?.add(name);
    }
    const removing = this.#removing;
    if (removing !== undefined && list.some((name) => removing.names.has(name))) {
      await removing.done;
    }
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      for (const name of list) {
        const count = (this.#held.get(name) ?? 0) - 1;
        if (count > 0) this.#held.set(name, count);
        else this.#held.delete(name);
      }
    };
  }

  /** @throws Error where one is under way */
  beginCollection(): Collection {
    if (this.#spared !== undefined) throw new Error("A collection is under way.");
    const spared = new Set(this.#held.keys());
    this.#spared = spared;
    return {
      remove: async (names, removal) => {
        const free = names.filter((name) => !spared.has(name));
        if (free.length === 0) return 0;
        // Between this filter and the removal's beginning nothing is awaited: nobody can take hold.
        const done = removal(free);
        this.#removing = { names: new Set(free), done: done.catch(() => undefined) };
        try {
          await done;
        } finally {
          this.#removing = undefined;
        }
        return free.length;
      },
      end: () => {
        this.#spared = undefined;
      },
    };
  }
}

export interface Collection {
  /** Removes those of the blobs that nobody holds; gives their number. */
  remove(
    names: readonly string[],
    removal: (names: readonly string[]) => Promise<void>,
  ): Promise<number>;
  end(): void;
}
