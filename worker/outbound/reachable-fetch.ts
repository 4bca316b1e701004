/**
 * A `fetch` that doesn't wait again for a server that could not be reached a moment ago: one check serves all who wait,
 * and everybody else is told at once.
 */
import { LastUsed } from "../runtime/last-used.ts";
import type { Fetch } from "./cdn-loop.ts";
import { serverOf, UnreachableServers } from "./unreachable-servers.ts";

/** The server was not asked, because it could not be reached a moment ago. */
export class JustUnreachable extends Error {
  constructor() {
    super("It could not be reached a moment ago.");
  }
}

/** A request waits so long, ms, for the check of a server that could not be reached: with the rest below 300 ms. */
export const recheckWaitMs = 150;

export interface ReachableSources {
  /** Unix ms. */
  now: () => number;
  /** Lets a check go on when the request that began it has been answered. */
  goOn: (check: Promise<unknown>) => void;
}

/** A caller's patience ends by a timer, and the clock that measures it is a coarse one, ms. */
const clockMs = 100;

/** Servers whose questions are known to wait, and questions of one of them; those beyond wait out their own time. */
export const maxServers = 256;
export const maxWaiting = 128;

/** One question that waits for its headers. */
interface Waiting {
  patienceMs: number;
  /** Unix ms; what waits longer was broken off with its request, and never said so. */
  until: number;
  giveUp: (reason: JustUnreachable) => void;
}

/** What an isolate knows of servers' reachability; its `by` wraps a `fetch`. */
export class ReachableFetch {
  readonly #sources: ReachableSources;
  readonly #servers = new UnreachableServers();
  readonly #waiting = new LastUsed<Set<Waiting>>(maxServers);

  constructor(sources: ReachableSources) {
    this.#sources = sources;
  }

  /**
   * The same `fetch`, which rejects with `JustUnreachable` where the server is known not to be reached.
   *
   * @param patienceMs for which the caller waits for headers
   */
  by(fetch: Fetch, patienceMs: number): Fetch {
    return (url, init) => {
      const server = serverOf(url);
      const way = this.#servers.way(server, patienceMs, this.#sources.now());
      if (way === "refuse") return Promise.reject(new JustUnreachable());
      if (way === "ask") return this.#ask(server, patienceMs, () => fetch(url, init));
      return this.#check(server, patienceMs, way === "check", (signal) =>
        fetch(url, { ...init, signal }),
      );
    };
  }

  /** As `UnreachableServers.since`. */
  unreachableSince(server: string, now: number): number | undefined {
    return this.#servers.since(server, now);
  }

  /** A request could reach neither the origin nor any mirror: for seconds nobody else waits to find the same. */
  cutOff(): void {
    this.#servers.cutOff(this.#sources.now());
  }

  /**
   * Ends with the others' questions to the same server, where one of these finds that it can't be reached. One promise
   * for all of that: each check of a mirror comes this way.
   */
  #ask(server: string, patienceMs: number, ask: () => Promise<Response>): Promise<Response> {
    return new Promise((resolve, reject) => {
      const begun = this.#sources.now();
      const all = this.#waiting.get(server) ?? new Set();
      for (const one of all) if (one.until < begun) all.delete(one);
      let isOver = false;
      const end = () => {
        isOver = true;
        all.delete(waiting);
        if (all.size === 0 && this.#waiting.get(server) === all) this.#waiting.delete(server);
      };
      const waiting: Waiting = {
        patienceMs,
        until: begun + patienceMs + clockMs,
        giveUp: (reason) => {
          end();
          reject(reason);
        },
      };
      if (all.size < maxWaiting) this.#waiting.set(server, all.add(waiting));
      ask().then(
        (response) => {
          this.#servers.answered(server, this.#sources.now());
          if (!isOver) {
            end();
            resolve(response);
            return;
          }
          // Where another one's failure ended this one, what still comes of this one is nobody's.
          response.body?.cancel().catch(() => undefined);
        },
        (error: unknown) => {
          this.#noteFailure(server, error, begun);
          if (isOver) return;
          end();
          reject(error);
        },
      );
    });
  }

  /** The check has the caller's patience, also where the caller has gone. */
  async #check(
    server: string,
    patienceMs: number,
    mayWait: boolean,
    ask: (signal: AbortSignal) => Promise<Response>,
  ): Promise<Response> {
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), patienceMs);
    const asked = this.#noting(server, () => ask(ending.signal)).finally(() => clearTimeout(timer));
    this.#sources.goOn(asked.catch(() => undefined));
    const late = Promise.withResolvers<undefined>();
    const waiting = setTimeout(() => late.resolve(undefined), mayWait ? recheckWaitMs : 0);
    try {
      const response = await Promise.race([asked, late.promise]);
      if (response !== undefined) return response;
    } finally {
      clearTimeout(waiting);
    }
    this.#sources.goOn(asked.then((much) => much.body?.cancel()).catch(() => undefined));
    throw new JustUnreachable();
  }

  async #noting(server: string, ask: () => Promise<Response>): Promise<Response> {
    const { now } = this.#sources;
    const begun = now();
    try {
      const response = await ask();
      this.#servers.answered(server, now());
      return response;
    } catch (error) {
      this.#noteFailure(server, error, begun);
      throw error;
    }
  }

  /** @param begun when the server was asked, Unix ms */
  #noteFailure(server: string, error: unknown, begun: number): void {
    const waitedMs = this.#sources.now() - begun + clockMs;
    this.#failed(server, isAbort(error) ? waitedMs : Number.POSITIVE_INFINITY);
  }

  #failed(server: string, waitedMs: number): void {
    const now = this.#sources.now();
    if (!this.#servers.failed(server, waitedMs, now)) return;
    for (const { patienceMs, until, giveUp } of this.#waiting.get(server) ?? []) {
      if (patienceMs <= waitedMs && now <= until) giveUp(new JustUnreachable());
    }
  }
}

/** Whether the caller's patience ended it, and not the connection. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
