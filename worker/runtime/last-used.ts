/** Values by name, as many as fit: the one whose use is longest ago goes first. */
export class LastUsed<Value> {
  readonly #bytes: number;
  #used = 0;
  /** The one used last is the last. */
  readonly #held = new Map<string, { value: Value; bytes: number }>();

  /** @param bytes that all values may take together; the newest stays in any case */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  get(name: string): Value | undefined {
    const held = this.#held.get(name);
    if (held === undefined) return undefined;
    this.#held.delete(name);
    this.#held.set(name, held);
    return held.value;
  }

  set(name: string, value: Value, bytes: number): void {
    this.#used += bytes - (this.#held.get(name)?.bytes ?? 0);
    this.#held.delete(name);
    this.#held.set(name, { value, bytes });
    for (const [oldest, held] of this.#held) {
      if (this.#used <= this.#bytes || oldest === name) return;
      this.#held.delete(oldest);
      this.#used -= held.bytes;
    }
  }
}
