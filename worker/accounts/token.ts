/**
 * Tokens as text: `nmt_ID_SECRET` and six characters of a checksum behind it, so that a typo is told from a wrong
 * token, and programs that look for leaked secrets find ours: `nmt_[0-9A-Za-z]{10}_[0-9A-Za-z]{46}`.
 *
 * Only the SHA-256 of the secret is kept. A slow hash (bcrypt, Argon2) is for passwords, of which there are few enough
 * to try them all; 40 random characters are 238 bits, and nobody tries those, however quick the hash.
 */
import { timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";
import { sha256Of } from "../runtime/sha256.ts";
import { base62, type Random, randomText } from "./random-text.ts";

/** Begins every token: "Nearmirror token". */
const prefix = "nmt_";
/** Characters of a token's public name: 59 bits, so that a million of them are all different. */
const idLength = 10;
/** Characters of the secret: 238 bits. */
const secretLength = 40;
/** Characters of the checksum: 62 to the power of 6 is more than 32 bits. */
const checksumLength = 6;

/** For programs that look for leaked secrets. */
export const tokenPattern = `nmt_[0-9A-Za-z]{${idLength}}_[0-9A-Za-z]{${secretLength + checksumLength}}`;

const form = new RegExp(`^${tokenPattern}$`);

/** A secret on its way to the one who asked for it: logs, JSON and templates don't show it. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The secret itself: for the one answer that shows it. */
  show(): string {
    return this.#text;
  }

  toString(): string {
    return "(secret)";
  }

  toJSON(): string {
    return "(secret)";
  }
}

/** What is kept of a new token, and the token itself, which is shown once. */
export interface NewToken {
  id: string;
  /** SHA-256 of the secret, hex. */
  hash: string;
  token: Secret;
}

export function newToken(random: Random): NewToken {
  const id = randomText(idLength, random);
  const secret = randomText(secretLength, random);
  const body = `${prefix}${id}_${secret}`;
  return { id, hash: sha256Of(secret), token: new Secret(body + checksumOf(body)) };
}

/** A token's parts, as far as its form goes. */
export interface TokenParts {
  id: string;
  /** SHA-256 of the secret, hex. */
  hash: string;
}

/** @returns a sentence where it is no token; it repeats nothing of the text, which may be a secret all the same */
export function readToken(text: string): TokenParts | string {
  if (!text.startsWith(prefix)) return "This is no token: a token begins with nmt_.";
  if (!form.test(text)) {
    return "This is not a whole token: behind nmt_ stand 10 letters and digits, an underline and 46 more.";
  }
  const body = text.slice(0, -checksumLength);
  if (text.slice(-checksumLength) !== checksumOf(body)) {
    return "The token's checksum is wrong: a character is mistyped or missing. Copy it again.";
  }
  const secret = body.slice(-secretLength);
  return { id: text.slice(prefix.length, prefix.length + idLength), hash: sha256Of(secret) };
}

/** Compares hashes in a time that doesn't tell how much of them agrees. */
export function sameHash(one: string, other: string): boolean {
  const encoder = new TextEncoder();
  const [a, b] = [encoder.encode(one), encoder.encode(other)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

function checksumOf(body: string): string {
  return base62(crc32(new TextEncoder().encode(body)), checksumLength);
}

/** Ours, tokens (`nmt_`) and sessions (`nms_`), whole or nearly so. */
const secrets = /(nm[ts]_(?:[0-9A-Za-z]{10}_)?)[0-9A-Za-z]{20,}/g;

/** The text without secrets that somebody put into it; a token's public name stays. */
export function withoutSecrets(text: string): string {
  return text.replace(secrets, "$1(removed)");
}
