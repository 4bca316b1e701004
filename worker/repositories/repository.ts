/** The Durable Object of one repository: knows what its origin has, for all who probe its mirrors. */
import { DurableObject } from "cloudflare:workers";
import { askByFetch } from "../probes/ask-by-fetch.ts";
import { userAgent } from "../probes/user-agent.ts";
import type { Repository as Listed } from "./catalogue.ts";
import { openByFetch } from "./origin-access.ts";
import type { Reference } from "./reference.ts";
import { ReferenceKeeper } from "./reference-keeper.ts";
import { sqliteReferenceStore } from "./reference-store.ts";

/** What this needs of the Worker's variables. */
export interface RepositoryEnv {
  PUBLIC_URL?: string;
}

/** One per repository, named by the repository's name. */
export class Repository extends DurableObject<RepositoryEnv> {
  readonly #keeper: ReferenceKeeper;

  constructor(state: DurableObjectState, env: RepositoryEnv) {
    super(state, env);
    const fetcher = (url: string, init: RequestInit) => fetch(url, init);
    this.#keeper = new ReferenceKeeper({
      access: {
        ask: askByFetch(fetcher),
        open: openByFetch(fetcher),
        userAgent: userAgent(env.PUBLIC_URL ?? ""),
      },
      store: sqliteReferenceStore(state.storage),
      now: () => Date.now(),
      random: () => Math.random(),
    });
  }

  /** As `ReferenceKeeper.reference`; `listed` is the repository as the caller's catalogue has it. */
  reference(listed: Listed, maxAgeMs: number): Promise<Reference> {
    return this.#keeper.reference(listed, maxAgeMs);
  }

  /** As `ReferenceKeeper.range`. */
  range(
    listed: Listed,
    path: string,
    first: number,
    last: number,
  ): Promise<Uint8Array | undefined> {
    return this.#keeper.range(listed, path, first, last);
  }
}
