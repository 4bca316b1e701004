/** Which URL of ours is printed for people to run: never one that a request made up. Pure. */
import { withoutDot } from "./host-reach.ts";

/** Under which URLs the service is known to be reached. */
export interface OwnNames {
  /** `PUBLIC_URL`, ends in `/`; empty: not set. */
  publicUrl: string;
  /** `OWN_HOSTS`: `host` or `host:port`, lower case. Empty: not set, as where a platform passes on its own hosts alone. */
  hosts: readonly string[];
  /** The host of `HOST_LABELS`, whose subdomains are ours too. */
  labelled?: string;
}

/** A base URL for set-up lines. */
export interface PrintedBase {
  /** Ends in `/`. */
  base: string;
  /** The client asked for a host that isn't known to be ours. */
  isUnknown?: true;
}

/**
 * The base to print. What a set-up script says is run as root, and `Host` is whatever the client, or whoever stands
 * between, wrote there: so `PUBLIC_URL` goes before it, and without that only hosts that the service listens at count.
 *
 * @param asked the URL under which the request says that it came, ends in `/`
 */
export function printedBase(asked: string, { publicUrl, hosts, labelled }: OwnNames): PrintedBase {
  // As nearly all requests have it. Reading a URL is a call out of the engine, and every page asks.
  if (labelled === undefined && publicUrl !== "") return { base: publicUrl };
  const [, authority = ""] = authorityOf.exec(asked) ?? [];
  if (publicUrl === "" && hosts.includes(authority)) return { base: asked };
  // A client may write what is no host at all.
  const { protocol, hostname, port } = URL.canParse(asked) ? new URL(asked) : nowhere;
  const name = withoutDot(hostname);
  // Labels are wishes: a host that is set up by one keeps it.
  if (labelled !== undefined && name.endsWith(`.${labelled}`)) return { base: asked };
  if (publicUrl !== "") return { base: publicUrl };
  const [first] = hosts;
  if (first === undefined || name === labelled) return { base: asked };
  const withPort = `${name}:${port || (protocol === "https:" ? 443 : 80)}`;
  if (hosts.includes(withPort) || (port === "" && hosts.includes(name))) return { base: asked };
  return { base: `${protocol}//${first}/`, isUnknown: true };
}

/** `host` or `host:port` of a base. */
const authorityOf = /^https?:\/\/([^/]*)\/$/;

const nowhere = { protocol: "http:", hostname: "", port: "" };
