/**
 * Verifies signed roots against pinned keys. Nothing here throws for what a file holds.
 *
 * The rule is apt's (`methods/gpgv.cc`), which is stricter than gpgv's exit code: gpgv calls a good signature by an
 * expired key valid (`EXPKEYSIG` with `VALIDSIG`, status 0), apt counts it as worthless. So
 * - one good signature by a pinned key is needed; signatures by others are passed over;
 * - a pinned key's signature that doesn't fit the text refuses the file, whatever other signatures it has;
 * - worthless, but not refusing the file: a key that is expired or revoked *now* (for whatever reason; its newest
 *   self-signatures count, so an extended key is good again), an expired signature, MD5, RIPEMD-160 or SHA-1.
 *   apt 3.0.3 with sqv takes what an expired key signed in its time (debian-bugs-dist, message 2083729); whoever
 *   runs apt 2 would be shut out by it, so we don't.
 * Stricter than apt: a signature made more than a day from now, or before its key, is worthless (apt tells gpgv to
 * ignore such conflicts), as it would hold off all that follow it.
 *
 * Nowhere is a file taken that gpgv refuses when gpgv is given the file itself, as debootstrap does. So what nothing
 * signs is held to its usual form (`signature-packets.ts`), all signatures of a file are of one type, as gpgv reads
 * only the first of several types, and a clear-signed file's are of lines and with a hash that its header names.
 */
import type { Config, PublicKey, Signature, SignaturePacket } from "openpgp";
import type { Refusal } from "../refusal.ts";
import { readArmours } from "./armour.ts";
import { isBlank, splitClearSigned } from "./clear-signed.ts";
import { fingerprintOf, type Keyring, loadOpenPgp, reasonOf } from "./keyring.ts";
import { hashNames, readSignatureForms } from "./signature-packets.ts";

/** What a signature proves. */
export interface Verified {
  /** Fingerprint of the primary key, 40 upper-case hex digits. */
  signedBy: string;
  /** Unix time, ms. */
  signedAt: number;
  /** The signed content exactly: of a clear-signed file, what apt reads. */
  text: Uint8Array;
}

/** How far ahead of ours a signer's clock may be, ms. */
export const maxAheadMs = 86_400_000;
/** Signatures of one file, armour and all; one by RSA of 4096 bits has 800 bytes in armour. */
export const maxSignatureBytes = 64 * 1024;
/** What a detached signature may be of: roots, and pacman's databases, which are roots and indexes in one. */
export const maxDetachedBytes = 32 * 1024 * 1024;
/** Signatures looked at in one file: each by a pinned key takes 1 to 3 ms. Debian has three. */
export const maxSignatures = 16;

const longSignature: Refusal = {
  refused: `Its signature is larger than ${maxSignatureBytes} bytes.`,
};

/** Verifies a clear-signed file (`InRelease`, `CHECKSUM`). `now`: Unix time, ms. */
export async function verifyClearsigned(
  bytes: Uint8Array,
  keyring: Keyring,
  now: number,
): Promise<Verified | Refusal> {
  const split = splitClearSigned(bytes);
  if ("refused" in split) return split;
  if (split.signature.length > maxSignatureBytes) return longSignature;
  const armours = readArmours(split.signature, "PGP SIGNATURE");
  if (typeof armours === "string") {
    return { refused: `Its signature can't be read: ${armours}, counted from its first.` };
  }
  return verify({ text: split.text, armours, hashes: split.hashes }, keyring, now);
}

/**
 * Verifies a file with its detached signature (`Release.gpg`, `repomd.xml.asc`, `SHA256SUMS.sign`), which is armoured,
 * in one or more blocks, or binary. `now`: Unix time, ms.
 */
export async function verifyDetached(
  bytes: Uint8Array,
  signature: Uint8Array,
  keyring: Keyring,
  now: number,
): Promise<Verified | Refusal> {
  if (bytes.byteLength > maxDetachedBytes) {
    return { refused: `It is larger than ${maxDetachedBytes} bytes.` };
  }
  if (signature.byteLength > maxSignatureBytes) return longSignature;
  if (isBlank(bytes)) return { refused: "It is empty." };
  if (isBlank(signature)) return { refused: "Its signature is empty." };
  // The first bit of a packet is set (RFC 9580 section 4.2), that of a dash is not.
  const binary = ((signature[0] ?? 0) & 0x80) !== 0;
  const armours = binary
    ? [signature]
    : readArmours(new TextDecoder("latin1").decode(signature), "PGP SIGNATURE");
  if (typeof armours === "string") {
    return { refused: `Its signature can't be read: ${armours}.` };
  }
  return verify({ text: bytes, armours }, keyring, now);
}

