/** When a finished snapshot becomes the current one. Pure. */
import type { PublishPolicy } from "../catalogue.ts";

/** Whether what waits is published now. */
export function isDue(
  policy: PublishPolicy | undefined,
  since: number,
  share: number | undefined,
  now: number,
): boolean {
  if (policy === undefined || now - since >= policy.atMost * 1000) return true;
  return share !== undefined && share >= policy.when;
}
