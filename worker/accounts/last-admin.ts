/** Somebody must be able to mend things: the last admin that can sign in doesn't go by accident. */
import type { AccountStore } from "./account-store.ts";
import { type Refused, refused } from "./outcome.ts";

/**
 * Refuses what would leave no admin with a token that works and has no scopes, where there is one now.
 *
 * @param now Unix ms
 * @param without who, or which tokens, would go
 */
export function lastAdminGone(
  store: AccountStore,
  now: number,
  without: { name?: string; tokens?: readonly string[] },
): Refused | undefined {
  const working = store.workingAdmins(now);
  const left = working.filter(
    ({ name, tokens }) =>
      name !== without.name && tokens.some((id) => !without.tokens?.includes(id)),
  );
  if (working.length === 0 || left.length > 0) return undefined;
  const why = `${working[0]?.name} is the last admin that can sign in: give another admin a token without scopes first.`;
  return refused("conflict", why);
}
