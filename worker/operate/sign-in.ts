/** Who asks: the token in `Authorization`, and a limit on guesses. */

import { readToken } from "../accounts/token.ts";
import type { SignedIn } from "../accounts/tokens.ts";
import { problem } from "../http/problem.ts";
import type { Caller } from "./answer-api.ts";
import type { Office } from "./office.ts";

const realm = 'Bearer realm="Nearmirror"';

/** Who has the token, or the answer to somebody who has none that works (RFC 6750, section 3). */
export function signIn(
  authorization: string | null,
  caller: Caller,
  office: Office,
): SignedIn | Response {
  if (authorization === null) {
    const detail =
      "This needs a token: send `Authorization: Bearer TOKEN`. Who runs this service gives them.";
    return problem(401, { detail, headers: { "WWW-Authenticate": realm } });
  }
  const [, text] = /^Bearer +([^\s]+)\s*$/i.exec(authorization) ?? [];
  if (text === undefined) {
    return problem(401, {
      detail: "`Authorization` has no bearer token. Send `Authorization: Bearer TOKEN`.",
      headers: { "WWW-Authenticate": `${realm}, error="invalid_request"` },
    });
  }
  const signed = trySecret(text, caller, office);
  return "principal" in signed
    ? signed
    : problem(signed.status, { detail: signed.why, headers: signed.headers });
}

/** Why a token doesn't sign in, as an answer's parts. */
export interface RefusedToken {
  status: 401 | 429;
  why: string;
  headers: Record<string, string>;
}

/** As `signIn`, of the token's text alone: the console's form has it too. */
export function trySecret(
  text: string,
  { address, isReadOnly = false }: Caller,
  office: Office,
): SignedIn | RefusedToken {
  const { failedTries, tokens, now } = office;
  const at = now();
  const parts = readToken(text);
  const name = typeof parts === "string" ? undefined : parts.id;
  const wait = failedTries.waitSeconds(address, name, at);
  if (wait > 0) {
    const why = `Too many tokens from this address were wrong: wait ${wait} s.`;
    return { status: 429, why, headers: { "Retry-After": String(wait) } };
  }
  const signed = tokens.signIn(text, at, !isReadOnly);
  if ("principal" in signed) {
    failedTries.succeeded(address, signed.token.id, at);
    return signed;
  }
  if (signed.reason === "guessed" || name === undefined) failedTries.failed(address, name, at);
  else failedTries.ended(address, name, at);
  const headers = { "WWW-Authenticate": `${realm}, error="invalid_token"` };
  return { status: 401, why: signed.why, headers };
}
