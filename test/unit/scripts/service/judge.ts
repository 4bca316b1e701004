/** What no answer may ever be, whatever the request was. */
import { homedir, tmpdir } from "node:os";
import { root } from "../../../../scripts/service/bundle.ts";
import type { OddRequest } from "./odd-requests.ts";
import type { Head, Received } from "./raw-http.ts";
import { bases } from "./small-views.ts";

/** Every base URL that a redirect may lead to, by repository. */
export type Bases = Readonly<Record<string, readonly string[]>>;

/** What is wrong with the answer to a request; `undefined` when nothing is. */
export function fault(
  request: OddRequest,
  received: Received,
  listed: Bases = bases,
): string | undefined {
  if (received.hung) return "the connection was left open";
  if (request.whole && received.heads.length === 0) return "no answer";
  const leaked = leak(request, received);
  if (leaked !== undefined) return leaked;
  for (const head of received.heads) {
    const found =
      statusFault(request, received, head.status) ??
      headerFault(head) ??
      locationFault(request, head, listed);
    if (found !== undefined) return `${found} (status ${head.status})`;
  }
  return undefined;
}

/**
 * The small origin always answers, so there is no reason for any 5xx. Two are no faults: workerd's HTTP layer says 501 to
 * a method that it doesn't know, as RFC 9110 section 9.1 has it, before `fetch` sees it; and who claims to have come
 * through ten services has 508 (RFC 8586).
 */
function statusFault(
  { bytes }: OddRequest,
  { text }: Received,
  status: number,
): string | undefined {
  if (status < 500) return undefined;
  if (status === 501 && text.includes("ERROR: Unrecognized request method.")) return undefined;
  if (status === 508 && /^CDN-Loop:/im.test(bytes.toString("latin1"))) return undefined;
  return `a ${status} without a reason`;
}

/** What only this machine knows: where it runs, and the way that a failure took through the code. */
const inside = [
  root,
  tmpdir(),
  homedir(),
  "node_modules",
  "workerd/",
  "kj/",
  ".ts:",
  ".js:",
  "stack:",
];

/** No answer tells of the machine, whatever was asked. */
function leak({ bytes }: OddRequest, { text }: Received): string | undefined {
  const asked = bytes.toString("latin1");
  const found = inside.find((one) => one.length > 2 && text.includes(one) && !asked.includes(one));
  if (found !== undefined) return `the answer tells "${found}"`;
  return /\n\s+at \S+ \(/.test(text) ? "the answer has a stack trace" : undefined;
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

function locationFault(
  request: OddRequest,
  { status, headers }: Head,
  listed: Bases,
): string | undefined {
  for (const [, url = ""] of (headers.get("link") ?? []).join().matchAll(/<([^>]*)>/g)) {
    // What describes an image: relative to the request, so to nobody else's host.
    if (/^\/(?:isos|files)\/[^<>]*\.meta4$/.test(url) && !leadsElsewhere(url)) continue;
    if (repositoryOf(url, listed) === undefined) return `Link to ${url}`;
  }
  const location = headers.get("location")?.[0];
  if (location === undefined) return status === 302 ? "a redirect without Location" : undefined;
  if (status === 301) return slashFault(request, location);
  if (status === 308) return pageFault(request, location);
  if (status !== 302) return "Location where there is no redirect";
  // A link that names less than an image leads to the page with what it names: a path of ours, and queries are escaped.
  if (/^\/images(?:\?[\w.~*+%&=-]*)?$/.test(location)) return undefined;
  const found = repositoryOf(location, listed);
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
function repositoryOf(
  url: string,
  listed: Bases,
): { repository: string; path: string } | undefined {
  for (const [repository, urls] of Object.entries(listed)) {
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

/**
 * A folder asked for without its slash: its own name and the slash, so on whatever host and below whatever path the client
 * asked. A query is the client's own.
 */
/** A page that was asked for with one slash behind it: the same path without it, and the query as it was. */
function pageFault(request: OddRequest, location: string): string | undefined {
  const [path = "", query] = location.split(/\?(.*)/s, 2);
  if (!/^\.\.\/[\w.~%+-]+$/.test(path) || leadsElsewhere(path.slice("../".length))) {
    return `Location is not a page beside: ${location}`;
  }
  const { target, whole } = request;
  if (!whole || ownPath(request)) return undefined;
  if (query !== undefined && !target.includes(`?${query}`)) {
    return `Location has a query that wasn't asked: ${query}`;
  }
  const asked = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "");
  const led = new URL(path, `http://near.test${asked}`).pathname;
  return `${led}/` === asked ? undefined : `Location ${location} leads from ${asked} to ${led}`;
}

function slashFault(request: OddRequest, told: string): string | undefined {
  const { target, whole } = request;
  const [location = "", query] = told.split(/\?(.*)/s, 2);
  if (query !== undefined && whole && !ownPath(request) && !target.includes(`?${query}`)) {
    return `Location has a query that wasn't asked: ${query}`;
  }
  if (!/^\.\/[^/?#]+\/$/.test(location) || leadsElsewhere(location.slice(2))) {
    return `Location is not a folder's name: ${location}`;
  }
  if (
    !whole ||
    ownPath(request) ||
    location === `.${pathOf(target).slice(pathOf(target).lastIndexOf("/"))}/`
  )
    return undefined;
  return `Location ${location} is not the folder asked for`;
}
