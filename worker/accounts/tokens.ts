/** What is done with tokens. Each change and its entry in the audit log are one write. */
import {
  auditedToken,
  lastUseMs,
  maxTextLength,
  maxTokens,
  maxTokensKept,
  type Principal,
  type Token,
  tokenEnd,
  tokenLifetime,
  unknownAccount,
  wrongText,
} from "./account.ts";
import type { AccountStore } from "./account-store.ts";
import type { Act, AuditedVerb } from "./audit-entry.ts";
import type { AuditLog } from "./audit-log.ts";
import { lastAdminGone } from "./last-admin.ts";
import { done, type Outcome, refused } from "./outcome.ts";
import type { Random } from "./random-text.ts";
import { maxScopes, readScopes, type Scope, scopeText } from "./scopes.ts";
import { newToken, readToken, type Secret, sameHash, withoutSecrets } from "./token.ts";

/** A token that works, and whose it is. */
export interface SignedIn {
  principal: Principal;
  token: Token;
}

/** Why somebody isn't signed in. */
export interface NotSignedIn {
  /** `guessed`: the secret isn't right (`FailedTries.failed`); `ended`: it is, but works no more (`FailedTries.ended`). */
  reason: "guessed" | "ended";
  /** A sentence for the one who asked. */
  why: string;
}

/** A new token as it is wanted. */
export interface WantedToken {
  principal: string;
  /** As people write them. */
  scopes: readonly string[];
  description: string;
  /** ms; absent: `defaultTokenMs`. */
  lifetimeMs?: number;
}

/** A token just made: its secret is shown this once. */
export interface MadeToken {
  token: Token;
  secret: Secret;
}

/** A token that may be written: checked, with its secret made. */
type PreparedToken = MadeToken & { hash: string };

export class Tokens {
  readonly #store: AccountStore;
  readonly #audit: AuditLog;
  readonly #random: Random;

  /** @param random the platform's source for secrets */
  constructor(store: AccountStore, audit: AuditLog, random: Random) {
    this.#store = store;
    this.#audit = audit;
    this.#random = random;
  }

  /**
   * Who has that token. Whoever may try at all is decided before (`FailedTries`).
   *
   * @param text as it was sent
   * @param now Unix ms
   * @param isNoted false: nothing is written, not even that it was used
   */
  signIn(text: string, now: number, isNoted = true): SignedIn | NotSignedIn {
    const parts = readToken(text);
    if (typeof parts === "string") return { reason: "guessed", why: parts };
    const known = this.#store.tokenWithHash(parts.id);
    // Compared also where there is none: the time doesn't tell which public names there are.
    const isRight = sameHash(parts.hash, known?.hash ?? "0".repeat(64));
    if (known === undefined || !isRight) {
      const why = "There is no such token: it was never made here, or ended long ago.";
      return { reason: "guessed", why };
    }
    const found = this.working(parts.id, now);
    if (typeof found === "string") return { reason: "ended", why: found };
    const { used } = found.token;
    if (isNoted && (used === undefined || now - used >= lastUseMs))
      this.#store.setUsed(parts.id, now);
    return found;
  }

