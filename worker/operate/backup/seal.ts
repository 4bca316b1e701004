/**
 * Secrets of a backup, sealed by a passphrase: a key by PBKDF2 (RFC 8018, section 5.2) with HMAC-SHA-256, then AES-256-GCM
 * (NIST SP 800-38D) with a random nonce each. What a sealed text is of is authenticated with it, so that none can take
 * another one's place.
 */
import type { Random } from "../../accounts/random-text.ts";

/** Rounds of PBKDF2: the most that Cloudflare's Workers take. They are few for a passphrase that people make up, so that it must be long. */
export const iterations = 100_000;
/** Characters of a passphrase: those of a generated one (`openssl rand -hex 32`), which can't be tried out. */
export const minPassphrase = 24;
export const maxPassphrase = 1024;
const saltBytes = 16;
const nonceBytes = 12;
/** What the text is that shows whether a passphrase is the right one. */
const checkOf = "passphrase";

/** How secrets are sealed, as it stands in a backup. */
export interface SealedBy {
  iterations: number;
  /** Base64. */
  salt: string;
  /** A text sealed by the same key: tells a wrong passphrase before anything else is read. */
  check: string;
}

/** Seals and opens by one passphrase. */
export interface Seal {
  by: SealedBy;
  /** @param of what the text is of: `webhook 7` */
  seal(text: string, of: string): Promise<string>;
  /** Undefined: the passphrase is another one, or the text was changed. */
  open(sealed: string, of: string): Promise<string | undefined>;
}

/** Why a text can't be a passphrase; undefined: it can. A header takes printable ASCII alone. */
export function passphraseFault(text: string): string | undefined {
  if (!/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text) || text.length > maxPassphrase) {
    return `The passphrase has other characters than printable ASCII, or more than ${maxPassphrase}.`;
  }
  return text.length < minPassphrase
    ? `The passphrase is shorter than ${minPassphrase} characters: take a generated one, such as openssl rand -hex 32 makes.`
    : undefined;
}

/** A new seal, with a salt of its own. */
export async function newSeal(passphrase: string, random: Random): Promise<Seal> {
  const salt = base64Of(random(saltBytes));
  const parts = await sealParts(passphrase, { iterations, salt }, random);
  return { by: { iterations, salt, check: await parts.seal(checkOf, checkOf) }, ...parts };
}

/** The seal that a backup has; undefined: the passphrase isn't the one. @param random for what is sealed anew */
export async function knownSeal(
  passphrase: string,
  by: SealedBy,
  random: Random,
): Promise<Seal | undefined> {
  // More rounds than ours would be another version's, and could hold the object up.
  if (!(by.iterations >= 1 && by.iterations <= iterations)) return undefined;
  const parts = await sealParts(passphrase, by, random);
  const opened = await parts.open(by.check, checkOf);
  return opened === checkOf ? { by, ...parts } : undefined;
}

async function sealParts(
  passphrase: string,
  { iterations: rounds, salt }: Pick<SealedBy, "iterations" | "salt">,
  random: Random,
): Promise<Omit<Seal, "by">> {
  const encoder = new TextEncoder();
  const given = encoder.encode(passphrase);
  const base = await crypto.subtle.importKey("raw", given, "PBKDF2", false, ["deriveKey"]);
  const derived = { name: "PBKDF2", hash: "SHA-256", salt: bytesOf(salt), iterations: rounds };
  const algorithm = { name: "AES-GCM", length: 256 };
  const uses = ["encrypt", "decrypt"] as const;
  const key = await crypto.subtle.deriveKey(derived, base, algorithm, false, [...uses]);
  const named = (iv: Uint8Array<ArrayBuffer>, of: string) => ({
    name: "AES-GCM",
    iv,
    additionalData: encoder.encode(`nearmirror backup ${of}`),
  });
  return {
    async seal(text, of) {
      const iv = Uint8Array.from(random(nonceBytes));
      const sealed = await crypto.subtle.encrypt(named(iv, of), key, encoder.encode(text));
      return base64Of(Uint8Array.from([...iv, ...new Uint8Array(sealed)]));
    },
    async open(sealed, of) {
      try {
        const bytes = bytesOf(sealed);
        const [iv, rest] = [bytes.slice(0, nonceBytes), bytes.slice(nonceBytes)];
        return new TextDecoder().decode(await crypto.subtle.decrypt(named(iv, of), key, rest));
      } catch {
        return undefined;
      }
    },
  };
}

function base64Of(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
