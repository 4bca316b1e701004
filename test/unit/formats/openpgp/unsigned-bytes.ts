/**
 * Signed files with other bytes where no signature covers them. Everything is made from the signatures of one fixture,
 * so that gpgv's verdicts can be kept beside it (`fixtures/make-gpgv-verdicts.ts`). Pure.
 */
import { armoured } from "./signing.ts";

/** What the files are made from. All of it is public, and of keys that were thrown away. */
export interface SignedBase {
  /** What is signed: lines without white space at their ends, and without an end behind the last. */
  text: string;
  /** Each a packet with one octet of length, Base64. All with SHA-256 unless their name says otherwise. */
  signatures: {
    bytes: string;
    lines: string;
    /** By the second pinned key, RSA. */
    rsaBytes: string;
    rsaLines: string;
    rsaSha512Lines: string;
    /** By a key that isn't pinned. */
    strangerBytes: string;
    strangerLines: string;
  };
}

/** A file to be judged, and whether we take it. Where we are stricter than gpgv, `stricter` says for whose sake. */
export interface Judgeable {
  taken: boolean;
  stricter?: string;
  /** A clear-signed file; else a detached signature of the base's text. */
  clear?: string;
  signature?: Uint8Array;
}

const cat = (...parts: (Uint8Array | number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
const decoded = (base64: string) => Uint8Array.from(Buffer.from(base64, "base64"));

/** RFC 9580 section 4.2.2: in the older form, of one octet of length or of two. */
const packet = (body: Uint8Array) =>
  body.byteLength < 256
    ? cat([0x88, body.byteLength], body)
    : cat([0x89, body.byteLength >> 8, body.byteLength & 255], body);
const bodyOf = (signature: Uint8Array) => signature.subarray(signature[0] === 0x89 ? 3 : 2);
const changed = (bytes: Uint8Array, at: number, value: number) => {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
};

/** A signature with other unsigned parts, given as the bytes of their area. */
function withUnsigned(signature: Uint8Array, ...parts: number[][]): Uint8Array {
  const body = bodyOf(signature);
  const signedEnd = 6 + (((body[4] ?? 0) << 8) | (body[5] ?? 0));
  const oldLength = ((body[signedEnd] ?? 0) << 8) | (body[signedEnd + 1] ?? 0);
  const area = parts.flat();
  const rest = body.subarray(signedEnd + 2 + oldLength);
  return packet(
    cat(body.subarray(0, signedEnd), [area.length >> 8, area.length & 255], area, rest),
  );
}

/** The first number of a signature without unsigned parts, with another count of its bits. */
function withBits(signature: Uint8Array, bits: (real: number) => number): Uint8Array {
  const body = bodyOf(signature).slice();
  const at = 6 + (((body[4] ?? 0) << 8) | (body[5] ?? 0)) + 4;
  const told = bits(((body[at] ?? 0) << 8) | (body[at + 1] ?? 0));
  body.set([told >> 8, told & 255], at);
  return packet(body);
}

/** The fingerprint that a signature's signed parts name (RFC 9580 section 5.2.3.35). */
function signerOf(signature: Uint8Array): number[] {
  const bytes = [...bodyOf(signature)];
  const at = bytes.findIndex((byte, index) => byte === 33 && bytes[index + 1] === 4);
  return bytes.slice(at + 2, at + 22);
}

/** In armour, with headers, each with its line end. */
const armour = (bytes: Uint8Array, headers = "") =>
  armoured(bytes).replace("\n\n", `\n${headers}\n`);
const withoutSum = (file: string) => file.replace(/\n=.{4}\n/, "\n");

const text = (characters: string) => Uint8Array.from(Buffer.from(characters));

/** Every file, by what is done to it. */
export function unsignedBytes(base: SignedBase): Record<string, Judgeable> {
  return { ...detached(base), ...unsignedParts(base), ...clearSigned(base) };
}

function detached({ signatures }: SignedBase): Record<string, Judgeable> {
  const bytes = decoded(signatures.bytes);
  const lines = decoded(signatures.lines);
  const strangerLines = decoded(signatures.strangerLines);
  const strangerBytes = decoded(signatures.strangerBytes);
  const body = bodyOf(bytes);
  const length = body.byteLength;
  const taken = (signature: Uint8Array): Judgeable => ({ taken: true, signature });
  const refused = (signature: Uint8Array, stricter?: string): Judgeable => ({
    taken: false,
    signature,
    ...(stricter !== undefined && { stricter }),
  });
  const sqv = "sqv 1.1.0 refuses it";
  return {
    "a signature": taken(bytes),
    "a signature of lines": taken(lines),
    "a stranger's before it": taken(cat(strangerBytes, bytes)),
    "a stranger's behind it": taken(cat(bytes, strangerBytes)),
    "a length of five octets": taken(cat([0xc2, 0xff, 0, 0, 0, length], body)),
    "a length of two octets, the older form": taken(cat([0x89, 0, length], body)),
    "a length of four octets, the older form": taken(cat([0x8a, 0, 0, 0, length], body)),
    "no length": refused(cat([0x8b], body)),
    "a length in pieces": refused(
      cat([0xc2, 0xe6], body.subarray(0, 64), [length - 64], body.subarray(64)),
    ),
    "cut off": refused(bytes.subarray(0, -1)),
    "a byte more in the packet": refused(
      packet(cat(body, [0])),
      "nothing has ever written that, and nothing signs it",
    ),
    "bytes of zero behind": refused(cat(bytes, [0, 0, 0])),
    "text behind": refused(cat(bytes, text("abc"))),
    "a marker behind that is none": refused(cat(bytes, [0xca, 3, 65, 65, 65])),
    "a marker behind": refused(
      cat(bytes, [0xca, 3, 80, 71, 80]),
      "nothing signs it, and no signer writes it",
    ),
    "a packet of an experimental type behind": refused(cat(bytes, [0xfc, 1, 97]), sqv),
    "a packet of padding behind": refused(cat(bytes, [0xd5, 2, 97, 97]), sqv),
    "a packet of trust behind": refused(cat(bytes, [0xcc, 2, 97, 97]), sqv),
    "a user's id behind": refused(cat(bytes, [0xcd, 1, 97])),
    "a signature of version 3 before it": refused(cat(packet(changed(body, 0, 3)), bytes)),
    "one of version 3 behind": refused(
      cat(bytes, packet(changed(body, 0, 3))),
      "gpgv reads only the first of several types",
    ),
    "one of version 5 behind": refused(cat(bytes, packet(changed(body, 0, 5)))),
    "one of version 6 before it": refused(cat(packet(changed(body, 0, 6)), bytes)),
    "one of version 6 behind": refused(cat(bytes, packet(changed(body, 0, 6)))),
    "one of a user's id before it": refused(cat(packet(changed(body, 1, 16)), bytes)),
    "one with an unknown algorithm behind": refused(cat(bytes, packet(changed(body, 2, 99)))),
    "a stranger's of lines before it": refused(cat(strangerLines, bytes)),
    "a stranger's of lines behind it": refused(
      cat(bytes, strangerLines),
      "gpgv reads only the first of several types",
    ),
    "a number with more bits than it has": refused(
      withBits(decoded(signatures.rsaLines), (bits) => Math.ceil(bits / 8) * 8 - 8 + 1),
      sqv,
    ),
    armoured: taken(text(armour(bytes))),
    "armoured without a checksum": taken(text(withoutSum(armour(bytes)))),
    "armoured without a checksum, and no = at its end": refused(
      text(withoutSum(armour(cat(bytes, decoded(signatures.rsaBytes))))),
    ),
    "armoured without the = at its end": refused(text(armour(bytes).replace(/=+\n=/, "\n=")), sqv),
    "a header": taken(text(armour(bytes, "Version: GnuPG v2\nComment: made for a test\n"))),
    "a header without a blank": refused(text(armour(bytes, "Comment:hi\n"))),
    "a header without a value": refused(text(armour(bytes, "Comment:\n")), sqv),
    "a header that nothing knows": refused(
      text(armour(bytes, "Suite: other\n")),
      "nothing signs it, and RFC 9580 section 6.2.2 doesn't name it",
    ),
  };
}

function unsignedParts({ signatures }: SignedBase): Record<string, Judgeable> {
  const bytes = decoded(signatures.bytes);
  const signer = signerOf(bytes);
  const id = [9, 16, ...signer.slice(-8)];
  const fingerprint = [22, 33, 4, ...signer];
  const rows: [what: string, parts: number[][], taken: boolean, stricter?: string][] = [
    ["whose it is", [id], true],
    ["whose it is, by fingerprint", [fingerprint], true],
    ["both", [id, fingerprint], true],
    ["another's id", [[9, 16, 1, 1, 1, 1, 1, 1, 1, 1]], false, "it says of whom it is, wrongly"],
    ["another's fingerprint", [[22, 33, 4, ...signer.map(() => 1)]], false, "the same"],
    ["whose it is twice", [id, id], false, "no signer writes it"],
    ["a critical part that isn't known", [id, [2, 0x80 | 100, 1]], false],
    ["a part that isn't known", [id, [2, 100, 1]], false, "nothing signs it"],
    ["a part without a byte", [id, [0]], false],
    ["a part longer than all of them", [id, [9, 100, 1]], false],
    [
      "a notation",
      [id, [16, 20, 0x80, 0, 0, 0, 0, 4, 0, 3, 97, 64, 98, 99, 120, 120, 120]],
      false,
      "sqv 1.1.0 refuses it",
    ],
    ["another time", [id, [5, 2, 0x6b, 0, 0, 0]], false, "nothing signs it"],
    ["an end", [id, [5, 3, 0, 0, 0, 1]], false, "nothing signs it"],
  ];
  return Object.fromEntries(
    rows.map(([what, parts, taken, stricter]) => [
      `unsigned: ${what}`,
      {
        taken,
        signature: withUnsigned(bytes, ...parts),
        ...(stricter !== undefined && { stricter }),
      },
    ]),
  );
}

function clearSigned({ text: signed, signatures }: SignedBase): Record<string, Judgeable> {
  const made = Object.fromEntries(
    Object.entries(signatures).map(([name, base64]) => [name, decoded(base64)]),
  );
  const { lines = cat(), bytes = cat(), strangerLines = cat(), strangerBytes = cat() } = made;
  const { rsaLines = cat(), rsaSha512Lines = cat() } = made;
  const file = (signature: Uint8Array, hashes = "Hash: SHA256\n", headers = "") =>
    `-----BEGIN PGP SIGNED MESSAGE-----\n${hashes}\n${signed.replaceAll(/^-/gm, "- -")}\n${armour(signature, headers)}`;
  const taken = (clear: string): Judgeable => ({ taken: true, clear });
  const refused = (clear: string): Judgeable => ({ taken: false, clear });
  const rows: Record<string, Judgeable> = {
    "a file": taken(file(lines)),
    "white space at line ends": taken(file(lines).replaceAll("\n", " \t\r\n")),
    "several hashes": taken(file(lines, "Hash: SHA512, SHA256\nHash: SHA224\n")),
    "two signatures": taken(file(cat(lines, rsaLines))),
    "two signatures, two hashes": taken(
      file(cat(lines, rsaSha512Lines), "Hash: SHA256\nHash: SHA512\n"),
    ),
    "a stranger's before it": taken(file(cat(strangerLines, lines))),
    "a header of the signature": taken(file(lines, undefined, "Comment: made for a test\n")),
    "no hash": refused(file(lines, "")),
    "another hash": refused(file(lines, "Hash: SHA512\n")),
    "a hash that isn't known besides": refused(file(lines, "Hash: SHA256, FOO\n")),
    "MD5 besides": refused(file(lines, "Hash: SHA256\nHash: MD5\n")),
    "its hash in small letters": refused(file(lines, "Hash: sha256\n")),
    "its hash with a slash": refused(file(lines, "Hash: SHA256/\n")),
    "two signatures, one hash": refused(file(cat(lines, rsaSha512Lines))),
    "a header of the signature without a blank": refused(file(lines, undefined, "Comment:hi\n")),
    "a signature of bytes": refused(file(bytes)),
    "one of bytes behind it": refused(file(cat(lines, bytes))),
    "a stranger's of bytes before it": {
      ...refused(file(cat(strangerBytes, lines))),
      stricter: "apt's gpgv method, 2.6.1, refuses it",
    },
    "one of version 6 behind": refused(file(cat(lines, packet(changed(bodyOf(lines), 0, 6))))),
  };
  return Object.fromEntries(Object.entries(rows).map(([what, row]) => [`clear: ${what}`, row]));
}
