/** The files a repository got lately: what the edge holds in memory to tell which mirrors can't have a file yet. */
import type { PathHash } from "./path-hash.ts";
import type { PresenceIndex } from "./presence-index.ts";

/** Of one file: 8 of the hash, 2 of the generation. */
export const recentFileBytes = 10;

/**
 * The files listed now that were first listed after `sinceGeneration`: the hash of the path and that generation. A
 * file that isn't among them is older, or isn't listed at all: the whole index tells. 10,000 bytes for 1,000 files.
 */
export function recentFiles(index: PresenceIndex, sinceGeneration: number): RecentFiles {
  const { files } = index;
  const chosen: number[] = [];
  for (let at = 0; at < files.records.count; at++) {
    if (files.last(at) === undefined && files.first(at) > sinceGeneration) chosen.push(at);
  }
  const highs = Uint32Array.from(chosen, (at) => files.records.high(at));
  const lows = Uint32Array.from(chosen, (at) => files.records.low(at));
  const generations = Uint16Array.from(chosen, (at) => files.first(at) - index.head.base);
  return new RecentFiles(highs, lows, generations, index.head.base);
}

export class RecentFiles {
  readonly #highs: Uint32Array;
  readonly #lows: Uint32Array;
  readonly #generations: Uint16Array;
  readonly #base: number;

  /** Sorted by hash. */
  constructor(highs: Uint32Array, lows: Uint32Array, generations: Uint16Array, base: number) {
    this.#highs = highs;
    this.#lows = lows;
    this.#generations = generations;
    this.#base = base;
  }

  get size(): number {
    return this.#highs.length;
  }

  get byteLength(): number {
    return this.size * recentFileBytes;
  }

  /** The generation that listed the file first; undefined: it isn't recent. */
  generationOf({ high, low }: PathHash): number | undefined {
    let from = 0;
    let to = this.#highs.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const before = (this.#highs[middle] ?? 0) - high || (this.#lows[middle] ?? 0) - low;
      if (before === 0) return this.#base + (this.#generations[middle] ?? 0);
      if (before < 0) from = middle + 1;
      else to = middle;
    }
    return undefined;
  }

  /** For a view on its way to the edge, big-endian: base, then hash and generation of each file. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(4 + this.byteLength);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, this.#base);
    for (let index = 0; index < this.size; index++) {
      const at = 4 + index * recentFileBytes;
      view.setUint32(at, this.#highs[index] ?? 0);
      view.setUint32(at + 4, this.#lows[index] ?? 0);
      view.setUint16(at + 8, this.#generations[index] ?? 0);
    }
    return bytes;
  }

  /** What `toBytes` gave; undefined for bytes that can't be that. */
  static fromBytes(bytes: Uint8Array): RecentFiles | undefined {
    const size = (bytes.byteLength - 4) / recentFileBytes;
    if (!Number.isInteger(size) || size < 0) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const [highs, lows] = [new Uint32Array(size), new Uint32Array(size)];
    const generations = new Uint16Array(size);
    for (let index = 0; index < size; index++) {
      const at = 4 + index * recentFileBytes;
      highs[index] = view.getUint32(at);
      lows[index] = view.getUint32(at + 4);
      generations[index] = view.getUint16(at + 8);
      if (index > 0 && !follows(highs, lows, index)) return undefined;
    }
    return new RecentFiles(highs, lows, generations, view.getUint32(0));
  }
}

function follows(highs: Uint32Array, lows: Uint32Array, index: number): boolean {
  const step =
    (highs[index] ?? 0) - (highs[index - 1] ?? 0) || (lows[index] ?? 0) - (lows[index - 1] ?? 0);
  return step > 0;
}
