/**
 * How a repository is followed, by its list entry: what is asked of its metadata before it becomes a snapshot, and when
 * its origin is looked at. Pure.
 */

import type { Verification } from "../formats/verification.ts";
import { sha256Of } from "../runtime/sha256.ts";
import type { Repository } from "./catalogue.ts";
import type { Lasting } from "./chain/expiry.ts";

/** Seconds between two questions where the list says nothing. */
export const defaultPoll = 60;

/** How a repository is verified; undefined: it isn't followed, and comes from its origin as it is. */
export function verificationOf(listed: Repository): Verification | undefined {
  if ((listed.roots ?? []).length === 0) return undefined;
  return listed.verify ?? (listed.keys.length > 0 ? "signed" : undefined);
}

/** Between two questions to the origin, ms. */
export function pollMs({ poll = defaultPoll }: Repository): number {
  return poll * 1000;
}

/** So long after the last question a repository is followed as often as its list entry says, ms. */
export const askedForMs = 3_600_000;
/**
 * So long after the last question it is followed at all, ms. Three weeks: a host that updates once a week and misses a
 * week still isn't the one that wakes it.
 */
export const rememberedForMs = 21 * 86_400_000;
/**
 * Between two questions to the origin while nobody asks, ms: 120 small questions a day for each root. The first client
 * after a night then waits for what changed in the last minutes, not for a day's indexes.
 */
export const quietPollMs = 12 * 60_000;

/**
 * Between two questions to the origin, ms, of a repository that was last asked for so long ago; `undefined`: it isn't
 * followed any more.
 */
export function followEveryMs(listed: Repository, askedAgoMs: number): number | undefined {
  const usual = pollMs(listed);
  if (listed.follow === "always" || askedAgoMs < askedForMs) return usual;
  return askedAgoMs < rememberedForMs ? Math.max(usual, quietPollMs) : undefined;
}

/**
 * A question about a repository waits so long for a look at its origin, ms: a root that changed takes a second to be
 * read, verified and stored, and its used indexes as long again. A client then gets what was there before.
 */
export const originWaitMs = 3000;
/**
 * The same where a client would refuse what was there before, ms. The shortest patience of a client is apt's, 30 s, and
 * the origin has 15 s for each answer.
 */
export const expiredOriginWaitMs = 15_000;

/** What is known of an origin. */
export interface Looked {
  /** When the last look that it answered was begun, Unix ms; 0: never. */
  at: number;
  /** Of the current snapshot. */
  roots: readonly Lasting[];
}

/**
 * Whether the origin is to be looked at before a question about the repository is answered: it was last looked at
 * longer ago than the list entry says, or clients have come to refuse a root since.
 *
 * @param now Unix ms
 */
export function isLookDue(listed: Repository, { at, roots }: Looked, now: number): boolean {
  if (now - at >= pollMs(listed)) return true;
  return roots.some(({ validUntil = 0 }) => at < validUntil && validUntil <= now);
}

/**
 * Tells one way of verifying from another: what was taken under other keys or from another origin is asked for and
 * verified anew, however the origin confirms that it hasn't changed.
 */
export function ruleOf(listed: Repository): string {
  const { origin, kind, keys, suites } = listed;
  const rule = JSON.stringify([origin, kind, keys, verificationOf(listed), suites]);
  return sha256Of(rule).slice(0, 16);
}
