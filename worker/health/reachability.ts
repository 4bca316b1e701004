/** Whether a Prober can see at all: a failure counts only once somebody else has answered after it. */

import type { Ask } from "../outbound/ask.ts";
import type { Repository } from "../repositories/catalogue.ts";
import { type Control, findControls } from "./control.ts";
import type { Watched } from "./watched.ts";

/** A control has this long to answer, ms: what has failed by then waits to be told. */
const controlMs = 3000;

export interface ReachabilityOptions {
  ask: Ask;
  userAgent: string;
  deadlineMs: number;
  controlServers: readonly string[];
  /** Takes one request out of a mirror's budget; `false` where there is no room. */
  spend: (mirror: string) => boolean;
  /** Unix ms. */
  now: () => number;
  /** In [0, 1). */
  random: () => number;
}

export class Reachability {
  readonly #options: ReachabilityOptions;
  /** When anybody last answered, Unix ms. */
  #answeredAt = 0;
  #asking: { begunAt: number; answered: Promise<boolean> } | undefined;

  constructor(options: ReachabilityOptions) {
    this.#options = options;
  }

  /** Somebody answered a probe. */
  answered(): void {
    this.#answeredAt = this.#options.now();
  }

  /** Whether anybody but that host has answered since a moment: by chance, or because we ask now. */
  async works(
    since: number,
    butHost: string,
    watched: readonly Watched[],
    repository: Repository | undefined,
  ): Promise<boolean> {
    if (this.#answeredAt > since) return true;
    if (this.#asking === undefined || this.#asking.begunAt < since) {
      const { controlServers, now, random } = this.#options;
      const controls = findControls(watched, { host: butHost, repository }, controlServers, random);
      this.#asking = { begunAt: now(), answered: this.#anyAnswers(controls) };
    }
    const answered = await this.#asking.answered;
    if (answered) this.answered();
    return answered;
  }

  /** The first alone, as it mostly answers and nobody else need be asked; then all others. */
  async #anyAnswers(controls: readonly Control[]): Promise<boolean> {
    for (const some of [controls.slice(0, 1), controls.slice(1)]) {
      const any = await Promise.any(some.map((control) => this.#askOne(control))).catch(
        () => false,
      );
      if (any) return true;
    }
    return false;
  }

  async #askOne({ url, mirror }: Control): Promise<true> {
    const { ask, userAgent, deadlineMs, spend } = this.#options;
    if (mirror !== undefined && !spend(mirror)) throw new Error("no room in its budget");
    const reply = await ask({
      method: "HEAD",
      url,
      headers: { "User-Agent": userAgent },
      deadlineMs: Math.min(controlMs, deadlineMs),
      maxBodyBytes: 0,
    });
    if ("failed" in reply) throw new Error(reply.detail);
    return true;
  }
}
