/**
 * An entry of the audit log, and the chain: each entry's hash is over the entry and the hash before it. Who changes or
 * removes one has to write all entries behind it anew, and then the newest hash isn't the one that others noted.
 * Pure. The form is stated in `docs/operating/accounts.md`, so that an exported log can be verified without us.
 */
import { canonicalJson, type Json } from "../runtime/canonical-json.ts";
import { sha256Of } from "../runtime/sha256.ts";
import { withoutSecrets } from "./token.ts";
import type { Verb } from "./verbs.ts";

/** What the service itself does, in the audit like what principals do. */
export type AuditedVerb = Verb | "account.bootstrap" | "audit.prune";

/** Who did something, from where, and why. */
export interface Act {
  /** Unix ms. */
  at: number;
  principal: string;
  /** The token's public name; empty: without a token. */
  token: string;
  /** The whole address: of an operator, not of a client. Empty: of the service itself. */
  address: string;
  /** In the principal's own words; may be empty. */
  why: string;
  /** Of the request, as in the answer and the log. */
  request: string;
}

/** What is to be kept of an act. */
export interface Audited {
  act: Act;
  verb: AuditedVerb;
  /** `mirror/NAME`, `mirror/NAME/repository/NAME`, `account/NAME`, `token/ID`, `list`. */
  resource: string;
  /** What was there; absent: nothing. Never a secret: tokens in it are removed. */
  before?: Json;
  after?: Json;
}

/** An entry as it is kept, exported and hashed. */
export interface AuditEntry {
  /** From 1, without a gap. */
  id: number;
  at: number;
  principal: string;
  token: string;
  /** SHA-256 of salt, a line feed and address. The chain has this, so that the address itself can be erased. */
  addressSeal: string;
  /** Undefined: erased. */
  address: { text: string; salt: string } | undefined;
  verb: string;
  resource: string;
  /** Canonical JSON, or null. */
  before: string | null;
  after: string | null;
  why: string;
  request: string;
  /** SHA-256, hex. */
  hash: string;
}

/** Where a chain goes on: the id and hash of the entry before. */
export interface Link {
  id: number;
  hash: string;
}

/** Before the first entry. */
export const genesis: Link = { id: 0, hash: "0".repeat(64) };

/** Characters kept of `before` and of `after`: 1,000 mirrors' names; a longer value is cut, and its hash kept. */
export const maxValueLength = 32_768;
/** Characters kept of the other texts: a sentence or two. */
export const maxTextLength = 1000;

/**
 * The entry behind the newest one. Its time is never before that one's, also where the clock was set back: entries are
 * found by time in the order of their ids.
 *
 * @param last the newest entry, with its time
 * @param salt random, of this entry alone
 */
export function entryBehind(
  last: Link & { at: number },
  audited: Audited,
  salt: string,
): AuditEntry {
  const { act, verb, resource, before, after } = audited;
  const address = { text: textOf(act.address), salt };
  const entry = {
    id: last.id + 1,
    at: Math.max(act.at, last.at),
    principal: textOf(act.principal),
    token: textOf(act.token),
    addressSeal: sealOf(address),
    address,
    verb,
    resource: textOf(resource),
    before: jsonOf(before),
    after: jsonOf(after),
    why: textOf(act.why),
    request: textOf(act.request),
  };
  return { ...entry, hash: hashOf(entry, last.hash) };
}

/** SHA-256 over the canonical JSON of all fields but the address itself, and the hash before as `previous`. */
export function hashOf(entry: Omit<AuditEntry, "hash">, previous: string): string {
  const { id, at, principal, token, addressSeal, verb, resource, before, after, why, request } =
    entry;
  return sha256Of(
    canonicalJson({
      id,
      at,
      principal,
      token,
      addressSeal,
      verb,
      resource,
      before,
      after,
      why,
      request,
      previous,
    }),
  );
}

function sealOf({ text, salt }: { text: string; salt: string }): string {
  return sha256Of(`${salt}\n${text}`);
}

/** Where a chain is broken. */
export interface Break {
  /** Of the first entry that isn't as it was written. */
  id: number;
  why: string;
}

/** How far a chain holds. */
export type Verified = { last: Link } | { broken: Break };

/** Follows entries, oldest first, from a link on. */
export function followChain(from: Link, entries: Iterable<AuditEntry>): Verified {
  let last = from;
  for (const entry of entries) {
    const { id, hash, address, addressSeal } = entry;
    const broken = (why: string): Verified => ({ broken: { id: last.id + 1, why } });
    if (id !== last.id + 1) return broken(`Entry ${last.id + 1} is missing: ${id} comes next.`);
    if (hashOf(entry, last.hash) !== hash) {
      return broken(`Entry ${id}, or the hash before it, isn't what it was when it was written.`);
    }
    if (address !== undefined && sealOf(address) !== addressSeal) {
      return broken(`The address of entry ${id} isn't what it was when it was written.`);
    }
    last = { id, hash };
  }
  return { last };
}

/** SQLite ends a text at NUL and has no lone surrogates: the hash would be of another text than the one that is kept. */
function textOf(text: string): string {
  const clean = withoutSecrets(text.toWellFormed().replaceAll("\0", "\ufffd"));
  return clean.length <= maxTextLength
    ? clean
    : `${clean.slice(0, maxTextLength - 1).toWellFormed()}…`;
}

function jsonOf(value: Json | undefined): string | null {
  if (value === undefined) return null;
  const json = withoutSecrets(canonicalJson(value).toWellFormed());
  if (json.length <= maxValueLength) return json;
  const begin = json.slice(0, maxValueLength / 2).toWellFormed();
  return canonicalJson({ cut: begin, length: json.length, sha256: sha256Of(json) });
}

/** An entry as a line of an export, without its line feed: JSON with `before` and `after` as texts, as they are hashed. */
export function exportLine({ address, ...entry }: AuditEntry): string {
  return JSON.stringify({
    ...entry,
    address: address?.text ?? null,
    addressSalt: address?.salt ?? null,
  });
}
