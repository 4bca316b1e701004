/** Accounts and tokens as the API tells them, and what it answers where they refuse something. */
import type { Principal, Token } from "../accounts/account.ts";
import type { RefusalKind, Refused } from "../accounts/outcome.ts";
import { scopeText } from "../accounts/scopes.ts";
import { roles } from "../accounts/verbs.ts";
import { problem } from "../http/problem.ts";
import * as s from "./schemas.ts";

/** An account, as `toldPrincipal` tells it. */
export const principal = s.object({
  name: s.text,
  role: { enum: roles },
  mirrors: { ...s.listOf(s.text), description: "Of a mirror-admin: the mirrors it looks after." },
  contact: s.text,
  created: s.moment,
  disabled: s.orNull(s.moment),
});

/** A token, as `toldToken` tells it. */
export const token = s.object({
  id: { ...s.text, description: "Its public name: the first part of the secret." },
  principal: s.text,
  scopes: s.listOf(s.text),
  description: s.text,
  created: s.moment,
  expires: s.moment,
  used: { ...s.orNull(s.moment), description: "Last use, to the hour." },
  revoked: s.orNull(s.object({ at: s.moment, why: s.text })),
});

const statuses: Readonly<Record<RefusalKind, number>> = {
  wrong: 422,
  unknown: 404,
  conflict: 409,
  full: 507,
};

/** What accounts refuse, as an answer. */
export function refusal({ refused, why }: Refused): Response {
  return problem(statuses[refused], { detail: why });
}

/** There is no such account. */
export function unknownAccount(name = ""): Response {
  return problem(404, { detail: `There is no account ${name.slice(0, 80)}.` });
}

/** An account without what isn't told of it. */
export function toldPrincipal({ created, disabled, ...rest }: Principal) {
  return {
    ...rest,
    created: iso(created),
    disabled: disabled === undefined ? null : iso(disabled),
  };
}

/** A token without its hash. */
export function toldToken({
  created,
  expires,
  used,
  revoked,
  scopes: narrowed,
  id,
  principal: name,
  description,
}: Token) {
  return {
    id,
    principal: name,
    scopes: narrowed.map(scopeText),
    description,
    created: iso(created),
    expires: iso(expires),
    used: used === undefined ? null : iso(used),
    revoked: revoked === undefined ? null : { at: iso(revoked.at), why: revoked.why },
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
