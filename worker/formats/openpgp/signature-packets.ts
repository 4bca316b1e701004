/**
 * The form of signatures (RFC 9580 sections 4.2 and 5.2.3): everything in them that no signature covers. Pure.
 *
 * A library verifies what is signed. What stands around that can be changed on the way without the signature taking
 * notice, and clients differ in what they make of it: a signature that one takes is refused by another. So the form is
 * held to what every signer writes. Each rule below is one where gpgv 2.2.40 or sqv 1.1.0 refuses what a library reads
 * (`test/unit/formats/openpgp/fixtures/gpgv-verdicts.json`).
 */

/** What a signature says before anything is verified. */
export interface SignatureForm {
  /** RFC 9580 section 5.2.1: 0 is of bytes, 1 of lines. */
  type: number;
  /** RFC 9580 section 9.5. */
  hash: number;
}

/** RFC 9580 section 5: the only packets that a file of signatures has. */
const signatureTag = 2;
/** gpgv 2.2 fails for a whole file that has one of version 5 or 6 first, and reads no more than the first of version 3. */
const version = 4;
/** RFC 9580 section 5.2.3.7: where the parts of a signature say whose it is. */
const issuerId = 16;
const issuerFingerprint = 33;
/** Both, without and with the octet of the key's version. */
const idBytes = 8;
const fingerprintBytes = 21;

/**
 * Hashes that gpgv knows (RFC 9580 section 9.5), by the names of the `Hash` header. With another one first gpgv reads
 * none of the file's signatures.
 */
export const hashNames: ReadonlyMap<number, string> = new Map([
  [1, "MD5"],
  [2, "SHA1"],
  [3, "RIPEMD160"],
  [8, "SHA256"],
  [9, "SHA384"],
  [10, "SHA512"],
  [11, "SHA224"],
]);

/** Numbers of a signature by its algorithm (RFC 9580 section 5.2.3): RSA has one, DSA, ECDSA and EdDSA two. */
const numbersOf: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [3, 1],
  [17, 2],
  [19, 2],
  [22, 2],
]);
/** Ed25519 and Ed448 have bytes in place of numbers. */
const bytesOf: ReadonlyMap<number, number> = new Map([
  [27, 64],
  [28, 114],
]);

/**
 * Reads the form of all signatures in one armour, or one binary file.
 *
 * @returns why they are refused, as the end of "Its signature can't be read: "
 */
export function readSignatureForms(block: Uint8Array): SignatureForm[] | string {
  const forms: SignatureForm[] = [];
  let at = 0;
  while (at < block.byteLength) {
    const where = `packet ${forms.length + 1}`;
    const packet = packetAt(block, at);
    if (typeof packet === "string") return `${where} ${packet}`;
    if (packet.tag !== signatureTag) {
      return `${where} is of type ${packet.tag}, where only signatures may be`;
    }
    const form = formOf(packet.body);
    if (typeof form === "string") return `${where} ${form}`;
    forms.push(form);
    at = packet.end;
  }
  return forms.length > 0 ? forms : "there is no packet";
}

interface Packet {
  tag: number;
  body: Uint8Array;
  /** Offset of what follows. */
  end: number;
}

/** Packets of known length alone: gpgv reads no signature without one, or one in pieces (RFC 9580 section 4.2.1). */
function packetAt(block: Uint8Array, at: number): Packet | string {
  const first = block[at] ?? 0;
  if ((first & 0x80) === 0) return "begins with a byte that begins none";
  const isNew = (first & 0x40) !== 0;
  const length = isNew ? newLength(block, at + 1) : oldLength(block, at + 1, first & 3);
  if (length === undefined) return "has no length of its own";
  const from = at + 1 + length.octets;
  const end = from + length.bytes;
  if (end > block.byteLength) return "is cut off";
  return {
    tag: isNew ? first & 0x3f : (first >> 2) & 0xf,
    body: block.subarray(from, end),
    end,
  };
}

interface Length {
  /** Octets that it takes itself. */
  octets: number;
  bytes: number;
}

function newLength(block: Uint8Array, at: number): Length | undefined {
  const first = block[at] ?? 0;
  return first >= 224 && first < 255 ? undefined : lengthAt(block, at);
}

function oldLength(block: Uint8Array, at: number, kind: number): Length | undefined {
  const octets = [1, 2, 4][kind];
  return octets === undefined ? undefined : { octets, bytes: numberAt(block, at, octets) };
}