/** What one signature is worth. `key` is the id that signed. */
type Judged =
  | { worth: "good"; signedBy: string; signedAt: number }
  | { worth: "unknown"; key: string }
  /** `why` continues "The signature by ID". */
  | { worth: "bad" | "worthless"; key: string; why: string };

/** A text and what signs it. */
interface Signed {
  text: Uint8Array;
  armours: readonly Uint8Array[];
  /** What a clear-signed file's headers name; absent where the signature is detached. */
  hashes?: ReadonlySet<string>;
}

async function verify(
  { text, armours, hashes }: Signed,
  keyring: Keyring,
  now: number,
): Promise<Verified | Refusal> {
  const clear = hashes !== undefined;
  const signatures = await readSignatures(armours, clear);
  if ("refused" in signatures) return signatures;
  const judged: Judged[] = [];
  for (const signature of signatures.read) {
    const one = await judge(signature, text, keyring, now);
    judged.push(one.worth !== "unknown" && clear ? namedIn(hashes, signature, one) : one);
  }
  const sentences = judged.flatMap((one) =>
    one.worth === "bad" || one.worth === "worthless"
      ? [`The signature by ${one.key} ${one.why}.`]
      : [],
  );
  const good = judged.find(({ worth }) => worth === "good");
  const bad = judged.some(({ worth }) => worth === "bad");
  if (good?.worth === "good" && !bad) {
    return { signedBy: good.signedBy, signedAt: good.signedAt, text };
  }
  const strangers = judged.flatMap((one) => (one.worth === "unknown" ? [one.key] : []));
  if (strangers.length > 0 && !bad) {
    sentences.unshift(`No good signature by a pinned key: signed by ${strangers.join(", ")}.`);
  }
  return { refused: sentences.join(" ") };
}

/** gpgv hashes the text with the hashes of the headers alone, and can't check a signature with another. */
function namedIn(hashes: ReadonlySet<string>, signature: SignaturePacket, judged: Judged): Judged {
  const name = hashName(signature.hashAlgorithm ?? 0);
  if (judged.worth === "unknown" || judged.worth === "bad" || hashes.has(name)) return judged;
  const key = signature.issuerKeyID.toHex().toUpperCase();
  return { worth: "bad", key, why: `is made with ${name}, which the Hash header doesn't name` };
}

/** The form of all signatures, and what of them can be verified. @param clear whether they are in a clear-signed file */
async function readSignatures(
  blocks: readonly Uint8Array[],
  clear: boolean,
): Promise<{ read: SignaturePacket[] } | Refusal> {
  const forms = blocks.map(readSignatureForms);
  const odd = forms.find((form) => typeof form === "string");
  if (odd !== undefined) return { refused: `Its signature can't be read: ${odd}.` };
  const all = forms.flatMap((form) => (typeof form === "string" ? [] : form));
  if (all.length > maxSignatures) {
    return { refused: `It has more than ${maxSignatures} signatures.` };
  }
  const { openpgp, config } = await loadOpenPgp();
  const types = new Set(all.map(({ type }) => type));
  if (types.size > 1) return { refused: "It has signatures of several types." };
  if (clear && !types.has(openpgp.enums.signature.text)) {
    return { refused: "It has a signature that isn't one of lines." };
  }
  const read: SignaturePacket[] = [];
  for (const block of blocks) {
    let signature: Signature;
    try {
      signature = await openpgp.readSignature({ binarySignature: block, config });
    } catch (error) {
      return { refused: `Its signature can't be read: ${reasonOf(error)}.` };
    }
    for (const packet of signature.packets) {
      // What the library doesn't know stands there as it came, whatever the type says.
      if (packet instanceof openpgp.SignaturePacket) read.push(packet);
    }
  }
  return read.length > 0 ? { read } : { refused: "It has no signature of a kind we can check." };
}

