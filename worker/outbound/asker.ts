/** The client's request that our own requests serve. */

/** What of a client's request concerns our own requests that it causes. Plain values: they outlive it. */
export interface Asker {
  /**
   * `host` or `host:port` under which the client reached us: a server that redirects there has nothing. Empty where the
   * client's Host can stand in no URL (`a:99999`), so that nothing can redirect there.
   */
  host: string;
  /** Its `CDN-Loop`, to be passed on: without it none of several services would notice their loop. */
  cdnLoop: string | null;
}

/** What may stand in the header (RFC 8586 section 2); anything else would break our own requests. */
const printable = /^[\x20-\x7e]*$/;

/** The host that requests came to last: nearly always one, and parsing it is a good part of a check's time. */
let last = { authority: "", host: "" };

function hostOf(url: string): string {
  const end = url.indexOf("/", url.indexOf("://") + 3);
  const authority = end < 0 ? url : url.slice(0, end);
  if (authority !== last.authority) last = { authority, host: URL.parse(url)?.host ?? "" };
  return last.host;
}

export function askerOf({ url, headers }: Pick<Request, "url" | "headers">): Asker {
  const host = hostOf(url);
  const cdnLoop = headers.get("CDN-Loop");
  return { host, cdnLoop: cdnLoop !== null && printable.test(cdnLoop) ? cdnLoop : null };
}

/**
 * The same, for an answer that others share. A server may refuse a request for what it came through, which any client
 * can make up: that must not count against the server.
 */
export function sharingAskerOf(request: Pick<Request, "url">): Asker {
  return { host: hostOf(request.url), cdnLoop: null };
}
