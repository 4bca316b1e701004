/** Networks in CIDR notation: enough to tell a good one from a bad one. */
import ipaddr from "ipaddr.js";

export interface Cidr {
  family: "ipv4" | "ipv6";
  /** Length of the prefix in bits. */
  length: number;
  /** Bits are set behind the prefix: 192.0.2.1/24. */
  hostBits: boolean;
}

/** Parses `address/length`. Undefined for anything else, also for an address without a length. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf("/");
  const address = text.slice(0, slash);
  const digits = text.slice(slash + 1);
  if (slash < 0 || !/^\d{1,3}$/.test(digits)) return undefined;
  const family = ipaddr.IPv4.isValidFourPartDecimal(address)
    ? "ipv4"
    : ipaddr.IPv6.isValid(address)
      ? "ipv6"
      : undefined;
  // A zone (fe80::1%eth0) passes and means nothing outside its host.
  if (family === undefined || address.includes("%")) return undefined;
  const width = family === "ipv4" ? 32 : 128;
  const length = Number(digits);
  if (length > width) return undefined;
  const value = family === "ipv4" ? ipv4Value(address) : ipv6Value(address);
  const hostMask = (1n << BigInt(width - length)) - 1n;
  return { family, length, hostBits: (value & hostMask) !== 0n };
}

function ipv4Value(address: string): bigint {
  return address.split(".").reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function ipv6Value(address: string): bigint {
  const dotted = address.match(/^(.*:)(\d+\.\d+\.\d+\.\d+)$/);
  let text = address;
  if (dotted?.[1] !== undefined && dotted[2] !== undefined) {
    const low = ipv4Value(dotted[2]);
    text = `${dotted[1]}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
  }
  const [head = "", tail] = text.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = Array<string>(8 - before.length - after.length).fill("0");
  return [...before, ...zeros, ...after].reduce(
    (value, group) => (value << 16n) | BigInt(`0x${group}`),
    0n,
  );
}