async function judge(
  signature: SignaturePacket,
  text: Uint8Array,
  keyring: Keyring,
  now: number,
): Promise<Judged> {
  const id = signature.issuerKeyID.toHex().toUpperCase();
  // Two keys of one 64-bit id can be made on purpose: whichever of them is good decides.
  const owners = keyring.keys.filter((key) => key.getKeys(signature.issuerKeyID).length > 0);
  let last: Judged = { worth: "unknown", key: id };
  for (const owner of owners) {
    const fault = await faultOf(signature, owner, text, now);
    if (fault === undefined) {
      const signedAt = signature.created?.getTime() ?? Number.NaN;
      return { worth: "good", signedBy: fingerprintOf(owner), signedAt };
    }
    last = { ...fault, key: id };
  }
  return last;
}

type Fault = { worth: "bad" | "worthless"; why: string };

/** What is wrong with a signature that names a key of `owner`; undefined where nothing is. */
async function faultOf(
  signature: SignaturePacket,
  owner: PublicKey,
  text: Uint8Array,
  now: number,
): Promise<Fault | undefined> {
  const { openpgp, config } = await loadOpenPgp();
  const worthless = (why: string): Fault => ({ worth: "worthless", why });
  const { created, hashAlgorithm, signatureType, issuerKeyID } = signature;
  const [key] = owner.getKeys(issuerKeyID);
  if (created === null || hashAlgorithm === null || key === undefined) {
    return worthless("is incomplete");
  }
  const textual = signatureType === openpgp.enums.signature.text;
  if (!textual && signatureType !== openpgp.enums.signature.binary) {
    return worthless("is none of a file");
  }
  // A textual signature is of the lines, not of how they end: with CR, other bytes would have the same signature.
  if (textual && text.includes(0x0d)) {
    return worthless("is one of lines, and the file has carriage returns");
  }
  try {
    const message = await openpgp.createMessage({ binary: text });
    const literal = message.packets.findPacket(openpgp.enums.packet.literalData);
    if (literal === undefined) return worthless("is of nothing");
    // At its own time and with any hash, so that this judges the bytes alone.
    const none: Config["rejectHashAlgorithms"] = new Set();
    const any = { ...config, rejectHashAlgorithms: none, rejectMessageHashAlgorithms: none };
    await signature.verify(key.keyPacket, signatureType, literal, created, true, any);
  } catch (error) {
    const why = reasonOf(error);
    const broken = /^(?:Signed digest did not match|Signature verification failed)/.test(why);
    if (!broken) return worthless(`can't be checked: ${why}`);
    return { worth: "bad", why: "doesn't fit the content" };
  }
  if (config.rejectMessageHashAlgorithms.has(hashAlgorithm)) {
    return worthless(`is made with ${hashName(hashAlgorithm)}, which proves nothing any more`);
  }
  const at = created.getTime();
  if (at > now + maxAheadMs) return worthless(`is made in the future, at ${shown(at)}`);
  if (at < key.getCreationTime().getTime()) return worthless("is older than its key");
  if (Number(signature.getExpirationTime()) <= now) return worthless("has expired");
  return keyFault(owner, signature, new Date(Math.max(now, at)));
}

/** Whether the key may sign, judged at `when`. */
async function keyFault(
  owner: PublicKey,
  { issuerKeyID }: SignaturePacket,
  when: Date,
): Promise<Fault | undefined> {
  const { config } = await loadOpenPgp();
  try {
    await owner.getSigningKey(issuerKeyID, when, undefined, config);
    return undefined;
  } catch (error) {
    const why = reasonOf(error);
    const name = `key ${fingerprintOf(owner)}`;
    if (/revoked/.test(why)) return { worth: "worthless", why: `is by the revoked ${name}` };
    if (/expired/.test(why)) return { worth: "worthless", why: `is by the expired ${name}` };
    return { worth: "worthless", why: `is by ${name}, which can't be used: ${why}` };
  }
}

function hashName(algorithm: number): string {
  return hashNames.get(algorithm) ?? `hash ${algorithm}`;
}

function shown(time: number): string {
  return new Date(time).toISOString().replace(".000", "");
}
