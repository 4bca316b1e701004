/**
 * Verifies Alpine's `APKINDEX.tar.gz`. Nothing here throws for what a file holds.
 *
 * The file is gzip members one behind the other, together one tar archive. The first member holds the signatures,
 * files named `.SIGN.RSA.{key}` or `.SIGN.RSA256.{key}`, of all bytes that follow it, compressed as they are; a key is
 * named by its file (apk-tools 2, `src/package.c`, `apk_sign_ctx_process_file`).
 *
 * Nothing signs the first member itself. It may hold files alone, each a signature, and no end of the archive: apk stops
 * at one (`apk_tar_parse`), and begins with what is signed at the first name that is no signature's.
 *
 * `.SIGN.RSA.` is RSA with SHA-1, and it is what Alpine publishes. Who can choose both of two files can make them
 * have one SHA-1; who has only a signed index can't make another that fits it. So it is taken: without it Alpine
 * would go unverified. `.SIGN.RSA256.` is SHA-256, `.SIGN.RSA512.` SHA-512.
 *
 * The rule is that of OpenPGP's signatures (`verify.ts`): one good by a pinned key is needed, strangers' are passed
 * over, and one by a pinned key that doesn't fit refuses the file, as does one of a kind that isn't checked here: apk
 * takes the strongest that it knows, and no other. These keys have no expiry and no revocation: one
 * is taken back by taking it out of the list.
 */
import { gunzipSync } from "node:zlib";
import { tarFraming } from "../compression/tar.ts";
import { IndexRefused } from "../index-refused.ts";
import type { Keyring } from "../openpgp/keyring.ts";
import type { Refusal } from "../refusal.ts";
import { type RsaHash, rsaFits } from "./rsa-key.ts";

/** An index whose signature is good. */
export interface VerifiedIndex {
  /** Fingerprint of the key, 64 upper-case hex digits. */
  signedBy: string;
  /** The signed bytes: the members behind the signature's, and nothing else may be read of the file. */
  signed: Uint8Array<ArrayBuffer>;
}

