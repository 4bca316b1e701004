/** The hashes of many paths, and the paths in the order of them. Numbers in flat arrays: an index has 35,000 folders. */
import { type PathHash, pathHash64 } from "./path-hash.ts";

/** Of paths at a time; what names may take holds far fewer. */
const maxPaths = 2 ** 20;

export class PathHashes {
  readonly #paths: readonly string[];
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  /** Numbers of the paths, sorted by hash; those of one hash by themselves. */
  readonly order: Uint32Array;

  constructor(paths: readonly string[]) {
    this.#paths = paths;
    this.#high = new Uint32Array(paths.length);
    this.#low = new Uint32Array(paths.length);
    // Numbers are sorted many times faster than by a function; a double holds hash and place exactly.
    const keys = new Float64Array(paths.length);
    for (const [number, path] of paths.entries()) {
      const { high, low } = pathHash64(path);
      this.#high[number] = high;
      this.#low[number] = low;
      keys[number] = high * maxPaths + number;
    }
    this.order = Uint32Array.from(keys.sort(), (key) => key % maxPaths);
    this.#sortAlike();
  }

  /** Of the path of that number. */
  of(number: number): PathHash {
    return { high: this.#high[number] ?? 0, low: this.#low[number] ?? 0 };
  }

  /** Those whose hashes begin alike: of 35,000 one pair in seven. */
  #sortAlike(): void {
    const { order } = this;
    const highAt = (at: number) => this.#high[order[at] ?? 0];
    for (let from = 0; from < order.length; ) {
      let to = from + 1;
      while (to < order.length && highAt(to) === highAt(from)) to++;
      if (to - from > 1) order.subarray(from, to).sort((a, b) => this.#compare(a, b));
      from = to;
    }
  }

  #compare(a: number, b: number): number {
    const [one, other] = [this.#paths[a] ?? "", this.#paths[b] ?? ""];
    return (this.#low[a] ?? 0) - (this.#low[b] ?? 0) || (one < other ? -1 : one > other ? 1 : 0);
  }
}
