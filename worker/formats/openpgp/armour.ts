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
 * As strict as apt (`apt-pkg/contrib/gpgv.cc`): not even an empty line may stand outside. A checksum at the end must be
 * right: apt's gpgv refuses a wrong one (tried with apt 2.6), though RFC 9580 section 6.1 has done with it. A signature
 * may lack it only where its Base64 ends in `=`.
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
    const bytes = decoded(lines.slice(at + 1, end), type);
    if (typeof bytes === "string") return `the ${type} of line ${at + 1} ${bytes}`;
    armours.push(bytes);
    at = end + 1;
  }
  return armours.length === 0 ? `it holds no ${type}` : armours;
}

/**
 * Headers that RFC 9580 section 6.2.2 names, and MessageID of older ones. Nothing signs them: so nothing but text may
 * be in one. Without the blank gpgv 2.2.40 refuses the armour, without a value sqv 1.1.0 does.
 */
const header = /^(?:Version|Comment|MessageID|Hash|Charset): [ -~]*[!-~]$/;
const anyHeader = /^[A-Za-z]+: ?/;

/** Headers, an empty line, Base64, and perhaps a checksum. */
function decoded(lines: readonly string[], type: ArmourType): Uint8Array | string {
  const start = lines.indexOf("") + 1;
  if (start === 0) return "has no empty line above its Base64";
  // Key files are our own: a signature comes from somebody.
  const form = type === "PGP SIGNATURE" ? header : anyHeader;
  const odd = lines.slice(0, start - 1).some((line) => !form.test(line));
  if (odd) return "has a header that isn't one of a signature's usual ones";
  const body = lines.slice(start);
  const last = body.at(-1) ?? "";
  const sum = /^=[A-Za-z0-9+/]{4}$/.test(last) ? fromBase64(last.slice(1)) : undefined;
  if (sum !== undefined) body.pop();
  const base64 = body.join("");
  const bytes = fromBase64(base64);
  if (bytes === undefined || bytes.byteLength === 0) return "is no Base64";
  // gpgv 2.2.40 sees no end of the Base64 without one of both, and reads the line of dashes as more of it.
  if (type === "PGP SIGNATURE" && sum === undefined && !base64.endsWith("=")) {
    return "has no checksum, where its Base64 shows no end";
  }
  if (sum !== undefined && numberOf(sum) !== crc24(bytes)) return "has a wrong checksum";
  return bytes;
}

/** RFC 4648 section 4: `atob` also takes a text without its `=`, which sqv 1.1.0 doesn't. */
function fromBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  try {
    const bytes = atob(text);
    if (btoa(bytes) !== text) return undefined;
    return Uint8Array.from(bytes, (character) => character.charCodeAt(0));
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
