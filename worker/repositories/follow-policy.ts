/**
 * How a repository is followed, by its list entry: what is asked of its metadata before it becomes a snapshot, and when
 * its origin is polled. Pure.
 */

import type { ReadAs, Verification } from "../formats/verification.ts";
import { sha256Of } from "../runtime/sha256.ts";
import type { Repository } from "./catalogue.ts";
import type { Lasting } from "./chain/expiry.ts";

/** Seconds between two questions where the list says nothing. */
export const defaultPoll = 60;

/** How what is served of a repository is verified; undefined: its metadata comes from its origin as it is. */
export function verificationOf(listed: Repository): Verification | undefined {
  if ((listed.roots ?? []).length === 0) return undefined;
  return listed.verify ?? (listed.keys.length > 0 ? "signed" : undefined);
}

/**
 * What an origin is read for: `serving`, snapshots that edges serve; `watching`, only what probes compare mirrors with.
 * The two never share what they store, so that nothing unverified can come to be served.
 */
export type Purpose = "serving" | "watching";

/** How an origin is read for a purpose; undefined: it isn't. */
export function readAs(listed: Repository, purpose: Purpose): ReadAs | undefined {
  if (purpose === "serving") return verificationOf(listed);
  return (listed.roots ?? []).length === 0 ? undefined : "watched";
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
 * followed any more. One that is only watched is followed while probes ask: no client waits for it.
 */
export function followEveryMs(
  listed: Repository,
  purpose: Purpose,
  askedAgoMs: number,
): number | undefined {
  const usual = pollMs(listed);
  if (askedAgoMs < askedForMs) return usual;
  if (purpose === "watching") return undefined;
  if (listed.follow === "always") return usual;
  return askedAgoMs < rememberedForMs ? Math.max(usual, quietPollMs) : undefined;
}

/**
 * A question about a repository waits so long for a poll of its origin, ms: a root that changed takes a second to be
 * read, verified and stored, and its used indexes as long again. A client then gets what was there before.
 */
export const originWaitMs = 3000;
/**
 * The same where a client would refuse what was there before, ms. The shortest patience of a client is apt's, 30 s, and
 * the origin has 15 s for each answer.
 */
export const expiredOriginWaitMs = 15_000;
/**
 * The same of an origin that was silent within the last minute, ms: while nothing can be reached every question would
 * wait. An origin that is back answers this soon, or the next question has what it said.
 */
export const silentOriginWaitMs = 100;

/**
 * A probe's question waits so long for a poll, ms: as long as the origin has for one answer. The first one has nothing to
 * go by yet, and waits for a root and an index of 25 MB.
 */
export const probeWaitMs = 15_000;
export const firstProbeWaitMs = 120_000;

/** What is known of an origin. */
export interface Polled {
  /** When the last poll that it answered was begun, Unix ms; 0: never. */
  at: number;
  /** Of the current snapshot. */
  roots: readonly Lasting[];
}

/**
 * Whether the origin is to be polled before a question about the repository is answered: it was last polled
 * longer ago than the list entry says, or clients have come to refuse a root since.
 *
 * @param now Unix ms
 */
export function isPollDue(listed: Repository, { at, roots }: Polled, now: number): boolean {
  if (now - at >= pollMs(listed)) return true;
  return roots.some(({ validUntil = 0 }) => at < validUntil && validUntil <= now);
}

/**
 * Tells one way of verifying from another: what was taken under other keys or from another origin is asked for and
 * verified anew, however the origin confirms that it hasn't changed.
 */
export function ruleOf({ origin, kind, keys, suites }: Repository, as: ReadAs): string {
  const rule = JSON.stringify([origin, kind, keys, as, suites]);
  return sha256Of(rule).slice(0, 16);
}
