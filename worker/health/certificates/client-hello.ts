/**
 * A TLS 1.2 ClientHello (RFC 5246 section 7.4.1.2), only good for being answered: the keys of the handshake are
 * never made, as the connection ends once the server's certificate was read.
 */

/** What clients of the last ten years offer, so that any server that still speaks 1.2 finds one. */
const cipherSuites = [
  0xc02b, // ECDHE-ECDSA-AES128-GCM-SHA256
  0xc02f, // ECDHE-RSA-AES128-GCM-SHA256
  0xc02c, // ECDHE-ECDSA-AES256-GCM-SHA384
  0xc030, // ECDHE-RSA-AES256-GCM-SHA384
  0xcca9, // ECDHE-ECDSA-CHACHA20-POLY1305
  0xcca8, // ECDHE-RSA-CHACHA20-POLY1305
  0xc009, // ECDHE-ECDSA-AES128-SHA
  0xc013, // ECDHE-RSA-AES128-SHA
  0xc00a, // ECDHE-ECDSA-AES256-SHA
  0xc014, // ECDHE-RSA-AES256-SHA
  0x009e, // DHE-RSA-AES128-GCM-SHA256
  0x009f, // DHE-RSA-AES256-GCM-SHA384
  0x009c, // RSA-AES128-GCM-SHA256
  0x009d, // RSA-AES256-GCM-SHA384
  0x002f, // RSA-AES128-SHA
  0x0035, // RSA-AES256-SHA
  0x00ff, // No renegotiation (RFC 5746 section 3.3)
];
/** x25519, P-256, P-384, P-521. */
const groups = [0x001d, 0x0017, 0x0018, 0x0019];
/** ECDSA with SHA-256, -384, -512; RSA-PSS likewise; RSA PKCS#1 likewise; RSA with SHA-1 for the oldest. */
const signatureAlgorithms = [
  0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0201,
];

/** Longest name DNS has. */
const maxHostBytes = 253;

/**
 * The bytes to send first, a record of its own. No `supported_versions`, so that the server can't choose 1.3.
 *
 * @param host name the certificate is asked for; an address is left out (RFC 6066 section 3 allows names only)
 * @param random 32 bytes
 */
export function clientHello(host: string, random: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode(host);
  const named =
    /^[A-Za-z0-9._-]+$/.test(host) && !/^[\d.]+$/.test(host) && name.length <= maxHostBytes;
  const extensions = [
    ...(named ? extension(0, sized(2, [0, ...sized(2, [...name])])) : []),
    ...extension(10, sized(2, groups.flatMap(twoBytes))),
    // Uncompressed points.
    ...extension(11, sized(1, [0])),
    ...extension(13, sized(2, signatureAlgorithms.flatMap(twoBytes))),
    // Extended master secret (RFC 7627), which some servers insist on.
    ...extension(23, []),
  ];
  const body = [
    ...twoBytes(0x0303),
    ...[...random.subarray(0, 32), ...new Array<number>(32).fill(0)].slice(0, 32),
    // No session to resume.
    ...sized(1, []),
    ...sized(2, cipherSuites.flatMap(twoBytes)),
    // No compression.
    ...sized(1, [0]),
    ...sized(2, extensions),
  ];
  // The record says 1.0, as some old servers refuse a higher one here (RFC 5246 appendix E.1).
  return Uint8Array.from([22, ...twoBytes(0x0301), ...sized(2, [1, ...sized(3, body)])]);
}

function extension(type: number, data: readonly number[]): number[] {
  return [...twoBytes(type), ...sized(2, data)];
}

function twoBytes(value: number): number[] {
  return [value >> 8, value & 0xff];
}

/** Bytes with their length before them. */
function sized(lengthBytes: 1 | 2 | 3, data: readonly number[]): number[] {
  const length: number[] = [];
  for (let shift = (lengthBytes - 1) * 8; shift >= 0; shift -= 8) {
    length.push((data.length >> shift) & 0xff);
  }
  return [...length, ...data];
}
