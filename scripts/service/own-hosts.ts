/** Under which hosts the service on this machine is reached. */
import { hostname, networkInterfaces } from "node:os";

/** What listens at one of these listens at all addresses of the machine. */
const everywhere: ReadonlySet<string> = new Set(["0.0.0.0", "::", "*"]);

/**
 * `host:port` of a service that listens there, as `OWN_HOSTS` takes them; for port 0, which nobody knows as of a socket
 * that was handed down, the hosts alone.
 *
 * @param host address or name to listen at
 */
export function ownHosts(host: string, port: number): string[] {
  const addresses = everywhere.has(host)
    ? Object.values(networkInterfaces()).flatMap((found) => found ?? [])
    : [];
  const hosts = [
    ...(everywhere.has(host) ? [hostname()] : [host]),
    ...addresses.map(({ address }) => address),
    // Loopback is reached by all its addresses; these are what is written.
    "localhost",
    "127.0.0.1",
    "::1",
  ];
  return [...new Set(hosts)]
    .map((one) => (one.includes(":") ? `[${one}]` : one))
    .map((one) => (port === 0 ? one : `${one}:${port}`))
    .filter((one) => URL.canParse(`http://${one}/`));
}
