/**
 * The door: what a request line may contain. Everything behind it works on a `Target`, which can't hold
 * a dot segment, a control character, a backslash or an invalid escape.
 */

/** Longest path taken, in bytes. Debian's longest pool path is under 300; proxies commonly stop at 8 KiB. */
export const maxPathBytes = 2048;
/** Longest query taken, in bytes: ours are short words and one address. */
export const maxQueryBytes = 1024;

/** A request target that passed the door. */
export interface Target {
  /** The path with its escapes untouched, slashes never doubled; begins with `/`. */
  path: string;
  /** The same with its escapes decoded, for telling what kind of file it is. Never used in a URL. */
  decoded: string;
  /** What follows `?`, without it; empty when there is none. */
  query: string;
}

/** Why a request was turned away: a status and a sentence for the person who sent it. */
export interface Refusal {
  status: 400 | 414;
  reason: string;
}

/** Characters a path may hold as they are (RFC 3986 `pchar` and `/`), where nothing needs a second step. */
const plainPath = /^(?:\/(?!\.)[A-Za-z0-9\-._~!$&'()*+,;=:@]+)*\/?$/;
/** What workerd puts before the path is the client's Host header as it came, and we write it into pages. */
const hostAndPort = /^(?:[A-Za-z0-9\-._~]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;
const invalidEscape = /%(?![0-9A-Fa-f]{2})/;
/** Encoded controls, slash and backslash: a mirror may decode them to another path than the one we judged. */
const hiddenCharacter = /%(?:[01][0-9A-Fa-f]|7[Ff]|2[Ff]|5[Cc])/;

function refuse(status: Refusal["status"], reason: string): Refusal {
  return { status, reason };
}

/** Tells a `Refusal` from a `Target`. */
export function isRefusal(value: Target | Refusal): value is Refusal {
  return "status" in value;
}

/**
 * Reads the path and query out of a request's URL as the client sent it.
 *
 * Doubled slashes are folded into one, as the web servers of mirrors do; everything ambiguous is refused:
 * dot segments also when escaped (RFC 3986 section 5.2.4 would move them), backslashes, control
 * characters, escaped slashes, invalid escapes, and characters that RFC 3986 wants escaped.
 *
 * @param url absolute URL; workerd hands over the request line's own spelling, not a normalised one
 */
export function readTarget(url: string): Target | Refusal {
  const authority = url.indexOf("://") + 3;
  const start = url.indexOf("/", authority);
  if (start < 0) return refuse(400, "The request has no path. Ask for a path that begins with /.");
  if (!hostAndPort.test(url.slice(authority, start))) {
    return refuse(400, "The Host header is not a host name with an optional port.");
  }
  const mark = url.indexOf("?", start);
  const path = mark < 0 ? url.slice(start) : url.slice(start, mark);
  const query = mark < 0 ? "" : url.slice(mark + 1);
  if (path.length > maxPathBytes) {
    return refuse(414, `The path is longer than ${maxPathBytes} bytes.`);
  }
  if (query.length > maxQueryBytes) {
    return refuse(414, `The query is longer than ${maxQueryBytes} bytes.`);
  }
  if (plainPath.test(path)) return { path, decoded: path, query };
  return readUnusual(path, query);
}

/** The slow half of the door: escapes, doubled slashes, names that begin with a dot. */
function readUnusual(asked: string, query: string): Target | Refusal {
  if (asked.includes("\\")) return refuse(400, "The path holds a backslash; use /.");
  if (invalidEscape.test(asked)) {
    return refuse(400, "The path holds a % that is not followed by two hexadecimal digits.");
  }
  if (hiddenCharacter.test(asked)) {
    return refuse(400, "The path holds an escaped control character, slash or backslash.");
  }
  const path = asked.includes("//") ? asked.replace(/\/{2,}/g, "/") : asked;
  if (!/^[\x21\x24-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a~]*$/.test(path)) {
    return refuse(400, "The path holds a character that must be percent-encoded (RFC 3986).");
  }
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return refuse(400, "The path's escapes are not UTF-8.");
  }
  for (const segment of decoded.split("/")) {
    if (segment === "." || segment === "..") {
      return refuse(400, "The path holds a . or .. segment; ask for the path it leads to.");
    }
  }
  return { path, decoded, query };
}

/**
 * The URL under which the client reached the service, up to and with the first slash of the path.
 * @param scheme the client's own: a proxy that ends TLS asks by another scheme than its client did
 */
export function baseOf({ url }: { readonly url: string }, scheme: "http" | "https"): string {
  const colon = url.indexOf("://");
  return scheme + url.slice(colon, url.indexOf("/", colon + 3) + 1);
}
