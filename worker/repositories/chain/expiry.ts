/** Roots that clients don't take any more, as the time that they give themselves is past (`Valid-Until`). Pure. */
import type { SnapshotRoot } from "./snapshot.ts";

/** A root as far as its time goes. */
export type Lasting = Pick<SnapshotRoot, "path" | "validUntil">;

/** Whether clients refuse the root. @param now Unix ms */
export function isExpired({ validUntil }: Lasting, now: number): boolean {
  return validUntil !== undefined && validUntil <= now;
}

/** Whether clients refuse one of the roots. @param now Unix ms */
export function someExpired(roots: readonly Lasting[], now: number): boolean {
  return roots.some((root) => isExpired(root, now));
}

/**
 * Whether one of the roots that clients refuse has a follower that they take: then nothing is gained by waiting with
 * it. A root that is expired for good, as of a suite that was given up, has none.
 *
 * @param now Unix ms
 */
export function revives(
  before: readonly Lasting[],
  next: readonly Lasting[],
  now: number,
): boolean {
  return before.some((root) => {
    if (!isExpired(root, now)) return false;
    const follower = next.find(({ path }) => path === root.path);
    return follower !== undefined && !isExpired(follower, now);
  });
}
