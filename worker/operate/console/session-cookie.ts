/** The console's cookies: which rules they go by, and what a request brings. */

/** Goes to https and to this machine alone, to no page outside of the console, and to no script. */
export const sessionCookie = {
  name: "__Secure-nearmirror",
  rules: "Path=/operate/; HttpOnly; Secure; SameSite=Strict",
} as const;

/**
 * Between the two steps of a sign-in by a provider. `Lax`, as it comes back by a link from another site; it lives ten
 * minutes and is of use to that sign-in alone.
 */
export const attemptCookie = {
  name: "__Secure-nearmirror-openid",
  rules: "Path=/operate/openid/; HttpOnly; Secure; SameSite=Lax; Max-Age=600",
} as const;

/** A cookie's value; undefined where there is none. */
export function cookieIn(header: string | null, name: string): string | undefined {
  const prefix = `${name}=`;
  const found = (header ?? "").split(/; */).find((one) => one.startsWith(prefix));
  const value = found?.slice(prefix.length);
  return value === undefined || value === "" ? undefined : value;
}
