/** IP addresses: families, prefixes, and which of them can't be looked up in a database. */
import ipaddr from "ipaddr.js";
import { fnvPrime, fnvStart, mix } from "../runtime/fast-hash.ts";
import type { Family } from "./family.ts";

/** An address, read once. IPv4 inside IPv6 (`::ffff:192.0.2.1`) is read as the IPv4 it is. */
export interface Address {
  /** As people read it and the databases look it up. */
  text: string;
  family: Family;
  /** 4 or 16 bytes. */
  bytes: readonly number[];
  /**
   * `local`: loopback, link-local, private, unique-local: its client is near us. `reserved`: no client's, for
   * documentation, multicast or the future, of which databases say anything. `public`: the rest.
   */
  reach: "local" | "reserved" | "public";
}

/** A block of addresses, as listed for a mirror's network or a trusted proxy. */
export interface Prefix {
  family: Family;
  bytes: readonly number[];
  /** Leading bits that count. */
  length: number;
}

/**
 * Reads an IPv4 or IPv6 address, in brackets or with a zone too. `undefined` where it is none.
 *
 * Every client passes here, so the two plain spellings are read without the library, which takes 3 us.
 */
export function readAddress(text: string): Address | undefined {
  const bytes = readIPv4(text) ?? readIPv6(text);
  if (bytes === undefined) return readUnusual(text);
  const family = bytes.length === 4 ? "ipv4" : "ipv6";
  return { text, family, bytes, reach: reachOf(bytes) };
}

function readUnusual(text: string): Address | undefined {
  // Behind the bracket only a port may stand, as `X-Forwarded-For` has it from some proxies.
  const bare = text.startsWith("[") ? (/^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? "") : text;
  // ipaddr.js also takes `127.1` and `0x7f000001`; a header with those is more likely an attack than an address.
  if (!bare.includes(":") || !ipaddr.isValid(bare)) return undefined;
  const parsed = ipaddr.process(bare);
  const bytes = parsed.toByteArray();
  return { text: parsed.toString(), family: parsed.kind(), bytes, reach: reachOf(bytes) };
}

/** Four bytes of a dotted quad without leading zeros, which some read as octal. */
function readIPv4(text: string): number[] | undefined {
  if (text.length > 15) return undefined;
  const bytes: number[] = [];
  let value = -1;
  for (let at = 0; at <= text.length; at++) {
    const digit = at < text.length ? text.charCodeAt(at) - 0x30 : -2;
    if (digit === -2) {
      if (value < 0 || value > 255) return undefined;
      bytes.push(value);
      value = -1;
    } else if (digit >= 0 && digit <= 9 && value !== 0)
      value = value < 0 ? digit : value * 10 + digit;
    else return undefined;
  }
  return bytes.length === 4 ? bytes : undefined;
}

/** Sixteen bytes of groups of hexadecimal digits with at most one `::` (RFC 4291 section 2.2, forms 1 and 2). */
function readIPv6(text: string): number[] | undefined {
  if (text.length > 39) return undefined;
  const groups: number[] = [];
  let gap = -1;
  let value = -1;
  let digits = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x3a) {
      if (value >= 0) groups.push(value);
      else if (at !== 0 || text.charCodeAt(1) !== 0x3a) return undefined;
      value = -1;
      digits = 0;
      if (text.charCodeAt(at + 1) === 0x3a) {
        if (gap >= 0) return undefined;
        gap = groups.length;
        at++;
      } else if (at === text.length - 1) return undefined;
      continue;
    }
    const digit = hexDigit(code);
    if (digit < 0 || ++digits > 4) return undefined;
    value = value < 0 ? digit : value * 16 + digit;
  }
  if (value >= 0) groups.push(value);
  if (gap < 0 ? groups.length !== 8 : groups.length > 7) return undefined;
  const bytes: number[] = [];
  for (let at = 0; at < groups.length; at++) {
    if (at === gap) pushZeros(bytes, 8 - groups.length);
    const group = groups[at] ?? 0;
    bytes.push(group >> 8, group & 0xff);
  }
  if (gap === groups.length) pushZeros(bytes, 8 - groups.length);
  // IPv4 inside IPv6 is the library's to read.
  return isMapped(bytes) ? undefined : bytes;
}

