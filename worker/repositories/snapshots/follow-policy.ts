/** What is asked of a repository's metadata before it becomes a snapshot, by its list entry. Pure. */
import { createHash } from "node:crypto";
import type { Repository, Verification } from "../catalogue.ts";

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

/**
 * Tells one way of verifying from another: what was taken under other keys or from another origin is asked for and
 * verified anew, however the origin confirms that it hasn't changed.
 */
export function ruleOf(listed: Repository): string {
  const { origin, kind, keys } = listed;
  const rule = JSON.stringify([origin, kind, keys, verificationOf(listed)]);
  return createHash("sha256").update(new TextEncoder().encode(rule)).digest("hex").slice(0, 16);
}
