/**
 * Takes a clear-signed file (RFC 9580 section 7) apart exactly as apt does (`SplitClearSignedFile` in
 * `apt-pkg/contrib/gpgv.cc`): what we verify is what apt will read. Pure.
 */

import type { Refusal } from "../refusal.ts";
import { maxRootBytes } from "../roots.ts";
import { hashNames } from "./signature-packets.ts";

/** The two halves of a clear-signed file. */
export interface ClearSigned {
  /** Lines divided by LF, none behind the last; without the escapes of dashes and without white space at line ends. */
  text: Uint8Array;
  /** One or more armours, each character a byte. */
  signature: string;
  /** Hashes that the `Hash` headers name. */
  hashes: ReadonlySet<string>;
}

const lf = 0x0a;
const cr = 0x0d;
const tab = 0x09;
const space = 0x20;
const dash = 0x2d;
const del = 0x7f;

/**
 * Takes it apart. Refused is what apt refuses: anything before or behind, a second message, a line that begins with
 * an unescaped dash, a missing end. Beyond that: headers but `Hash`, and hashes in these that gpgv doesn't know (text
 * that nothing signs, and that gpgv refuses), and control characters, which readers see differently.
 */
export function splitClearSigned(bytes: Uint8Array): ClearSigned | Refusal {
  if (bytes.byteLength > maxRootBytes) return tooLarge;
  let at = 0;
  let lines = 0;
  /** The next line, without its end and the white space before it; undefined at the end of the file. */
  const next = (): Uint8Array | undefined => {
    if (at >= bytes.byteLength) return undefined;
    const found = bytes.indexOf(lf, at);
    const stop = found < 0 ? bytes.byteLength : found;
    let end = stop;
    while (end > at && bytes[end - 1] === cr) end--;
    while (end > at && (bytes[end - 1] === space || bytes[end - 1] === tab)) end--;
    const line = bytes.subarray(at, end);
    at = stop + 1;
    lines++;
    return line;
  };
  const refuse = (what: string): Refusal => ({ refused: `Line ${lines} ${what}.` });

  const first = next();
  if (first === undefined || latin1(first) !== "-----BEGIN PGP SIGNED MESSAGE-----") {
    if (isBlank(bytes)) return { refused: "It is empty." };
    return { refused: "It does not begin with a clear-signed message." };
  }
  const hashes = new Set<string>();
  for (;;) {
    const header = next();
    if (header === undefined) return { refused: "It ends in the headers of the message." };
    if (header.byteLength === 0) break;
    const [, names] = /^Hash: ([A-Z0-9, ]+)$/.exec(latin1(header)) ?? [];
    if (names === undefined) return refuse("is no Hash header");
    for (const name of names.split(",").map((one) => one.trim())) {
      if (!knownHashes.has(name)) return refuse("names a hash that isn't known");
      hashes.add(name);
    }
  }

  const text = new Uint8Array(bytes.byteLength);
  let length = 0;
  for (let before = 0; ; before++) {
    let line = next();
    if (line === undefined) return { refused: "It ends before the signature." };
    if (line[0] === dash) {
      if (latin1(line) === "-----BEGIN PGP SIGNATURE-----") break;
      if (line[1] !== space) return refuse("begins with a dash that is not escaped");
      line = line.subarray(2);
    }
    if (line.some(isControl)) return refuse("has a control character");
    if (before > 0) text[length++] = lf;
    text.set(line, length);
    length += line.byteLength;
  }
  const signed = text.subarray(0, length);
  if (isBlank(signed)) return { refused: "The message is empty." };

  const armour: string[] = ["-----BEGIN PGP SIGNATURE-----"];
  let open = true;
  for (let bytesOfLine = next(); bytesOfLine !== undefined; bytesOfLine = next()) {
    const line = latin1(bytesOfLine);
    if (!open && line !== "-----BEGIN PGP SIGNATURE-----") {
      return refuse("is behind the signature, and so unsigned");
    }
    if (open && line.startsWith("-") && line !== "-----END PGP SIGNATURE-----") {
      return refuse("begins with a dash inside the signature");
    }
    open = line !== "-----END PGP SIGNATURE-----";
    armour.push(line);
  }
  if (open) return { refused: "It ends before the end of the signature." };
  return { text: signed, signature: armour.join("\n"), hashes };
}

/** Of gpgv 2.2.40, `parse_hash_header`: with MD5 in a header it can't check any signature. */
const knownHashes: ReadonlySet<string> = new Set(
  [...hashNames.values()].filter((name) => name !== "MD5"),
);

const tooLarge: Refusal = { refused: `It is larger than ${maxRootBytes} bytes.` };

/** Whether there is nothing but white space. */
export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === lf || byte === cr || byte === tab || byte === space);
}

function isControl(byte: number): boolean {
  return (byte < space && byte !== tab) || byte === del;
}

/** Each byte as a character. Lines compared so are short, or part of an armour. */
function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
