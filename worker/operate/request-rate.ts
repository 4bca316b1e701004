/** How many requests somebody may send, whatever they ask: a script that runs wild must not take the others' turns. */
import { LastUsed } from "../runtime/last-used.ts";

/** A limit that has a name in `RateLimit`. */
export interface RatePolicy {
  name: string;
  /** Requests within `windowMs`. */
  requests: number;
  windowMs: number;
}

/** Of a principal, whatever it asks: ten a second, which no person and no ordinary script needs. */
export const principalRate: RatePolicy = { name: "principal", requests: 600, windowMs: 60_000 };
/**
 * Of a principal's questions for events: each may look through 5,000 of them, or open a stream. One a second is more than
 * anybody polls; who wants to know sooner has the stream.
 */
export const eventsRate: RatePolicy = { name: "events", requests: 60, windowMs: 60_000 };
/**
 * Of one network's questions for feeds of mirrors, which need no token and ask Fleet each time. Readers come several times
 * a day, and one that gathers all feeds of an organisation's mirrors has a hundred.
 */
export const feedsRate: RatePolicy = { name: "feeds", requests: 120, windowMs: 60_000 };

/** Those remembered of one policy; one that is forgotten begins anew. */
const maxRemembered = 1024;

/** What is left of somebody's requests. */
export interface RateState {
  policy: RatePolicy;
  isOver: boolean;
  /** Requests that may still be sent now. */
  left: number;
  /** Seconds until all of them may be sent again; where it is over, until the next one may. */
  seconds: number;
}

export class RequestRates {
  readonly #left = new Map<string, LastUsed<{ requests: number; at: number }>>();

  /** Takes a request where there is one left. @param whose a principal, or a network @param now Unix ms */
  take(policy: RatePolicy, whose: string, now: number): RateState {
    const { name, requests: most, windowMs } = policy;
    const all = this.#left.get(name) ?? new LastUsed(maxRemembered);
    this.#left.set(name, all);
    const before = all.get(whose) ?? { requests: most, at: now };
    const each = windowMs / most;
    const grown = before.requests + Math.max(0, now - before.at) / each;
    const requests = Math.min(most, grown);
    const isOver = requests < 1;
    const left = isOver ? requests : requests - 1;
    all.set(whose, { requests: left, at: now });
    const missing = isOver ? 1 - left : most - left;
    return { policy, isOver, left: Math.floor(left), seconds: Math.ceil((missing * each) / 1000) };
  }
}

/** The headers that tell them (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4). */
export function rateHeaders(states: readonly RateState[]): Record<string, string> {
  const policies = states.map(
    ({ policy: { name, requests, windowMs } }) => `"${name}";q=${requests};w=${windowMs / 1000}`,
  );
  const limits = states.map(
    ({ policy, left, seconds }) => `"${policy.name}";r=${left};t=${seconds}`,
  );
  return { "RateLimit-Policy": policies.join(", "), RateLimit: limits.join(", ") };
}
