/** What a Prober knows of the origins: references and bytes, through the repositories' own Durable Objects. */
import type { Repository as Listed } from "../repositories/catalogue.ts";
import type { Reference } from "../repositories/reference.ts";
import type { Repository } from "../repositories/repository.ts";

export class Origins {
  readonly #namespace: DurableObjectNamespace<Repository> | undefined;
  /** How old a reference may be, ms. */
  readonly #maxAgeMs: number;
  /** Is told of every call. */
  readonly #count: () => void;
  readonly #references = new Map<string, { at: number; reference: Promise<Reference> }>();

  constructor(
    namespace: DurableObjectNamespace<Repository> | undefined,
    maxAgeMs: number,
    count: () => void,
  ) {
    this.#namespace = namespace;
    this.#maxAgeMs = maxAgeMs;
    this.#count = count;
  }

  /** The reference; the one before where no newer can be had, and an empty one where there is none. */
  reference(listed: Listed): Promise<Reference> {
    const { name } = listed;
    const now = Date.now();
    const known = this.#references.get(name);
    if (known !== undefined && now - known.at < this.#maxAgeMs) return known.reference;
    const reference = this.#ask(listed).catch(async (error: unknown) => {
      console.warn(`${name}: no reference: ${error instanceof Error ? error.message : error}`);
      return (await known?.reference) ?? { repository: name, askedAt: 0, roots: [], samples: [] };
    });
    this.#references.set(name, { at: now, reference });
    return reference;
  }

  /** Bytes of the origin's file, or `undefined` where it can't give them just now. */
  async range(listed: Listed, path: string, first: number, last: number) {
    const stub = this.#stub(listed.name);
    return await stub?.range(listed, path, first, last).catch(() => undefined);
  }

  async #ask(listed: Listed): Promise<Reference> {
    const stub = this.#stub(listed.name);
    if (stub === undefined) throw new Error("no binding REPOSITORY");
    return await stub.reference(listed, this.#maxAgeMs);
  }

  /** A stub whose call failed fails for good: one each time. */
  #stub(name: string): DurableObjectStub<Repository> | undefined {
    this.#count();
    const namespace = this.#namespace;
    return namespace?.get(namespace.idFromName(name));
  }
}
