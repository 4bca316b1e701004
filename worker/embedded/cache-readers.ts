/** Who reads an entry's pieces now. Pure. */

/** A reader that takes nothing for as long holds its entry no more, ms. */
const idleMs = 10 * 60_000;

export class CacheReaders {
  /** By entry; `at`: when one of them took something last, Unix ms. */
  readonly #reading = new Map<number, { count: number; at: number }>();
  /** Entries without a name that go when their last reader has ended. */
  readonly #leaving = new Set<number>();
  readonly #remove: (id: number) => void;

  /** @param remove is told each entry that may go now */
  constructor(remove: (id: number) => void) {
    this.#remove = remove;
  }

  /** @param now Unix ms */
  begin(id: number, now: number): void {
    const count = (this.#reading.get(id)?.count ?? 0) + 1;
    this.#reading.set(id, { count, at: now });
  }

  /** A reader took something. @param now Unix ms */
  note(id: number, now: number): void {
    const reading = this.#reading.get(id);
    if (reading !== undefined) reading.at = now;
  }

  end(id: number): void {
    const reading = this.#reading.get(id);
    if (reading === undefined) return;
    reading.count--;
    if (reading.count === 0) this.#letGo(id);
  }

  /** Lets an entry go as soon as nobody reads it. False: nobody does now. */
  leave(id: number): boolean {
    if (!this.#reading.has(id)) return false;
    this.#leaving.add(id);
    return true;
  }

  /** @param now Unix ms */
  letGoOfIdle(now: number): void {
    for (const [id, { at }] of this.#reading) if (now - at >= idleMs) this.#letGo(id);
  }

  #letGo(id: number): void {
    this.#reading.delete(id);
    if (this.#leaving.delete(id)) this.#remove(id);
  }
}
