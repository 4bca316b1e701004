/** The primary fingerprints in an OpenPGP key file, read from its packets (RFC 4880, 4.2 and 12.2). */
import { createHash } from "node:crypto";

/** Fingerprints, 40 capital hex digits each, of a binary or ASCII-armoured file's v4 primary keys. */
export function primaryFingerprints(file: Buffer): string[] {
  const bytes = file.toString("latin1").startsWith("-----BEGIN PGP") ? dearmour(file) : file;
  const found: string[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const { tag, start, end } = packetAt(bytes, offset);
    const publicKey = 6;
    if (tag === publicKey) {
      const body = bytes.subarray(start, end);
      if (body[0] !== 4) throw new Error(`key of version ${body[0]}`);
      const prefix = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
      const hash = createHash("sha1").update(prefix).update(body).digest("hex");
      found.push(hash.toUpperCase());
    }
    offset = end;
  }
  return found;
}

/** All blocks of an armoured file: base64 between the blank line and the `=` checksum. */
function dearmour(file: Buffer): Buffer {
  const blocks = file.toString("latin1").split("-----BEGIN PGP PUBLIC KEY BLOCK-----").slice(1);
  return Buffer.concat(
    blocks.map((block) => {
      const body = block
        .split(/\r?\n[ \t]*\r?\n/)
        .slice(1)
        .join("\n")
        .split(/\n=|\n-----END/)[0];
      return Buffer.from(body ?? "", "base64");
    }),
  );
}

function packetAt(bytes: Buffer, offset: number): { tag: number; start: number; end: number } {
  const header = bytes.readUInt8(offset);
  if ((header & 0x80) === 0) throw new Error(`no packet at byte ${offset}`);
  if (header & 0x40) {
    const first = bytes.readUInt8(offset + 1);
    const [length, octets] =
      first < 192
        ? [first, 1]
        : first < 224
          ? [((first - 192) << 8) + bytes.readUInt8(offset + 2) + 192, 2]
          : [bytes.readUInt32BE(offset + 2), 5];
    const start = offset + 1 + octets;
    return { tag: header & 0x3f, start, end: start + length };
  }
  const octets = [1, 2, 4][header & 3];
  if (octets === undefined) throw new Error("packet of indeterminate length");
  const start = offset + 1 + octets;
  return { tag: (header >> 2) & 0xf, start, end: start + bytes.readUIntBE(offset + 1, octets) };
}
