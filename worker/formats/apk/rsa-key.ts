/** RSA public keys in PEM, one in a file: what Alpine signs its indexes with. */
import { sha256Of } from "../../runtime/sha256.ts";
import type { KeyFile } from "../key-file.ts";

/** A pinned RSA key. */
export interface RsaKey {
  /** Name of its file: signatures name their key by that. */
  file: string;
  /** SHA-256 of its DER, 64 upper-case hex digits. */
  fingerprint: string;
  /** DER of its SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7). */
  spki: Uint8Array<ArrayBuffer>;
}

/** What a signature hashes with. */
export type RsaHash = "SHA-1" | "SHA-256" | "SHA-512";

/** Alpine's oldest keys have 2048 bits; with fewer a signature may be made by whoever has a cluster. */
const minBits = 2048;

/** Whether a key file is PEM, in place of OpenPGP's armour or packets. */
export function isPemKey(bytes: Uint8Array): boolean {
  const begin = new TextDecoder("latin1").decode(bytes.subarray(0, 256));
  return /^\s*-----BEGIN (?!PGP )[A-Z ]*KEY-----/.test(begin);
}

/**
 * Reads a file of one public key. Its fingerprints aren't looked at.
 * @throws Error naming the file, where it is no RSA public key of at least 2048 bits
 */
export async function readRsaKey({
  file,
  bytes,
}: Pick<KeyFile, "file" | "bytes">): Promise<RsaKey> {
  const text = new TextDecoder("latin1").decode(bytes);
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) throw new Error(`${file} is a private key`);
  const [, base64 = ""] =
    /^\s*-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(
      text.replaceAll("\r", ""),
    ) ?? [];
  const spki = fromBase64(base64.replaceAll(/\s/g, ""));
  const bits = spki === undefined ? undefined : await bitsOf(spki);
  if (spki === undefined || bits === undefined) {
    throw new Error(`${file} is no RSA public key in PEM (BEGIN PUBLIC KEY)`);
  }
  if (bits < minBits) throw new Error(`${file} has ${bits} bits, and ${minBits} are needed`);
  return { file, fingerprint: sha256Of(spki).toUpperCase(), spki };
}

/**
 * Whether a PKCS#1 v1.5 signature is the key's, of these bytes with this hash.
 * A signature of another length than the key's is none.
 */
export async function rsaFits(
  { spki }: RsaKey,
  hash: RsaHash,
  signature: Uint8Array<ArrayBuffer>,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash };
  const key = await crypto.subtle.importKey("spki", spki, algorithm, false, ["verify"]);
  return crypto.subtle.verify(algorithm, key, signature, signed);
}

/** Of its modulus; undefined: it is no RSA key. */
async function bitsOf(spki: Uint8Array<ArrayBuffer>): Promise<number | undefined> {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  try {
    const key = await crypto.subtle.importKey("spki", spki, algorithm, true, ["verify"]);
    const described: object = key.algorithm;
    return "modulusLength" in described && typeof described.modulusLength === "number"
      ? described.modulusLength
      : undefined;
  } catch {
    return undefined;
  }
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text === "") return undefined;
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
