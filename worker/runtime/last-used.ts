/** Values by name, as many as fit: the one whose use is longest ago goes first. */
export class LastUsed<Value> {
  readonly #room: number;
  #used = 0;
  /** The one used last is the last. */
  readonly #held = new Map<string, { value: Value; size: number }>();

  /** @param room for all values together, bytes or how many, as `set` is told; the newest stays in any case */
  constructor(room: number) {
    this.#room = room;
  }

  get(name: string): Value | undefined {
    const held = this.#held.get(name);
    if (held === undefined) return undefined;
    this.#held.delete(name);
    this.#held.set(name, held);
    return held.value;
  }

  delete(name: string): void {
    this.#used -= this.#held.get(name)?.size ?? 0;
    this.#held.delete(name);
  }

  /** @param size of the room; left out where values are counted */
  set(name: string, value: Value, size = 1): void {
    this.#used += size - (this.#held.get(name)?.size ?? 0);
    this.#held.delete(name);
    this.#held.set(name, { value, size });
    for (const [oldest, held] of this.#held) {
      if (this.#used <= this.#room || oldest === name) return;
      this.#held.delete(oldest);
      this.#used -= held.size;
    }
  }
}
