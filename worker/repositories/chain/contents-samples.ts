/** Keeps some files of an index while it is read, to sample mirrors by. */
import { detached } from "../../formats/index-reader.ts";
import type { IndexedFile } from "../../formats/indexed-file.ts";
import { Reservoir } from "../../runtime/reservoir.ts";
import type { SampleFile } from "../baseline/baseline.ts";

/** Files kept of all. Probes take one each; more variety than this per index and day shows nothing more. */
export const maxOrdinary = 64;
/** Files kept that the index's last state didn't list: the ones a mirror is most likely to lack. */
export const maxRecent = 64;

export class ContentsSamples {
  readonly #before: { has(path: string): boolean } | undefined;
  readonly #ordinary: Reservoir<SampleFile>;
  readonly #recent: Reservoir<SampleFile>;
  #sized = true;

  /** @param before what the index's last state listed; without it, nothing is recent */
  constructor(before: { has(path: string): boolean } | undefined, random: () => number) {
    this.#before = before;
    this.#ordinary = new Reservoir(maxOrdinary, random);
    this.#recent = new Reservoir(maxRecent, random);
  }

  /** The index tells the sizes of its files. */
  get sized(): boolean {
    return this.#sized;
  }

  offer({ path, size, sha256 }: IndexedFile): void {
    if (size === undefined) this.#sized = false;
    const recent = this.#before?.has(path) === false;
    (recent ? this.#recent : this.#ordinary).offer(() => ({
      path: detached(path),
      size: size ?? 0,
      ...(sha256 !== undefined && { sha256: detached(sha256) }),
      ...(recent && { recent }),
    }));
  }

  /**
   * What was kept, recent ones first.
   * @param still files that were recent in the last state and are listed still: nothing else may be new in this one
   */
  samples(still: readonly SampleFile[]): SampleFile[] {
    const recent = [...this.#recent.kept, ...still].slice(0, maxRecent);
    const known = new Set(recent.map(({ path }) => path));
    return [...recent, ...this.#ordinary.kept.filter(({ path }) => !known.has(path))];
  }
}

/** Of all indexes together: what a baseline holds and every Prober is told. */
const maxSamples = 256;

/** Some of each list, so that none crowds out the others: of each in turn one, recent ones before all others. */
export function someOfEach(lists: readonly (readonly SampleFile[])[]): SampleFile[] {
  const chosen = new Map<string, SampleFile>();
  for (const wanted of [true, false]) {
    const parts = lists.map((list) => list.filter(({ recent = false }) => recent === wanted));
    const longest = Math.max(0, ...parts.map(({ length }) => length));
    // Recent ones take half of the places at most.
    const places = wanted ? maxSamples / 2 : maxSamples;
    for (let at = 0; at < longest && chosen.size < places; at++) {
      for (const part of parts) {
        const file = part[at];
        if (file !== undefined && chosen.size < places && !chosen.has(file.path)) {
          chosen.set(file.path, file);
        }
      }
    }
  }
  return [...chosen.values()];
}
