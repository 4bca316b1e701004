/** The client's address: the connection's own, or what a trusted proxy reports. */
import { inPrefix, type Prefix, readAddress } from "./address.ts";

/** Most proxies one request is believed to have passed; a longer header is an attack. */
const maxProxies = 16;

/** Proxies' prefixes, or `"any"` where only a proxy can reach this service. */
export type TrustedProxies = readonly Prefix[] | "any";

/** Header with the address that opened the connection. Cloudflare replaces what a client wrote there. */
export const peerHeader = "CF-Connecting-IP";

/**
 * Address that opened the connection, as workerd reports it in `request.cf.clientIp`: `192.0.2.1:49152` or
 * `[2001:db8::1]:49152`. Without the port, which is another one with each connection.
 *
 * @returns empty where workerd doesn't report it, as on Cloudflare
 */
export function peerOfSocket(clientIp: unknown): string {
  if (typeof clientIp !== "string") return "";
  const port = /:\d+$/.exec(clientIp);
  const host = port === null ? "" : clientIp.slice(0, port.index);
  if (host.startsWith("[") && host.endsWith("]")) return host.slice(1, -1);
  return host.includes(":") ? "" : host;
}

/** Whether that peer is one of the proxies. */
export function isTrusted(peer: string, trusted: TrustedProxies): boolean {
  if (trusted === "any") return true;
  const address = readAddress(peer);
  return address !== undefined && trusted.some((prefix) => inPrefix(address, prefix));
}

/**
 * The client's address behind trusted proxies.
 *
 * Reads the header from its right end, where our own proxy writes, and stops at the first address
 * that is not a trusted proxy's: every client can have made up what stands to the left of it.
 *
 * @param peer address that opened the connection; empty where it isn't known
 * @param forwarded value of the header in which proxies name their own client, `X-Forwarded-For` or one
 *   that holds a single address; null where there is none
 */
export function addressBehindProxies(
  peer: string,
  forwarded: string | null,
  trusted: TrustedProxies,
): string {
  if (forwarded === null) return peer;
  if (trusted === "any") return forwarded.slice(forwarded.lastIndexOf(",") + 1).trim();
  let client = peer;
  const hops = forwarded.split(",").slice(-maxProxies);
  while (isTrusted(client, trusted)) {
    const next = hops.pop()?.trim();
    if (next === undefined || readAddress(next) === undefined) break;
    client = next;
  }
  return client;
}
