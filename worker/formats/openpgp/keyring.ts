/** The keys whose signatures a repository takes: those of its key files that its YAML lists, and no others. */
import type { Config, PublicKey } from "openpgp";
import { isPemKey, type RsaKey, readRsaKey } from "../apk/rsa-key.ts";
import type { KeyFile } from "../key-file.ts";
import { readArmours } from "./armour.ts";

/** The pinned keys of a repository. */
export interface Keyring {
  /** OpenPGP's, each with its subkeys. Whether one has expired or is revoked is asked when a signature is verified. */
  readonly keys: readonly PublicKey[];
  /** Alpine's. */
  readonly rsa: readonly RsaKey[];
}

/** The largest key file read; Debian's archive keys have up to 9 KB, Ubuntu's whole keyring 4. */
const maxKeyFileBytes = 256 * 1024;

/**
 * Loads OpenPGP.js at its first use: 400 KB that the edge, which verifies nothing, never runs.
 * Its settings are ours, whatever else in the isolate changes its global ones.
 */
export async function loadOpenPgp() {
  const openpgp = await import("openpgp");
  const { hash } = openpgp.enums;
  const config: Config = {
    ...openpgp.config,
    // A key may bind itself with SHA-1 still: Ubuntu's of 2012 and AlmaLinux 8's do, and gpg takes them.
    rejectHashAlgorithms: new Set([hash.md5, hash.ripemd]),
    rejectMessageHashAlgorithms: new Set([hash.md5, hash.ripemd, hash.sha1]),
    // A signature of a kind not known yet, beside one that is, must not make the file unreadable.
    ignoreUnsupportedPackets: true,
    ignoreMalformedPackets: false,
    maxUserIDLength: 1024 * 5,
    minRSABits: 2047,
  };
  return { openpgp, config };
}

/**
 * Reads the pinned keys. No clock is asked.
 *
 * @throws Error naming file and fingerprint: a listed key that isn't there or is there twice, a file that can't be
 *   read, a private key. All of these are mistakes in the mirror list, which is compiled before it is served.
 */
export async function readKeys(files: readonly KeyFile[]): Promise<Keyring> {
  const keys = new Map<string, PublicKey>();
  const rsa = new Map<string, RsaKey>();
  for (const file of files) {
    if (isPemKey(file.bytes)) {
      const key = await readRsaKey(file);
      for (const fingerprint of file.fingerprints) {
        if (key.fingerprint !== fingerprint) {
          throw new Error(`${file.file} has no key ${fingerprint}`);
        }
        if (rsa.has(fingerprint)) throw new Error(`${file.file}: ${fingerprint} is listed twice`);
        rsa.set(fingerprint, key);
      }
      continue;
    }
    const found = await keysOf(file);
    for (const fingerprint of file.fingerprints) {
      const [key, again] = found.filter((one) => fingerprintOf(one) === fingerprint);
      if (key === undefined) throw new Error(`${file.file} has no key ${fingerprint}`);
      // Which of two copies is revoked or extended must not depend on their order.
      if (again !== undefined) throw new Error(`${file.file} has the key ${fingerprint} twice`);
      if (keys.has(fingerprint)) throw new Error(`${file.file}: ${fingerprint} is listed twice`);
      if (key.isPrivate()) throw new Error(`${file.file}: ${fingerprint} is a private key`);
      keys.set(fingerprint, key);
    }
  }
  return { keys: [...keys.values()], rsa: [...rsa.values()] };
}

/**
 * What a key is that nothing can be verified by, whatever it signs: neither it nor a subkey is of an algorithm that is
 * taken. By design: DSA signs with SHA-1's length, and apt of Debian 13 takes none either. Undefined: it can be used.
 */
export async function unusableKey(key: PublicKey): Promise<string | undefined> {
  const { openpgp, config } = await loadOpenPgp();
  const { publicKey } = openpgp.enums;
  const algorithms = [key, ...key.subkeys].map((one) => one.getAlgorithmInfo());
  const isUsable = ({ algorithm, bits = 0 }: (typeof algorithms)[number]) => {
    if (config.rejectPublicKeyAlgorithms.has(publicKey[algorithm])) return false;
    return !algorithm.startsWith("rsa") || bits >= config.minRSABits;
  };
  if (algorithms.some(isUsable)) return undefined;
  const [{ algorithm, bits } = { algorithm: "unknown", bits: 0 }] = algorithms;
  const name = algorithm.startsWith("rsa") ? "RSA" : algorithm.toUpperCase();
  return `a ${name} key${bits === undefined ? "" : ` of ${bits} bits`}`;
}

/** A primary key's fingerprint as the YAML writes it. */
export function fingerprintOf(key: PublicKey): string {
  return key.getFingerprint().toUpperCase();
}

async function keysOf({ file, bytes }: KeyFile): Promise<PublicKey[]> {
  if (bytes.byteLength > maxKeyFileBytes) {
    throw new Error(`${file} is larger than ${maxKeyFileBytes} bytes`);
  }
  const { openpgp, config } = await loadOpenPgp();
  // The first bit of a packet is set (RFC 9580 section 4.2), that of a letter or dash is not.
  const binary = ((bytes[0] ?? 0) & 0x80) !== 0;
  const blocks = binary ? [bytes] : readKeyArmours(bytes);
  if (typeof blocks === "string") throw new Error(`${file} is no file of OpenPGP keys: ${blocks}`);
  try {
    const read = blocks.map((block) => openpgp.readKeys({ binaryKeys: block, config }));
    return (await Promise.all(read)).flat();
  } catch (error) {
    throw new Error(`${file} is no file of OpenPGP keys: ${reasonOf(error)}`);
  }
}

/** Key files are our own: empty lines and comments around the blocks are people's. */
function readKeyArmours(bytes: Uint8Array): Uint8Array[] | string {
  const text = new TextDecoder("latin1").decode(bytes);
  const blocks = text.match(/^-----BEGIN PGP [^-]*-----[\s\S]*?^-----END PGP [^-]*-----/gm) ?? [];
  return readArmours(blocks.join("\n"), "PGP PUBLIC KEY BLOCK");
}

/** What the library says of a failure, as part of a sentence. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
