/**
 * Finds the server's certificate in what a server sends in a TLS handshake up to 1.2, where it is in clear
 * (RFC 5246 sections 6.2.1 and 7.4.2), and the end of its validity in its DER (RFC 5280 section 4.1).
 * Pure; takes any bytes without throwing.
 */

/** `more`: not all of it has come. `none`: there won't be one. */
export type CertificateSearch = { der: Uint8Array } | "more" | "none";

const recordHeaderBytes = 5;
/** RFC 5246 section 6.2.1; nothing is compressed or encrypted yet. */
const maxRecordBytes = 2 ** 14;
const handshakeHeaderBytes = 4;
const contentHandshake = 22;
const messageServerHello = 2;
const messageCertificate = 11;

/** The first certificate (the server's own) of the bytes received so far. */
export function findCertificate(received: Uint8Array): CertificateSearch {
  const handshake = joinRecords(received);
  if (handshake === "none") return "none";
  let at = 0;
  while (at + handshakeHeaderBytes <= handshake.length) {
    const type = byteAt(handshake, at);
    const size = threeBytes(handshake, at + 1);
    const body = handshake.subarray(at + handshakeHeaderBytes, at + handshakeHeaderBytes + size);
    // A message never spans what we would take at all: no need to wait for what is no Certificate.
    if (type !== messageServerHello && type !== messageCertificate) return "none";
    if (type === messageCertificate) return firstOfChain(body, size);
    at += handshakeHeaderBytes + size;
  }
  return "more";
}

/** Handshake bytes of all records so far, the last possibly unfinished; `none` at anything else. */
function joinRecords(received: Uint8Array): Uint8Array | "none" {
  const joined = new Uint8Array(received.length);
  let length = 0;
  let at = 0;
  while (at < received.length) {
    // An alert, or no TLS at all.
    if (byteAt(received, at) !== contentHandshake) return "none";
    if (at + 1 < received.length && byteAt(received, at + 1) !== 3) return "none";
    if (at + recordHeaderBytes > received.length) break;
    const size = twoBytes(received, at + 3);
    if (size === 0 || size > maxRecordBytes) return "none";
    const part = received.subarray(at + recordHeaderBytes, at + recordHeaderBytes + size);
    joined.set(part, length);
    length += part.length;
    at += recordHeaderBytes + size;
  }
  return joined.subarray(0, length);
}

function firstOfChain(body: Uint8Array, size: number): CertificateSearch {
  if (size < 6) return "none";
  if (body.length < 6) return "more";
  const chain = threeBytes(body, 0);
  const first = threeBytes(body, 3);
  if (chain + 3 !== size || first === 0 || first + 3 > chain) return "none";
  return body.length < 6 + first ? "more" : { der: body.slice(6, 6 + first) };
}

/** ASN.1 tags met on the way (X.690): the universal ones, and the explicit [0] of the version. */
const tagInteger = 0x02;
const tagUtcTime = 0x17;
const tagGeneralizedTime = 0x18;
const tagSequence = 0x30;
const tagVersion = 0xa0;

interface Element {
  tag: number;
  content: Uint8Array;
  /** Offset behind it. */
  end: number;
}

/** `notAfter` of a certificate, Unix ms; undefined where the bytes are no certificate. */
export function notAfter(der: Uint8Array): number | undefined {
  const certificate = element(der, 0, tagSequence);
  const signed = certificate && element(certificate.content, 0, tagSequence);
  if (signed === undefined) return undefined;
  const { content } = signed;
  const version = element(content, 0, tagVersion);
  const serial = element(content, version?.end ?? 0, tagInteger);
  const algorithm = serial && element(content, serial.end, tagSequence);
  const issuer = algorithm && element(content, algorithm.end, tagSequence);
  const validity = issuer && element(content, issuer.end, tagSequence);
  const begin = validity && element(validity.content, 0);
  const end = begin && validity && element(validity.content, begin.end);
  return end && timeOf(end);
}

/** The element at an offset, in DER's definite, shortest form; undefined at any other. */
function element(bytes: Uint8Array, at: number, wanted?: number): Element | undefined {
  if (at + 2 > bytes.length) return undefined;
  const tag = byteAt(bytes, at);
  if (wanted !== undefined && tag !== wanted) return undefined;
  const short = byteAt(bytes, at + 1);
  let size = short;
  let start = at + 2;
  if (short >= 0x80) {
    const count = short - 0x80;
    // Three bytes hold what a Certificate message can.
    if (count < 1 || count > 3 || start + count > bytes.length) return undefined;
    size = 0;
    for (let index = 0; index < count; index++) size = size * 256 + byteAt(bytes, start + index);
    start += count;
  }
  const end = start + size;
  return end > bytes.length ? undefined : { tag, content: bytes.subarray(start, end), end };
}

/** RFC 5280 section 4.1.2.5: both end in Z, with seconds; two-digit years from 50 on are of the 1900s. */
function timeOf({ tag, content }: Element): number | undefined {
  const text = new TextDecoder("latin1").decode(content);
  const pattern =
    tag === tagUtcTime
      ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
      : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
  if (tag !== tagUtcTime && tag !== tagGeneralizedTime) return undefined;
  const found = pattern.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map(Number);
  const century = tag === tagGeneralizedTime ? 0 : year >= 50 ? 1900 : 2000;
  const date = Date.UTC(century + year, month - 1, day, hour, minute, second);
  // Out-of-range parts would roll over to another day.
  const again = new Date(date);
  return again.getUTCMonth() === month - 1 && again.getUTCDate() === day ? date : undefined;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

function twoBytes(bytes: Uint8Array, at: number): number {
  return byteAt(bytes, at) * 256 + byteAt(bytes, at + 1);
}

function threeBytes(bytes: Uint8Array, at: number): number {
  return twoBytes(bytes, at) * 256 + byteAt(bytes, at + 2);
}
