/** A repository's real object, as a caller asks it whose list is newer each time that its entry is another. */

import type { OriginObject } from "../../worker/health/origins.ts";
import { askRepository, type RepositoryObject } from "../../worker/repositories/ask-repository.ts";
import type { Baseline } from "../../worker/repositories/baseline/baseline.ts";
import type { Repository as Listed } from "../../worker/repositories/catalogue.ts";

type WholeObject = RepositoryObject & OriginObject;

export class ToldObject {
  readonly #object: () => WholeObject;
  #version = 0;
  #entry = "";

  /** @param object a stub of it, asked anew for each call */
  constructor(object: () => WholeObject) {
    this.#object = object;
  }

  /** As `RepositoryAnswers.snapshot`. */
  snapshot(entry: Listed, known: string): Promise<string | null> {
    return askRepository(this.#object, this.#known(entry), (one, version) =>
      one.currentSnapshot(version, known),
    );
  }

  /** As `RepositoryAnswers.index`. */
  index(entry: Listed, path: string, sha256: string): Promise<string> {
    return askRepository(this.#object, this.#known(entry), (one, version) =>
      one.storeIndex(version, path, sha256),
    );
  }

  /** As `RepositoryAnswers.refresh`. */
  async refresh(entry: Listed): Promise<void> {
    await askRepository(this.#object, this.#known(entry), (one, version) => one.followNow(version));
  }

  /** As `OriginBaseline.baseline`. */
  reference(entry: Listed, maxAgeMs: number): Promise<Baseline> {
    return askRepository(this.#object, this.#known(entry), (one, version) =>
      one.originReference(version, maxAgeMs),
    );
  }

  /** As `OriginBaseline.range`. */
  range(entry: Listed, path: string, first: number, last: number): Promise<Uint8Array | undefined> {
    return askRepository(this.#object, this.#known(entry), (one, version) =>
      one.originRange(version, path, first, last),
    );
  }

  #known(entry: Listed) {
    const json = JSON.stringify(entry);
    if (json !== this.#entry) this.#version++;
    this.#entry = json;
    return { name: entry.name, version: this.#version, entry };
  }
}
