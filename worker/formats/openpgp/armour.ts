/** ASCII armour (RFC 9580 section 6): bytes as Base64 between two lines of dashes. Pure. */

/** What an armour may hold that is read here. */
export type ArmourType = "PGP SIGNATURE" | "PGP PUBLIC KEY BLOCK";

/** Removes what apt and gpg pass over at the end of a line of armour: they know lines by LF and by CRLF. */
export function trimmedLine(line: string): string {
  return line.replace(/[\r\n]+$/, "").replace(/[ \t]+$/, "");
}

/**
 * The bytes of each armour in a text that is nothing but armours of one type.
 *
 * As strict as apt (`apt-pkg/contrib/gpgv.cc`): not even an empty line may stand outside. A checksum at the end, where
 * there is one, must be right: apt's gpgv refuses a wrong one (tried with apt 2.6), though RFC 9580 section 6.1 has done with it.
 *
 * @param text each character a byte
 * @returns a sentence where it is something else
 */
export function readArmours(text: string, type: ArmourType): Uint8Array[] | string {
  const lines = text.split("\n").map(trimmedLine);
  // The line end of the last line begins no further one.
  if (lines.at(-1) === "") lines.pop();
  const armours: Uint8Array[] = [];
  let at = 0;
  while (at < lines.length) {
    if (lines[at] !== `-----BEGIN ${type}-----`) return `line ${at + 1} is outside of any ${type}`;
    const end = lines.findIndex((line, index) => index > at && line.startsWith("-"));
    if (end < 0) return `the ${type} of line ${at + 1} has no end`;
    if (lines[end] !== `-----END ${type}-----`) return `line ${end + 1} begins with a dash`;
    const bytes = decoded(lines.slice(at + 1, end));
    if (bytes === undefined)
      return `the ${type} of line ${at + 1} is no Base64, or its checksum is wrong`;
    armours.push(bytes);
    at = end + 1;
  }
  return armours.length === 0 ? `it holds no ${type}` : armours;
}

/** Headers, an empty line, Base64, and perhaps a checksum. */
function decoded(lines: readonly string[]): Uint8Array | undefined {
  const start = lines.indexOf("") + 1;
  const headers = lines.slice(0, Math.max(0, start - 1));
  if (start === 0 || headers.some((line) => !/^[A-Za-z]+: ?/.test(line))) return undefined;
  const body = lines.slice(start);
  const last = body.at(-1) ?? "";
  const sum = /^=[A-Za-z0-9+/]{4}$/.test(last) ? fromBase64(last.slice(1)) : undefined;
  if (sum !== undefined) body.pop();
  const bytes = fromBase64(body.join(""));
  if (bytes === undefined || bytes.byteLength === 0) return undefined;
  if (sum !== undefined && numberOf(sum) !== crc24(bytes)) return undefined;
  return bytes;
}

function fromBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function numberOf(bytes: Uint8Array): number {
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

/** RFC 9580 section 6.1.1. */
function crc24(bytes: Uint8Array): number {
  let sum = 0xb704ce;
  for (const byte of bytes) {
    sum ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) sum = (sum << 1) ^ (sum & 0x800000 ? 0x1864cfb : 0);
  }
  return sum & 0xffffff;
}
