/** IP addresses: families, prefixes, and which of them can't be looked up in a database. */
import ipaddr from "ipaddr.js";
import type { Family } from "../mirrors/roster.ts";

/** An address, read once. IPv4 inside IPv6 (`::ffff:192.0.2.1`) is read as the IPv4 it is. */
export interface Address {
  /** As it is written to people and asked of the databases. */
  text: string;
  family: Family;
  /** 4 or 16 bytes. */
  bytes: readonly number[];
  /** Loopback, link-local, private, unique-local: says nothing about a place on earth. */
  local: boolean;
}

/** A block of addresses, as listed for a mirror's network or a trusted proxy. */
export interface Prefix {
  family: Family;
  bytes: readonly number[];
  /** Leading bits that count. */
  length: number;
}

const localRanges = new Set([
  "loopback",
  "linkLocal",
  "private",
  "uniqueLocal",
  "unspecified",
  "carrierGradeNat",
]);

/** Reads an IPv4 or IPv6 address, in brackets or with a zone too. `undefined` where it is none. */
export function readAddress(text: string): Address | undefined {
  const bare = text.startsWith("[") ? text.slice(1, text.indexOf("]")) : text;
  // ipaddr.js also takes `127.1` and `0x7f000001`; a header with those is more likely an attack than an address.
  if (!bare.includes(":") && !ipaddr.IPv4.isValidFourPartDecimal(bare)) return undefined;
  if (!ipaddr.isValid(bare)) return undefined;
  const parsed = ipaddr.process(bare);
  return {
    text: parsed.toString(),
    family: parsed.kind(),
    bytes: parsed.toByteArray(),
    local: localRanges.has(parsed.range()),
  };
}

/** Reads `192.0.2.0/24` or `2001:db8::/32`. `undefined` where it is none. */
export function readPrefix(text: string): Prefix | undefined {
  if (!ipaddr.isValidCIDR(text)) return undefined;
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
  let hash = 0x811c9dc5;
  for (let at = 0; at < networkBytes[address.family]; at++) {
    hash = Math.imul(hash ^ (address.bytes[at] ?? 0), 0x01000193);
  }
  return mix(hash);
}

/** murmur3's 32-bit finalizer: every input bit reaches every output bit. */
export function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
