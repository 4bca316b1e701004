/** What no answer may ever be, whatever the request was. */
import type { OddRequest } from "./odd-requests.ts";
import type { Head, Received } from "./raw-http.ts";
import { bases } from "./small-views.ts";

/** What is wrong with the answer to a request; `undefined` when nothing is. */
export function fault(request: OddRequest, received: Received): string | undefined {
  if (received.hung) return "the connection was left open";
  if (request.whole && received.heads.length === 0) return "no answer";
  for (const head of received.heads) {
    const found = statusFault(received, head) ?? headerFault(head) ?? locationFault(request, head);
    if (found !== undefined) return `${found} (status ${head.status})`;
  }
  return undefined;
}

/**
 * The small origin always answers, so there is no reason for any 5xx. One is not the Worker's: workerd's HTTP
 * layer says 501 to a method it doesn't know. CONNECT is left out of the requests: workerd gives it to a
 * handler of its own kind, answers 500 for want of one, and prints that; `fetch` never sees it.
 */
function statusFault({ text }: Received, { status }: Head): string | undefined {
  if (status < 500) return undefined;
  if (status === 501 && text.includes("ERROR: Unrecognized request method.")) return undefined;
  return `a ${status} without a reason`;
}

function headerFault({ headers }: Head): string | undefined {
  if (headers.has("x-bad")) return "the request wrote a header of the answer";
  if ((headers.get("location")?.length ?? 0) > 1) return "more than one Location";
  for (const name of ["location", "link"]) {
    const value = headers.get(name)?.join() ?? "";
    // Spaces belong to Link's own syntax.
    if (!(name === "link" ? /^[\x20-\x7e]*$/ : /^[\x21-\x7e]*$/).test(value)) {
      return `${name} holds a character that has to be escaped`;
    }
  }
  return undefined;
}

function locationFault(request: OddRequest, { status, headers }: Head): string | undefined {
  for (const [, url = ""] of (headers.get("link") ?? []).join().matchAll(/<([^>]*)>/g)) {
    // What describes an image: relative to the request, so to nobody else's host.
    if (/^\/(?:images|files)\/[^<>]*\.meta4$/.test(url) && !leadsElsewhere(url)) continue;
    if (repositoryOf(url) === undefined) return `Link to ${url}`;
  }
  const location = headers.get("location")?.[0];
  if (location === undefined) return status === 302 ? "a redirect without Location" : undefined;
  if (status === 301) return slashFault(request, location);
  if (status !== 302) return "Location where there is no redirect";
  const found = repositoryOf(location);
  if (found === undefined) return `Location is none of the list: ${location}`;
  if (leadsElsewhere(found.path)) return `Location may be read as another path: ${location}`;
  if (!request.whole || ownPath(request)) return undefined;
  const asked = pathOf(request.target);
  if (asked !== `/${found.repository}/${found.path}`) {
    return `Location ${location} is not the path asked for, ${asked}`;
  }
  return undefined;
}

/** What a client or a mirror may resolve to another path: dot segments, hidden slashes and controls, bad escapes. */
function leadsElsewhere(path: string): boolean {
  if (/%(?:[01][0-9a-f]|7f|2f|5c)|%(?![0-9a-f]{2})|\\/i.test(path)) return true;
  return path.split("/").some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));
}

/** The repository and the path inside it that a mirror's URL stands for. */
function repositoryOf(url: string): { repository: string; path: string } | undefined {
  for (const [repository, urls] of Object.entries(bases)) {
    const base = urls.find((one) => url.startsWith(one));
    if (base !== undefined) return { repository, path: url.slice(base.length) };
  }
  return undefined;
}

/** The path of a request target, doubled slashes folded; an absolute target's authority is left out. */
function pathOf(target: string): string {
  const [path = ""] = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").split(/[?#]/);
  return path.replace(/\/{2,}/g, "/");
}

/** workerd puts the Host before the target as it came: one with a path in it is a path the client asked for itself. */
function ownPath({ host = "" }: OddRequest): boolean {
  return /[/?#]/.test(host);
}

/** A folder asked for without its slash: only ever the address the client itself gave as ours, and the slash. */
function slashFault(request: OddRequest, location: string): string | undefined {
  const { target, host = "", whole } = request;
  // Who sends this stands for a trusted proxy, whose word on the scheme is taken.
  const scheme = /^X-Forwarded-Proto: https\r$/im.test(request.bytes.toString("latin1"))
    ? "https?"
    : "http";
  if (!new RegExp(`^${scheme}://[^/]+/(?:[^?]*/)?(?:\\?.*)?$`).test(location)) {
    return `Location is not a folder's absolute address: ${location}`;
  }
  if (ownPath(request)) return undefined;
  // workerd joins a target without a slash to the Host: the client made up the name it is sent to.
  const own = `${location.slice(0, location.indexOf(":"))}://${host}${pathOf(target)}/`;
  if (!whole || location.startsWith(own)) return undefined;
  // Parsing may have written the name differently: in lower case, `1.2.3` as `1.2.0.3`.
  if (URL.canParse(own) && location.startsWith(new URL(own).href)) return undefined;
  return `Location ${location} is not the folder asked for`;
}
