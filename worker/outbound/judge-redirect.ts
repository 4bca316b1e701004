/** Which redirects of origins and mirrors are followed: one judge for all code that follows any. Pure. */
import { reachOfHost, withoutDot } from "./host-reach.ts";

/** A redirect as it was met. */
export interface Redirect {
  /** URL that was asked first, at the origin or mirror as it is listed. */
  listed: string;
  /** URL that answered with the redirect. */
  from: string;
  /** Its `Location`; `null`: it has none. */
  location: string | null;
  /** `host` or `host:port` under which this service is reached; without a port: at the scheme's own. */
  ownHosts: readonly string[];
}

/**
 * Why a redirect isn't followed. `nowhere`: there is no URL. `scheme`: neither http nor https. `own`: back to this
 * service. `downgrade`: from https to http. `inside`: to a host that the world can't reach. `circle` and `hops` are the
 * follower's: it was there before, too many.
 */
export interface RedirectRefusal {
  refused: "nowhere" | "scheme" | "own" | "downgrade" | "inside" | "circle" | "hops";
  /** For people, follows "it": `redirects from https to http`. */
  reason: string;
}

/** Characters of a host that an error text shows. */
const maxToldHost = 100;

/**
 * Judges one redirect.
 *
 * A host that isn't public is refused, unless the listed host is as near: in an intranet or on one machine (a lab)
 * servers may send to each other. What stays at the listed host is as good as the list. A public name that resolves to
 * a private address can't be seen here; `scripts/service/network.ts` has the process's own network refuse it.
 *
 * @returns the URL to go to, as the parser writes it, without fragment; or why not
 */
export function judgeRedirect({
  listed,
  from,
  location,
  ownHosts,
}: Redirect): { to: string } | RedirectRefusal {
  if (location === null || !URL.canParse(location, from)) {
    return { refused: "nowhere", reason: "redirects without a place to go to" };
  }
  const to = new URL(location, from);
  // A fragment is never sent, and must not hide a circle.
  to.hash = "";
  if (to.protocol !== "https:" && to.protocol !== "http:") {
    return { refused: "scheme", reason: `redirects to ${to.protocol}, which no client follows` };
  }
  // Back to us goes first: what is wrong with a server that points here is the loop, whatever the scheme.
  if (isOwn(to, ownHosts)) return { refused: "own", reason: "redirects back to this service" };
  if (to.protocol === "http:" && new URL(from).protocol === "https:") {
    return { refused: "downgrade", reason: "redirects from https to http" };
  }
  const home = withoutDot(new URL(listed).hostname);
  const { reach, what } = reachOfHost(to.hostname);
  if (reach === "public" || withoutDot(to.hostname) === home) return { to: to.href };
  const { reach: listedReach } = reachOfHost(home);
  const isNear = listedReach === "machine" || (listedReach === "site" && reach === "site");
  if (isNear && reach !== "closed") return { to: to.href };
  const told = to.hostname.slice(0, maxToldHost);
  return { refused: "inside", reason: `redirects to ${told}, which is ${what}` };
}

function isOwn({ protocol, hostname, port }: URL, ownHosts: readonly string[]): boolean {
  const host = withoutDot(hostname);
  const usual = protocol === "https:" ? "443" : "80";
  // `URL.host` leaves a scheme's own port out; a configuration may name it.
  const names = port === "" ? [host, `${host}:${usual}`] : [`${host}:${port}`];
  return ownHosts.some((own) => names.includes(own.toLowerCase()));
}