  /** Drops tokens that ended long ago (`endedTokenMs`). @returns how many: to be called again until it is none */
  prune(now: number): number {
    const ended = this.#store.longEnded(now);
    this.#store.together(() => {
      for (const one of ended) this.#store.dropToken(one);
    });
    return ended.length;
  }

  /** A token by its public name, if it works; else a sentence why not. For sessions, which are bound to one. */
  working(id: string, now: number): SignedIn | string {
    const token = this.#store.token(id);
    if (token === undefined) return "The token is gone: sign in with another one.";
    const end = tokenEnd(token, now);
    if (end !== undefined) return end;
    const principal = this.#store.principal(token.principal);
    if (principal === undefined) return `The account ${token.principal} is gone.`;
    if (principal.disabled !== undefined) {
      return `The account ${principal.name} is disabled: an admin can enable it.`;
    }
    return { principal, token };
  }

  /**
   * @param parent the token that asks. The new one has all of its scopes and those that are wanted, so that no token
   *   can make one that may more.
   */
  create(act: Act, wanted: WantedToken, parent: Token | undefined): Outcome<MadeToken> {
    const verb = wanted.principal === act.principal ? "token.create-own" : "token.create";
    const principal = this.#store.principal(wanted.principal);
    if (principal === undefined) return unknownAccount(wanted.principal);
    if (principal.disabled !== undefined) {
      return refused("conflict", `The account ${principal.name} is disabled: enable it first.`);
    }
    const prepared = this.prepare(wanted, parent, act.at);
    if ("refused" in prepared) return prepared;
    return this.#store.together(() => done(this.write(act, verb, prepared.done)));
  }

  /** Checks a wanted token, and makes its secret. Writes nothing. */
  prepare(wanted: WantedToken, parent: Token | undefined, now: number): Outcome<PreparedToken> {
    const scopes = readScopes(wanted.scopes);
    if ("refused" in scopes) return scopes;
    const all = together(parent?.scopes ?? [], scopes.done);
    if (all.length > maxScopes) {
      const why = `The new token would have ${all.length} scopes, those of the token that asks among them; at most ${maxScopes} are kept.`;
      return refused("wrong", why);
    }
    const lifetime = tokenLifetime(wanted.lifetimeMs);
    if ("refused" in lifetime) return lifetime;
    const description = wrongText("description", wanted.description);
    if (description !== undefined) return refused("wrong", description);
    const working = this.#store
      .tokensOf(wanted.principal)
      .filter((one) => tokenEnd(one, now) === undefined);
    if (working.length >= maxTokens) {
      return refused(
        "full",
        `${wanted.principal} has ${maxTokens} tokens that work, as many as can be: revoke one first.`,
      );
    }
    const { id, hash, token: secret } = newToken(this.#random);
    const token: Token = {
      id,
      principal: wanted.principal,
      scopes: all,
      description: withoutSecrets(wanted.description),
      created: now,
      expires: now + lifetime.done,
      madeBy: parent?.id ?? "",
      used: undefined,
      revoked: undefined,
    };
    return done({ token, secret, hash });
  }

  /** To be called inside a transaction. */
  write(act: Act, verb: AuditedVerb, made: PreparedToken): MadeToken {
    const { token, secret, hash } = made;
    const kept = this.#store.tokensOf(token.principal);
    if (kept.length >= maxTokensKept) {
      const ended = kept.findLast((one) => tokenEnd(one, act.at) !== undefined);
      if (ended !== undefined) this.#store.dropToken(ended);
    }
    this.#store.addToken(token, hash);
    const after = auditedToken(token);
    this.#audit.append({ act, verb, resource: `token/${token.id}`, after });
    return { token, secret };
  }

  /**
   * Revokes a token, for good.
   *
   * @param how `withMade`: also those that it asked for, and so on, as a leaked token may have been used for that.
   *   `others`: those that it asked for of other principals as well, which needs `token.revoke`.
   *   `evenLast`: also where no admin is left that can sign in
   * @returns public names of all that were revoked, and of those that would have been with `others`
   */
  revoke(
    act: Act,
    id: string,
    how: { withMade?: boolean; others?: boolean; evenLast?: boolean } = {},
  ): Outcome<{ revoked: string[]; left: string[] }> {
    const token = this.#store.token(id);
    if (token === undefined) return refused("unknown", `There is no token ${id.slice(0, 80)}.`);
    const all = how.withMade ? this.#withMade(token) : [token];
    const working = all.filter(({ revoked }) => revoked === undefined);
    const those = working.filter((one) => how.others || one.principal === token.principal);
    const left = working.filter((one) => !those.includes(one));
    if (!how.evenLast) {
      const last = lastAdminGone(this.#store, act.at, { tokens: those.map((one) => one.id) });
      if (last !== undefined) return last;
    }
    const why = withoutSecrets(act.why).slice(0, maxTextLength);
    return this.#store.together(() => {
      for (const one of those) {
        this.#store.setRevoked(one.id, act.at, why);
        const verb = this.#revokingVerb(act, one);
        const before = auditedToken(one);
        const after = auditedToken({ ...one, revoked: { at: act.at, why } });
        this.#audit.append({ act, verb, resource: `token/${one.id}`, before, after });
      }
      return done({ revoked: those.map((one) => one.id), left: left.map((one) => one.id) });
    });
  }

  #revokingVerb(act: Act, { id, principal }: Token): AuditedVerb {
    if (id === act.token) return "token.revoke-this";
    return principal === act.principal ? "token.revoke-own" : "token.revoke";
  }

  #withMade(first: Token): Token[] {
    const all = new Map([[first.id, first]]);
    // A map also gives what is added while it is walked.
    for (const id of all.keys()) {
      for (const made of this.#store.madeBy(id)) all.set(made.id, made);
    }
    return [...all.values()];
  }
}

function together(some: readonly Scope[], others: readonly Scope[]): Scope[] {
  return [...new Map([...some, ...others].map((scope) => [scopeText(scope), scope])).values()];
}
