/** Keys and signatures of all kinds, good and bad, made for a test. Nothing of it is secret or kept. */
import * as openpgp from "openpgp";
import { type Keyring, readKeys } from "../../../../worker/formats/openpgp/keyring.ts";

const { enums } = openpgp;

/** 22 November 2026, noon; signatures are made at this time unless told otherwise. */
export const noon = Date.UTC(2026, 10, 22, 12);
export const day = 86_400_000;

export interface KeyOptions {
  name?: string;
  /** Unix time, ms; 30 days before noon unless told. */
  created?: number;
  /** Days from its creation; never, unless told. */
  expiresAfterDays?: number;
  /** Signs with a subkey, as Debian's automatic keys do. */
  subkey?: boolean;
  /** RSA in place of Ed25519: OpenPGP.js makes no SHA-1 signature with the latter. */
  rsa?: boolean;
}

/** A fresh key; Ed25519 in the form of RFC 4880bis, which gpg 2.2 knows (and Debian's stable keys have). */
export async function makeKey(options: KeyOptions = {}): Promise<openpgp.PrivateKey> {
  const { privateKey } = await openpgp.generateKey({
    ...(options.rsa ? { type: "rsa", rsaBits: 2048 } : { type: "ecc", curve: "ed25519Legacy" }),
    userIDs: [{ name: options.name ?? "Archive" }],
    date: new Date(options.created ?? noon - 30 * day),
    keyExpirationTime: (options.expiresAfterDays ?? 0) * 86_400,
    subkeys: options.subkey ? [{ sign: true }] : [],
    format: "object",
  });
  return privateKey;
}

/** Its fingerprint as the YAML has it. */
export const fingerprintOf = (key: openpgp.Key) => key.getFingerprint().toUpperCase();

/** The id that a signature with the key, or its subkey, bears. */
export const signerOf = (key: openpgp.Key) =>
  (key.subkeys[0] ?? key).getKeyID().toHex().toUpperCase();

/** A keyring of public halves. */
export function keyringOf(...keys: openpgp.Key[]): Promise<Keyring> {
  return readKeys(
    keys.map((key, index) => ({
      file: `${index}.gpg`,
      bytes: key.toPublic().write(),
      fingerprints: [fingerprintOf(key)],
    })),
  );
}

export interface SignOptions {
  /** Unix time, ms. */
  at?: number;
  hash?: openpgp.enums.hash;
  type?: openpgp.enums.signature;
  /** The signature itself ends so many seconds after it was made. */
  expiresAfterSeconds?: number;
}

/** One detached signature, binary. */
export async function signature(
  key: openpgp.PrivateKey,
  content: Uint8Array,
  options: SignOptions = {},
): Promise<Uint8Array> {
  const { keyPacket } = key.subkeys[0] ?? key;
  if (!("privateParams" in keyPacket)) throw new Error("no private key");
  const message = await openpgp.createMessage({ binary: content });
  const packet = new openpgp.SignaturePacket();
  packet.signatureType = options.type ?? enums.signature.binary;
  packet.publicKeyAlgorithm = keyPacket.algorithm;
  packet.hashAlgorithm = options.hash ?? enums.hash.sha256;
  if (options.expiresAfterSeconds !== undefined) {
    packet.signatureExpirationTime = options.expiresAfterSeconds;
    packet.signatureNeverExpires = false;
  }
  const literal: unknown = message.packets[0];
  if (!(literal instanceof openpgp.LiteralDataPacket)) throw new Error("no content");
  // The types know no configuration here, and it does nothing without one. The notation is salt, which SHA-1 has none.
  const date = new Date(options.at ?? noon);
  const config = { ...openpgp.config, nonDeterministicSignaturesViaNotation: false };
  await Reflect.apply(packet.sign, packet, [keyPacket, literal, date, true, config]);
  const list = new openpgp.PacketList<openpgp.SignaturePacket>();
  list.push(packet);
  return list.write();
}

/** In ASCII armour with a checksum, as gpg writes it. */
export function armoured(...signatures: Uint8Array[]): string {
  const bytes = Buffer.concat(signatures);
  const none = undefined;
  return openpgp.armor(enums.armor.signature, bytes, none, none, none, true).replaceAll("\r", "");
}

/** A text with signatures of it, clear-signed as gpg does. */
export async function clearSigned(
  text: string,
  keys: openpgp.PrivateKey[],
  options: SignOptions = {},
): Promise<string> {
  const type = options.type ?? enums.signature.text;
  const content = bytesOf(trimmed(text));
  const made = await Promise.all(keys.map((key) => signature(key, content, { ...options, type })));
  return withSignatures(text, options.hash ?? enums.hash.sha256, made);
}

/** The file of a text and signatures that may be of another one. */
export function withSignatures(
  text: string,
  hash: openpgp.enums.hash | openpgp.enums.hash[],
  signatures: Uint8Array[],
): string {
  const names = [hash]
    .flat()
    .map((one) => enums.read(enums.hash, one).toUpperCase().replace("RIPEMD", "RIPEMD160"));
  const escaped = text.replaceAll(/^-/gm, "- -");
  return `-----BEGIN PGP SIGNED MESSAGE-----\nHash: ${names.join(",")}\n\n${escaped}\n${armoured(...signatures)}`;
}

/** What is signed of a text: no white space at line ends, no line end behind the last line. */
export const trimmed = (text: string) => text.replaceAll(/[ \t]+$/gm, "");

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A small generator with a seed (mulberry32), 0 to 1. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