function pushZeros(bytes: number[], groups: number): void {
  for (let at = 0; at < groups; at++) bytes.push(0, 0);
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** ::ffff:0:0/96 (RFC 4291 section 2.5.5.2). */
function isMapped(bytes: readonly number[]): boolean {
  for (let at = 0; at < 10; at++) if (bytes[at] !== 0) return false;
  return bytes[10] === 0xff && bytes[11] === 0xff;
}

/** By the special-purpose registries (RFC 6890, RFC 9637). */
function reachOf(bytes: readonly number[]): Address["reach"] {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  if (bytes.length === 4) {
    if (a === 10 || a === 127 || a === 0) return "local";
    if (a === 172 && b >= 16 && b <= 31) return "local";
    if ((a === 192 && b === 168) || (a === 169 && b === 254)) return "local";
    if (a === 100 && b >= 64 && b <= 127) return "local";
    const documentation =
      (a === 192 && b === 0 && (c === 0 || c === 2)) ||
      (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) ||
      (a === 203 && b === 0 && c === 113);
    return documentation || a >= 224 ? "reserved" : "public";
  }
  if ((a & 0xfe) === 0xfc || (a === 0xfe && (b & 0xc0) === 0x80)) return "local";
  if (bytes.every((byte, at) => (at === 15 ? byte <= 1 : byte === 0))) return "local";
  if (a === 0x20 && b === 0x01 && c === 0x0d && d === 0xb8) return "reserved";
  // Only 2000::/3 has been given out.
  return (a & 0xe0) === 0x20 && !(a === 0x3f && b === 0xff && c < 0x10) ? "public" : "reserved";
}

/** Reads `192.0.2.0/24` or `2001:db8::/32`. `undefined` where it is none. */
export function readPrefix(text: string): Prefix | undefined {
  // The library also takes `10/8`, as 0.0.0.10/8, and `010.0.0.0/8` as octal: not what was meant.
  const slash = text.indexOf("/");
  const base = text.slice(0, slash);
  const bytes = readIPv4(base) ?? readIPv6(base);
  if (bytes !== undefined) {
    // As nearly all are written: the library takes longer to load than all prefixes of a list to read.
    const digits = text.slice(slash + 1);
    const length = /^\d{1,3}$/.test(digits) ? Number(digits) : Number.NaN;
    if (!(length <= 8 * bytes.length)) return undefined;
    return { family: bytes.length === 4 ? "ipv4" : "ipv6", bytes, length };
  }
  if (!ipaddr.isValidCIDR(text) || readAddress(base) === undefined) return undefined;
  const [address, length] = ipaddr.parseCIDR(text);
  return { family: address.kind(), bytes: address.toByteArray(), length };
}

/** Whether the address lies in the block. */
export function inPrefix(address: Address, prefix: Prefix): boolean {
  if (address.family !== prefix.family) return false;
  let left = prefix.length;
  for (let at = 0; left > 0; at++, left -= 8) {
    const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff;
    if (((address.bytes[at] ?? 0) & mask) !== ((prefix.bytes[at] ?? 0) & mask)) return false;
  }
  return true;
}

/** Bytes of an address that name its network: /24 of IPv4, /48 of IPv6, what a site commonly holds. */
const networkBytes = { ipv4: 3, ipv6: 6 } as const;

/**
 * A 32-bit number that is the same for all addresses of one network (/24, /48), and spread evenly
 * over networks (FNV-1a, then murmur3's finalizer, as neighbouring networks differ in their last byte only).
 */
export function networkHash(address: Address): number {
  let hash = fnvStart;
  for (let at = 0; at < networkBytes[address.family]; at++) {
    hash = Math.imul(hash ^ (address.bytes[at] ?? 0), fnvPrime);
  }
  return mix(hash);
}
