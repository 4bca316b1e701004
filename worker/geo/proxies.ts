/** Proxies in front of the service: whose word about the client is taken. */
import { inPrefix, type Prefix, readAddress } from "./address.ts";

/** Most proxies one request is believed to have passed; a longer header is an attack. */
const maxProxies = 16;

/** Proxies' prefixes, or `"any"` where only a proxy can reach this service. */
export type TrustedProxies = readonly Prefix[] | "any";

/** Whether that peer is one of the proxies. */
export function isTrusted(peer: string, trusted: TrustedProxies): boolean {
  if (trusted === "any") return true;
  const address = readAddress(peer);
  return address !== undefined && trusted.some((prefix) => inPrefix(address, prefix));
}

/**
 * The client's address behind trusted proxies.
 *
 * Reads `X-Forwarded-For` from its right end, where our own proxy writes, and stops at the first address
 * that is not a trusted proxy's: what stands to the left of it anybody can have made up.
 *
 * @param peer address of whoever opened the connection; empty where the front doesn't tell
 */
export function addressBehindProxies(
  peer: string,
  forwardedFor: string | null,
  trusted: TrustedProxies,
): string {
  if (forwardedFor === null) return peer;
  if (trusted === "any") return forwardedFor.slice(forwardedFor.lastIndexOf(",") + 1).trim();
  let client = peer;
  const hops = forwardedFor.split(",").slice(-maxProxies);
  while (isTrusted(client, trusted)) {
    const next = hops.pop()?.trim();
    if (next === undefined || readAddress(next) === undefined) break;
    client = next;
  }
  return client;
}
