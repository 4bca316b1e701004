/** A bounded table of values by a group and a text, for looking up a piece of a text that was just received. */
import { TextIndex } from "./text-index.ts";

/** By group. */
type Generation<Value> = Map<string, TextIndex<Value>>;

/**
 * Two generations of values, each of the same size: when the younger one is full it becomes the older one, whose values
 * go unless they were used for writing since. To look one up makes nothing and moves nothing, which a `LastUsed` does.
 */
export class TextGenerations<Value> {
  readonly #most: number;
  #young: Generation<Value> = new Map();
  #old: Generation<Value> = new Map();
  #youngSize = 0;

  /** @param most values in each generation */
  constructor(most: number) {
    this.#most = most;
  }

  get(group: string, text: string): Value | undefined {
    return this.#young.get(group)?.get(text) ?? this.#old.get(group)?.get(text);
  }

  /** The value, in the younger generation from now on; what `make` gives where none is held. */
  use(group: string, text: string, make: () => Value): Value {
    const young = this.#young.get(group)?.get(text);
    if (young !== undefined) return young;
    if (this.#youngSize >= this.#most) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngSize = 0;
    }
    const value = this.#old.get(group)?.get(text) ?? make();
    const texts = this.#young.get(group) ?? new TextIndex();
    texts.add(text, value);
    this.#young.set(group, texts);
    this.#youngSize++;
    return value;
  }
}