interface ApkSignature {
  /** As in the name: `RSA`, `RSA256`. */
  kind: string;
  /** Name of the key's file. */
  key: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The member with the signatures, bytes: one by 4096 bits takes 700, and some more where there are several. */
const maxMemberBytes = 16 * 1024;
/** The same unpacked: each signature takes a header and a block or two of 512. */
const maxUnpackedBytes = 64 * 1024;
/** Places tried as the end of the first member; the bytes of a gzip header are hardly ever there by chance. */
const maxTries = 64;
/** Of tar. */
const blockBytes = 512;
/** Looked at in one file. */
const maxSignatures = 16;

const hashes: ReadonlyMap<string, RsaHash> = new Map([
  ["RSA", "SHA-1"],
  ["RSA256", "SHA-256"],
  ["RSA512", "SHA-512"],
]);

/** Verifies an index with the pinned RSA keys. */
export async function verifyApkIndex(
  bytes: Uint8Array<ArrayBuffer>,
  { rsa }: Pick<Keyring, "rsa">,
): Promise<VerifiedIndex | Refusal> {
  const split = splitIndex(bytes);
  if ("refused" in split) return split;
  const { signatures, signed } = split;
  const strangers: string[] = [];
  const bad: string[] = [];
  let signedBy: string | undefined;
  for (const signature of signatures) {
    const hash = hashes.get(signature.kind);
    const key = rsa.find(({ file }) => file === signature.key);
    if (key === undefined) {
      strangers.push(hash === undefined ? `${signature.key} (${signature.kind})` : signature.key);
    } else if (hash === undefined) {
      bad.push(
        `The signature by ${signature.key} is of the kind ${signature.kind}, which can't be checked.`,
      );
    } else if (await rsaFits(key, hash, signature.bytes, signed)) {
      signedBy ??= key.fingerprint;
    } else {
      bad.push(`The signature by ${signature.key} doesn't fit the content.`);
    }
  }
  if (bad.length > 0) return { refused: bad.join(" ") };
  if (signedBy !== undefined) return { signedBy, signed };
  return { refused: `No good signature by a pinned key: signed by ${strangers.join(", ")}.` };
}

function splitIndex(
  bytes: Uint8Array<ArrayBuffer>,
): { signatures: ApkSignature[]; signed: Uint8Array<ArrayBuffer> } | Refusal {
  if (!beginsMember(bytes, 0)) return { refused: "It is no gzip file." };
  const first = firstMember(bytes);
  if (first === undefined) {
    return { refused: "It doesn't begin with a gzip member of signatures, followed by another." };
  }
  const signatures = readSignatures(first.unpacked);
  if ("refused" in signatures) return signatures;
  return { signatures: signatures.read, signed: bytes.subarray(first.bytes) };
}

/**
 * The first of several members. Its end is found by trying: zlib tells how many bytes it used in ways that differ
 * between platforms, but a member that is cut short anywhere fails everywhere.
 */
function firstMember(bytes: Uint8Array): { bytes: number; unpacked: Uint8Array } | undefined {
  let tries = 0;
  const last = Math.min(bytes.byteLength, maxMemberBytes);
  for (let at = 1; at <= last && tries < maxTries; at++) {
    if (!beginsMember(bytes, at)) continue;
    tries++;
    try {
      const unpacked = gunzipSync(bytes.subarray(0, at), { maxOutputLength: maxUnpackedBytes });
      return { bytes: at, unpacked };
    } catch {
      // Not its end.
    }
  }
  return undefined;
}

/** RFC 1952 section 2.3.1: two bytes of magic, and the only compression there is. */
function beginsMember(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x1f && bytes[at + 1] === 0x8b && bytes[at + 2] === 8;
}

/** The signatures in the first member, which may hold nothing else: that wouldn't be signed. */
function readSignatures(member: Uint8Array): { read: ApkSignature[] } | Refusal {
  const read: ApkSignature[] = [];
  const others: string[] = [];
  const tar = tarFraming((name, size) => {
    const [, kind, key] = /^\.SIGN\.([A-Z0-9]+)\.([^/]+)$/.exec(name) ?? [];
    if (kind === undefined || key === undefined) {
      others.push(name);
      return undefined;
    }
    if (size > maxUnpackedBytes) throw new IndexRefused(`${size} bytes of signature`, name);
    const bytes = new Uint8Array(size);
    read.push({ kind, key, bytes });
    let at = 0;
    return {
      each(piece) {
        bytes.set(piece, at);
        at += piece.byteLength;
      },
      end: () => undefined,
    };
  });
  try {
    tar.push(member);
    // The archive goes on in the next member, so that this one has no end of its own.
    tar.push(new Uint8Array(1024));
    tar.end();
  } catch (error) {
    if (!(error instanceof IndexRefused)) throw error;
    return { refused: `Its signature can't be read: ${error.message}.` };
  }
  if (others.length > 0) {
    return { refused: `It has ${others[0]?.slice(0, 100)} where only signatures may be.` };
  }
  if (read.length === 0) return { refused: "It has no signature." };
  if (read.length > maxSignatures) {
    return { refused: `It has more than ${maxSignatures} signatures.` };
  }
  if (!isFiles(member)) return { refused: "It has more than files before what is signed." };
  return { read };
}

/** Whether a member is entries of files, one behind the other, and nothing else: no other entry, no end of the archive. */
function isFiles(member: Uint8Array): boolean {
  let at = 0;
  while (at < member.byteLength) {
    const kind = member[at + 156];
    const digits = new TextDecoder("latin1").decode(member.subarray(at + 124, at + 136));
    const [, size] = /^ *([0-7]+)[ \0]*$/.exec(digits) ?? [];
    if (member[at] === 0 || (kind !== 0 && kind !== 0x30) || size === undefined) return false;
    at += blockBytes * (1 + Math.ceil(Number.parseInt(size, 8) / blockBytes));
  }
  return at === member.byteLength;
}