/** RFC 9580 sections 4.2.1 and 5.2.3.7. */
function lengthAt(bytes: Uint8Array, at: number): Length {
  const first = bytes[at] ?? 0;
  if (first < 192) return { octets: 1, bytes: first };
  if (first === 255) return { octets: 5, bytes: numberAt(bytes, at + 1, 4) };
  return { octets: 2, bytes: (first - 192) * 256 + (bytes[at + 1] ?? 0) + 192 };
}

function numberAt(bytes: Uint8Array, at: number, octets: number): number {
  let number = 0;
  for (let index = 0; index < octets; index++) number = number * 256 + (bytes[at + index] ?? 0);
  return number;
}

/** RFC 9580 section 5.2.3: version, type, algorithms, signed parts, unsigned parts, 16 bits of the hash, numbers. */
function formOf(body: Uint8Array): SignatureForm | string {
  const [made, type = 0, algorithm = 0, hash = 0] = body;
  if (made !== version) return `is a signature of version ${made}, and not of ${version}`;
  if (!hashNames.has(hash)) return `is a signature with the unknown hash ${hash}`;
  if (!numbersOf.has(algorithm) && !bytesOf.has(algorithm)) {
    return `is a signature with the unknown algorithm ${algorithm}`;
  }
  const signed = partsAt(body, 4);
  if (signed === undefined) return "has signed parts that don't fit their length";
  const unsigned = partsAt(body, signed.end);
  if (unsigned === undefined) return "has unsigned parts that don't fit their length";
  const fault = unsignedFault(signed.parts, unsigned.parts);
  if (fault !== undefined) return fault;
  const numbers = body.subarray(unsigned.end + 2);
  if (!numbersFit(algorithm, numbers)) return "has numbers that aren't written as they should be";
  return { type, hash };
}

interface Part {
  /** RFC 9580 section 5.2.3.7, with the bit that makes it critical. */
  type: number;
  data: Uint8Array;
}

/** The parts of an area, which must fill it. gpgv calls a signature bad that has a part of no byte. */
function partsAt(body: Uint8Array, at: number): { parts: Part[]; end: number } | undefined {
  const end = at + 2 + numberAt(body, at, 2);
  if (end > body.byteLength) return undefined;
  const parts: Part[] = [];
  for (let next = at + 2; next < end; ) {
    const { octets, bytes } = lengthAt(body, next);
    const from = next + octets;
    next = from + bytes;
    if (bytes === 0 || next > end) return undefined;
    parts.push({ type: body[from] ?? 0, data: body.subarray(from + 1, next) });
  }
  return { parts, end };
}

/**
 * What is unsigned may only say whose the signature is, once and as the signed parts do. That is all that gpg,
 * Sequoia, RNP and BouncyCastle put there. Anything else is anybody's: gpgv calls a signature bad for a critical part
 * that it doesn't know, sqv for a notation.
 */
function unsignedFault(signed: readonly Part[], unsigned: readonly Part[]): string | undefined {
  const types = unsigned.map(({ type }) => type);
  const other = types.find((type) => type !== issuerId && type !== issuerFingerprint);
  if (other !== undefined) return `has an unsigned part of type ${other & 0x7f}`;
  if (new Set(types).size < types.length) return "says twice, unsigned, whose it is";
  const issuers: string[] = [];
  for (const { type, data } of [...signed, ...unsigned]) {
    // A critical one among the signed parts says it as well.
    const what = type & 0x7f;
    if (what !== issuerId && what !== issuerFingerprint) continue;
    if (data.byteLength !== (what === issuerId ? idBytes : fingerprintBytes)) {
      return "says in a wrong form whose it is";
    }
    // The id of a key of version 4 is the end of its fingerprint (RFC 9580 section 5.5.4.2).
    issuers.push(data.subarray(-idBytes).toString());
  }
  return new Set(issuers).size > 1 ? "is of two keys by what it says" : undefined;
}

/** RFC 9580 section 3.2: a number tells its bits from the first that is set. sqv refuses another count. */
function numbersFit(algorithm: number, bytes: Uint8Array): boolean {
  const length = bytesOf.get(algorithm);
  if (length !== undefined) return bytes.byteLength === length;
  const count = numbersOf.get(algorithm) ?? 0;
  let at = 0;
  for (let number = 0; number < count; number++) {
    const bits = numberAt(bytes, at, 2);
    const first = bytes[at + 2] ?? 0;
    if (bits === 0 || 32 - Math.clz32(first) !== ((bits - 1) & 7) + 1) return false;
    at += 2 + Math.ceil(bits / 8);
  }
  return at === bytes.byteLength;
}
