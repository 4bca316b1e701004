/** For whom we ask others. */

/** What of a client's request concerns our own requests that it causes. Plain values: they outlive it. */
export interface Asker {
  /** `host` or `host:port` under which we were asked: a server that redirects there has nothing. */
  host: string;
  /** Its `CDN-Loop`, to be passed on: without it a loop of several services would be seen by none of them. */
  cdnLoop: string | null;
}

export function askerOf({ url, headers }: Request): Asker {
  return { host: new URL(url).host, cdnLoop: headers.get("CDN-Loop") };
}
