/** What a Prober knows of the origins: baselines and bytes, through the repositories' own Durable Objects. */
import { askRepository, type Configurable } from "../repositories/ask-repository.ts";
import type { Baseline } from "../repositories/baseline/baseline.ts";
import type { Repository as Listed } from "../repositories/catalogue.ts";
import type { Answered } from "../repositories/own-entry.ts";
import { LastUsed } from "../runtime/last-used.ts";

/** What is called of a repository's object. `version` is that of the caller's list. */
export interface OriginObject extends Configurable {
  /** What the origin has, for the comparison with mirrors. */
  originReference(version: number, maxAgeMs: number): Promise<Answered<Baseline>>;
  /** As `OriginRanges.read`, of one of the baseline's samples. */
  originRange(
    version: number,
    path: string,
    first: number,
    last: number,
  ): Promise<Answered<Uint8Array | undefined>>;
}

/** A repository as a Prober's assignment has it. */
export interface AssignedRepository {
  entry: Listed;
  /** `CatalogueView.version` of a list that has it so; 0: not known. */
  version: number;
}

/** Repositories whose baseline is held, of all lists that follow one another; the bundled one has 29. */
const maxBaselines = 256;

export class Origins {
  readonly #object: ((name: string) => OriginObject) | undefined;
  /** How old a baseline may be, ms. */
  readonly #maxAgeMs: number;
  /** Is told of every call. */
  readonly #count: () => void;
  readonly #now: () => number;
  readonly #baselines = new LastUsed<{ at: number; baseline: Promise<Baseline> }>(maxBaselines);

  /**
   * @param object a stub of a repository's object; a stub whose call failed fails for good: one each time
   * @param now Unix ms
   */
  constructor(
    object: ((name: string) => OriginObject) | undefined,
    maxAgeMs: number,
    count: () => void,
    now: () => number,
  ) {
    this.#object = object;
    this.#maxAgeMs = maxAgeMs;
    this.#count = count;
    this.#now = now;
  }

  /** The baseline; the one before where no newer can be had, and an empty one where there is none. */
  baseline(assigned: AssignedRepository): Promise<Baseline> {
    const { name } = assigned.entry;
    const now = this.#now();
    const known = this.#baselines.get(name);
    if (known !== undefined && now - known.at < this.#maxAgeMs) return known.baseline;
    const asked = this.#ask(assigned, (object, version) =>
      object.originReference(version, this.#maxAgeMs),
    );
    const baseline = asked.catch(async (error: unknown) => {
      console.warn(`${name}: no baseline: ${error instanceof Error ? error.message : error}`);
      return (await known?.baseline) ?? { repository: name, askedAt: 0, roots: [], samples: [] };
    });
    this.#baselines.set(name, { at: now, baseline });
    return baseline;
  }

  /** Bytes of the origin's file, or `undefined` where it can't give them just now. */
  async range(assigned: AssignedRepository, path: string, first: number, last: number) {
    const asked = this.#ask(assigned, (object, version) =>
      object.originRange(version, path, first, last),
    );
    return await asked.catch(() => undefined);
  }

  async #ask<Answer>(
    { entry, version }: AssignedRepository,
    question: (object: OriginObject, version: number) => Promise<Answered<Answer>>,
  ): Promise<Answer> {
    const object = this.#object;
    if (object === undefined) throw new Error("no binding REPOSITORY");
    const { name } = entry;
    const stub = () => {
      this.#count();
      return object(name);
    };
    return await askRepository(stub, { name, version, entry }, question);
  }
}
