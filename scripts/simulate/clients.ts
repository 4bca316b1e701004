/** Draws clients from the IP databases. */
import { type Address, readAddress } from "../../worker/geo/address.ts";
import type { Locate } from "../../worker/geo/client.ts";
import type { Point } from "../../worker/geo/distance.ts";
import type { Towns } from "./towns.ts";

export interface SimulatedClient {
  address: Address;
  /** Another address of the same /24 (IPv6: /48), for a repeated request. */
  neighbour: Address;
  country: string;
  asn: number;
  /** Where it truly is. */
  at: Point;
}

/** Share of clients with IPv6, about what public measurements of users show. */
export const ipv6Share = 0.4;

/**
 * The blocks of IPv6 that registries give out addresses from, as first 16 bits with the number of bits fixed
 * (IANA, "IPv6 Global Unicast Address Assignments"; whole /12s only, and 2001::/16). Drawing from all of
 * 2000::/3 instead would find an announced address once in a thousand tries.
 */
const ipv6Blocks: readonly (readonly [first16: number, bits: number])[] = [
  [0x2001, 16],
  [0x2400, 12],
  [0x2600, 12],
  [0x2800, 12],
  [0x2a00, 12],
  [0x2c00, 12],
];

/** Tries per client before the databases are taken to be empty. */
const maxTries = 100_000;

/**
 * Clients with public addresses that both databases know. Every announced IPv4 address is as likely as any other,
 * and every announced IPv6 /64 as any other, so countries count by address space, not by people.
 *
 * @throws when the databases know no address, such as when they haven't been built
 */
export function drawClients(
  count: number,
  locate: Locate,
  towns: Towns,
  random: () => number,
): SimulatedClient[] {
  return Array.from({ length: count }, () => drawClient(locate, towns, random));
}

function drawClient(locate: Locate, towns: Towns, random: () => number): SimulatedClient {
  const draw = random() < ipv6Share ? drawIpv6 : drawIpv4;
  for (let tries = 0; tries < maxTries; tries++) {
    const [text, neighbourText] = draw(random);
    const country = locate.country(text);
    const asn = locate.asn(text);
    if (country === undefined || asn === undefined) continue;
    const address = readAddress(text);
    const neighbour = readAddress(neighbourText);
    if (address === undefined || neighbour === undefined || address.reach !== "public") continue;
    const at = towns.draw(country, random);
    if (at !== undefined) return { address, neighbour, country, asn, at };
  }
  throw new Error(
    "The IP databases know none of the addresses drawn: build them with `npm run geo-data`.",
  );
}

/** An address and one more of its /24, from 1.0.0.0 to 223.255.255.255. */
function drawIpv4(random: () => number): [string, string] {
  const network = 0x0100_00 + Math.floor(random() * (0xe000_00 - 0x0100_00));
  const start = `${network >>> 16}.${(network >>> 8) & 255}.${network & 255}`;
  return [`${start}.${byte(random)}`, `${start}.${byte(random)}`];
}

/** An address and one more of its /48. */
function drawIpv6(random: () => number): [string, string] {
  // Each block in proportion to its size: a /12 holds 16 times what a /16 does.
  const sizes = ipv6Blocks.map(([, bits]) => 2 ** (16 - bits));
  let left = random() * sizes.reduce((sum, size) => sum + size, 0);
  const at = sizes.findIndex((size) => {
    left -= size;
    return left < 0;
  });
  const [first16, bits] = ipv6Blocks[at] ?? [0x2001, 16];
  const first = first16 + Math.floor(random() * 2 ** (16 - bits));
  const start = `${first.toString(16)}:${group(random)}:${group(random)}`;
  return [`${start}:${group(random)}::1`, `${start}:${group(random)}::1`];
}

function byte(random: () => number): number {
  return Math.floor(random() * 256);
}

function group(random: () => number): string {
  return Math.floor(random() * 0x1_0000).toString(16);
}
