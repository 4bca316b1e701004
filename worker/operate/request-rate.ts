/** How many requests a principal may send, whatever they ask: a script that runs wild must not take the others' turns. */
import { LastUsed } from "../runtime/last-used.ts";

/** Requests of one principal within `windowMs`: ten a second, which no person and no ordinary script needs. */
export const requestsPerWindow = 600;
export const windowMs = 60_000;
/** Principals remembered; one that is forgotten begins anew. */
const maxPrincipals = 1024;

/** What is left of a principal's requests. */
export interface RateState {
  isOver: boolean;
  /** Requests that may still be sent now. */
  left: number;
  /** Seconds until all of them may be sent again; where it is over, until the next one may. */
  seconds: number;
}

export class RequestRate {
  readonly #left = new LastUsed<{ requests: number; at: number }>(maxPrincipals);

  /** Takes a request where there is one left. @param now Unix ms */
  take(principal: string, now: number): RateState {
    const before = this.#left.get(principal) ?? { requests: requestsPerWindow, at: now };
    const each = windowMs / requestsPerWindow;
    const grown = before.requests + Math.max(0, now - before.at) / each;
    const requests = Math.min(requestsPerWindow, grown);
    const isOver = requests < 1;
    const left = isOver ? requests : requests - 1;
    this.#left.set(principal, { requests: left, at: now });
    const missing = isOver ? 1 - left : requestsPerWindow - left;
    return { isOver, left: Math.floor(left), seconds: Math.ceil((missing * each) / 1000) };
  }
}

/** The headers that tell it (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4). */
export function rateHeaders({ left, seconds }: RateState): Record<string, string> {
  return {
    "RateLimit-Policy": `"principal";q=${requestsPerWindow};w=${windowMs / 1000}`,
    RateLimit: `"principal";r=${left};t=${seconds}`,
  };
}
