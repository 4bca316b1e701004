/** Accounts: principals and their tokens, as they are kept, and what is taken as one. Pure. */
import type { Json } from "../runtime/canonical-json.ts";
import { done, type Outcome, type Refused, refused } from "./outcome.ts";
import { type Scope, scopeText } from "./scopes.ts";
import { isRole, type Role, roles } from "./verbs.ts";

const day = 24 * 3600 * 1000;

/** Principals at most: one for each mirror of a list three times as long as the bundled one. */
export const maxPrincipals = 5000;
/** Mirrors of one mirror-admin: the sites of one organisation. */
export const maxOwnMirrors = 50;
/** Tokens of one principal that work: one for each of its machines. */
export const maxTokens = 50;
/** Tokens of one principal in all, with those that have ended: the oldest of these go first. */
export const maxTokensKept = 100;
/** How long a token lasts where nobody says, ms: a season, so that forgotten ones end by themselves. */
export const defaultTokenMs = 90 * day;
/** How long a token may last, ms: a year and a day, so that it can be renewed once a year. */
export const maxTokenMs = 366 * day;
/** A token that has ended is still listed this long, ms: somebody may ask what it was. */
export const endedTokenMs = 90 * day;
/**
 * A token's last use is written at most this often, ms. Whether it is still used is all that one asks; a write with
 * each request would be most of what the object writes.
 */
export const lastUseMs = 3600 * 1000;
/** Characters of a contact and of a description. */
export const maxTextLength = 200;

export interface Principal {
  name: string;
  role: Role;
  /** Of a mirror-admin; empty for the other roles. */
  mirrors: readonly string[];
  /** How to reach whoever this is; may be empty. */
  contact: string;
  /** Unix ms. */
  created: number;
  /** Unix ms; undefined: it isn't. */
  disabled: number | undefined;
}

export interface Token {
  /** Its public name. */
  id: string;
  principal: string;
  scopes: readonly Scope[];
  /** What it is for. */
  description: string;
  /** Unix ms, like the others. */
  created: number;
  expires: number;
  /** Public name of the token that asked for it; empty: the first one, or an admin's session. */
  madeBy: string;
  /** Within an hour; undefined: never. */
  used: number | undefined;
  revoked: { at: number; why: string } | undefined;
}

/** What is taken as a new principal. */
export interface NewPrincipal {
  name: string;
  role: Role;
  mirrors: readonly string[];
  contact: string;
}

/** Names that the audit log has for others. */
const reserved = ["service", "anonymous", "nobody"];

/** Why a name can't be a principal's; undefined: it can. */
export function wrongName(name: string): string | undefined {
  if (!/^[a-z0-9][a-z0-9._@+-]{0,62}[a-z0-9]$/.test(name)) {
    return `${JSON.stringify(name.slice(0, 80))} can't be the name of an account: it has 2 to 64 of a-z, 0-9, ".", "_", "@", "+" and "-", and begins and ends with a letter or digit.`;
  }
  return reserved.includes(name)
    ? `The name ${name} is the service's own: take another.`
    : undefined;
}

/** A principal as somebody wrote it. */
export interface WantedPrincipal {
  name: string;
  role: string;
  mirrors: readonly string[];
  contact: string;
}

/** Reads a principal as somebody wrote it: mirrors only with the role that has some. */
export function readPrincipal(wanted: WantedPrincipal): Outcome<NewPrincipal> {
  const { name, role, contact } = wanted;
  const mirrors = [...new Set(wanted.mirrors)];
  const wrong = (why: string) => refused("wrong", why);
  const bad = wrongName(name);
  if (bad !== undefined) return wrong(bad);
  if (!isRole(role)) {
    return wrong(`${JSON.stringify(role.slice(0, 80))} is no role: take ${roles.join(", ")}.`);
  }
  if (role !== "mirror-admin" && mirrors.length > 0) {
    return wrong(`Only a mirror-admin has mirrors of its own; ${name} has the role ${role}.`);
  }
  if (role === "mirror-admin" && mirrors.length === 0) {
    return wrong(`A mirror-admin looks after one mirror at least: name ${name}'s.`);
  }
  if (mirrors.length > maxOwnMirrors) {
    return wrong(
      `A mirror-admin has at most ${maxOwnMirrors} mirrors; these are ${mirrors.length}.`,
    );
  }
  const noName = mirrors.find(
    (mirror) => !/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/.test(mirror),
  );
  if (noName !== undefined) {
    return wrong(`${JSON.stringify(noName.slice(0, 80))} can't be the name of a mirror.`);
  }
  const long = wrongText("contact", contact);
  return long === undefined ? done({ name, role, mirrors, contact }) : wrong(long);
}

/** Why a text can't be kept of an account; undefined: it can. */
export function wrongText(field: string, text: string): string | undefined {
  if (text.length > maxTextLength) {
    return `The ${field} has ${text.length} characters; at most ${maxTextLength} are kept.`;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  return /[\u0000-\u001f\u007f]/.test(text) || !text.isWellFormed()
    ? `The ${field} has control characters: write it in one line.`
    : undefined;
}

/** How long a token shall last. @param wanted ms; undefined: the default */
export function tokenLifetime(wanted: number | undefined): Outcome<number> {
  const ms = wanted ?? defaultTokenMs;
  if (!(ms > 0 && ms <= maxTokenMs)) {
    return refused(
      "wrong",
      `A token lasts at most ${maxTokenMs / day} days, and some time at least.`,
    );
  }
  return done(ms);
}

/** Why a token doesn't work any more; undefined: it does. */
export function tokenEnd({ revoked, expires }: Token, now: number): string | undefined {
  if (revoked !== undefined) {
    return `This token was revoked at ${new Date(revoked.at).toISOString()}: ask for a new one.`;
  }
  if (expires <= now) {
    return `This token expired at ${new Date(expires).toISOString()}: ask for a new one.`;
  }
  return undefined;
}

/** What the audit log has of a principal: of its contact only whether there is one, so that it can be erased. */
export function auditedPrincipal({
  role,
  mirrors,
  contact,
  disabled,
}: NewPrincipal & { disabled?: number | undefined }): Json {
  return { role, mirrors, hasContact: contact !== "", disabled: disabled !== undefined };
}

/** What the audit log has of a token: nothing of its secret, not even the hash. */
export function auditedToken({ principal, scopes, description, expires, revoked }: Token): Json {
  return {
    principal,
    scopes: scopes.map(scopeText),
    description,
    expires,
    revoked: revoked !== undefined,
  };
}

/** An admin that can sign in again, or a new one. @param at Unix ms */
export function enabledAdmin(name: string, before: Principal | undefined, at: number): Principal {
  const fresh: Principal = {
    name,
    role: "admin",
    mirrors: [],
    contact: "",
    created: at,
    disabled: undefined,
  };
  return { ...(before ?? fresh), disabled: undefined };
}

/** There is no such account. */
export function unknownAccount(name: string): Refused {
  return refused("unknown", `There is no account ${name.slice(0, 80)}.`);
}
