/** How far a host of a URL can be reached from, by its address or its name alone. Pure: nothing is resolved. */
import ipaddr from "ipaddr.js";

/**
 * `public`: from anywhere, as far as can be seen. `site`: inside one network (private and shared addresses, names of
 * home and company networks). `machine`: on this machine only. `closed`: no server of files is there (link-local with
 * the clouds' metadata, unspecified, multicast, reserved, addresses that hide an IPv4 address).
 */
export type Reach = "public" | "site" | "machine" | "closed";

export interface HostReach {
  reach: Reach;
  /** What the host is, with its article: `a private address`. */
  what: string;
}

const publicHost: HostReach = { reach: "public", what: "a public host" };
const metadata: HostReach = { reach: "closed", what: "an address of a cloud's metadata" };
const notPublic: HostReach = { reach: "closed", what: "an address that isn't public" };
const hidden: HostReach = { reach: "closed", what: "an IPv4 address written as IPv6" };

/** By `range()` of ipaddr.js, which has the special-purpose registries (RFC 6890); all others aren't public. */
const byRange: Readonly<Record<string, HostReach>> = {
  unicast: publicHost,
  loopback: { reach: "machine", what: "a loopback address" },
  private: { reach: "site", what: "a private address" },
  carrierGradeNat: { reach: "site", what: "a shared address (100.64.0.0/10)" },
  uniqueLocal: { reach: "site", what: "a unique local address" },
  deprecatedSiteLocal: { reach: "site", what: "a site-local address" },
  linkLocal: { reach: "closed", what: "a link-local address" },
  unspecified: { reach: "closed", what: "an unspecified address" },
  multicast: { reach: "closed", what: "a multicast address" },
  ipv4Mapped: hidden,
  rfc6145: hidden,
  rfc6052: hidden,
  "6to4": hidden,
  teredo: hidden,
};

/**
 * Metadata services outside 169.254.0.0/16, as their clouds' own pages name them: Alibaba, Azure, Amazon, Google,
 * Oracle. Written as `ipaddr.js` writes them.
 */
const metadataAddresses: ReadonlySet<string> = new Set([
  "100.100.100.200",
  "168.63.129.16",
  "fd00:ec2::254",
  "fd20:ce::254",
  "fd00:c1::a9fe:a9fe",
]);
const metadataNames: ReadonlySet<string> = new Set([
  "metadata",
  "metadata.goog",
  "metadata.google.internal",
  "instance-data",
  "instance-data.ec2.internal",
]);

const machineName: HostReach = { reach: "machine", what: "a name of the machine itself" };
const siteName: HostReach = { reach: "site", what: "a name of a local network" };
const machineNames: ReadonlySet<string> = new Set([
  "localhost",
  "localhost.localdomain",
  "ip6-localhost",
  "ip6-loopback",
]);
/**
 * Endings that no public name has: RFC 6762 (`local`) with those that its appendix G found in use, ICANN's `internal`
 * of 2024, RFC 8375 (`home.arpa`), the `localdomain` of resolvers.
 */
const siteEndings: readonly string[] = [
  ".local",
  ".internal",
  ".intranet",
  ".private",
  ".corp",
  ".home",
  ".lan",
  ".home.arpa",
  ".localdomain",
  // Services of Kubernetes, as their resolver completes them (its documentation, "DNS for Services and Pods").
  ".svc",
];

/**
 * @param hostname of a `URL` object: its parser has written the unusual forms of IPv4 (`2130706433`, `0x7f.1`, `0177.1`)
 *   as dotted quads already, and put IPv6 into brackets
 */
export function reachOfHost(hostname: string): HostReach {
  const bare = withoutDot(hostname);
  if (bare.startsWith("[")) return reachOfIPv6(bare.slice(1, -1));
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) {
    const address = ipaddr.IPv4.parse(bare);
    return metadataAddresses.has(bare) ? metadata : (byRange[address.range()] ?? notPublic);
  }
  return reachOfName(bare);
}

/** The same host, without the dot that a name may end in (`localhost.` is `localhost`). */
export function withoutDot(hostname: string): string {
  return hostname.replace(/\.+$/, "");
}

function reachOfIPv6(text: string): HostReach {
  if (!ipaddr.IPv6.isValid(text)) return notPublic;
  const address = ipaddr.IPv6.parse(text);
  if (metadataAddresses.has(address.toString())) return metadata;
  const reach = byRange[address.range()] ?? notPublic;
  // The library calls the rest unicast. Only 2000::/3 has been given out; `::127.0.0.1` is outside of it.
  const isGivenOut = ((address.parts[0] ?? 0) & 0xe000) === 0x2000;
  return reach === publicHost && !isGivenOut ? notPublic : reach;
}

function reachOfName(name: string): HostReach {
  if (metadataNames.has(name)) return { reach: "closed", what: "a name of a cloud's metadata" };
  // RFC 6761 section 6.3: `localhost` and everything below it.
  if (machineNames.has(name) || name.endsWith(".localhost")) return machineName;
  const isLocal = !name.includes(".") || siteEndings.some((ending) => name.endsWith(ending));
  return isLocal ? siteName : publicHost;
}
