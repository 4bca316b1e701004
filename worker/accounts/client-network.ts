/** Whose requests count together, where no account tells. */
import { readAddress } from "../geo/address.ts";

/**
 * IPv4 counts by whole address: neighbours in a /24 of a hosting company have nothing to do with each other. IPv6 counts
 * by /64, which one host can have to itself (RFC 4291). What is no address counts as one network.
 */
export function networkOf(text: string): string {
  const address = readAddress(text);
  return address === undefined ? "" : address.bytes.slice(0, 8).join(".");
}
